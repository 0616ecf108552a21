import { isText, type Text } from "../../services/model/text";
import { envName } from "../../services/model/values";
import { masked } from "../../record/mask";
import type { RecordedResource } from "../../record/record";
import type { OutFile, PreviewData } from "../report/data";
import { renderPage } from "../report/page";

/** An application's configuration (`NAME/NAME.yaml`), which people look for first, is also at the top. */
const configuration = /^([a-z0-9-]+)\/(\1\.yaml)$/;

const about: Readonly<Record<string, Text>> = {
  "bin/ecosystem": {
    en: "the host's command, installed as /usr/local/bin/ecosystem",
    es: "la orden del servidor, instalada como /usr/local/bin/ecosystem",
  },
  "compose.yaml": { en: "the containers", es: "los contenedores" },
  "release.json": {
    en: "what the host's scripts know of the release",
    es: "lo que saben de la versión los scripts del servidor",
  },
};

const executable = (path: string, text: string) =>
  text.startsWith("#!") && !path.endsWith(".py") ? ({ executable: true } as const) : {};

/** Its texts in English, whatever the language of the page: other programs read them. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, (_key, one: unknown) => (isText(one) ? one.en : one), 2)}\n`;

/**
 * What the containers get, without secrets: release files under their own paths, and what is made beside them.
 * `userData`: the host's.
 */
export function renderedFiles(
  release: Readonly<Record<string, string>>,
  secretIds: readonly string[],
  userData?: string,
): OutFile[] {
  const files: OutFile[] = [];
  for (const [path, text] of Object.entries(release)) {
    const words = about[path];
    files.push({ path, text, ...(words === undefined ? {} : { about: words }), ...executable(path, text) });
    const [, name, file] = configuration.exec(path) ?? [];
    if (file !== undefined) {
      const words = { en: `the configuration of ${String(name)}`, es: `la configuración de ${String(name)}` };
      files.push({ path: file, about: words, text });
    }
  }
  const env = secretIds.map((id) => `${envName(id)}='${masked}'\n`).sort();
  files.push({
    path: "env",
    text: env.join(""),
    about: {
      en: "the secrets that the containers get, masked",
      es: "los secretos que reciben los contenedores, ocultos",
    },
  });
  if (userData !== undefined) {
    files.push({
      path: "user-data.sh",
      text: userData,
      about: {
        en: "what the instance runs at its first start",
        es: "lo que la instancia ejecuta en su primer arranque",
      },
      executable: true,
    });
  }
  return sortFiles(files);
}

/** JSON text as the value it stands for; anything else as it is. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** `ai-ecosystem-prod-services-desk-task` is `desk`. */
const taskName = (name: string): string => name.replace(/^.*-services-/, "").replace(/-task$/, "");

/** Every task definition as ECS would be given it, and as it can be read and compared. */
export const taskDefinitionFiles = (resources: readonly RecordedResource[]): OutFile[] =>
  resources
    .filter((r) => r.type === "aws:ecs/taskDefinition:TaskDefinition")
    .map(({ name, inputs }) => ({
      path: `task-definitions/${taskName(name)}.json`,
      text: json({ ...inputs, containerDefinitions: parsed(inputs["containerDefinitions"]) }),
    }));

/** Everything of `out/<stack>/`: the rendered files, the data of the preview, and the page. */
export function outFiles(data: PreviewData): OutFile[] {
  const resources = data.resources.map(({ urn, type, name, parent, inputs, dependencies }) => ({
    urn,
    type,
    name,
    parent,
    inputs,
    dependencies,
  }));
  const files: OutFile[] = [
    ...data.files,
    {
      path: "resources.json",
      text: json(resources),
      about: {
        en: "every resource with its inputs, secrets masked, and the URNs of those that it waits for",
        es: "cada recurso con sus entradas, los secretos ocultos, y los URN de los que espera",
      },
    },
    { path: "cost.json", text: json(data.cost), about: { en: "the cost estimate", es: "el coste estimado" } },
    data.topology === "host"
      ? { path: "memory.json", text: json(data.memory), about: { en: "the memory budget", es: "la memoria prevista" } }
      : {
          path: "tasks.json",
          text: json(data.tasks),
          about: { en: "sizes and numbers of the tasks", es: "tamaños y números de las tareas" },
        },
    {
      path: "findings.json",
      text: json(data.findings),
      about: { en: "the findings of the policies", es: "lo que señalan las políticas" },
    },
  ];
  const page = renderPage({ ...data, files: sortFiles(files) });
  return sortFiles([...files, { path: "index.html", text: page, about: { en: "the report", es: "el informe" } }]);
}

const sortFiles = (files: readonly OutFile[]): OutFile[] => [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
