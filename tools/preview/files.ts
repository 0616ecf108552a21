import { envName } from "../../services/model/values";
import { masked } from "../../record/mask";
import type { RecordedResource } from "../../record/record";
import type { OutFile, PreviewData } from "../report/data";
import { renderPage } from "../report/page";

/** An application's configuration (`NAME/NAME.yaml`), which people look for first, is also at the top. */
const configuration = /^([a-z0-9-]+)\/(\1\.yaml)$/;

const about: Readonly<Record<string, string>> = {
  "bin/ecosystem": "the host's command, installed as /usr/local/bin/ecosystem",
  "compose.yaml": "the containers",
  "release.json": "what the host's scripts know of the release",
};

const executable = (path: string, text: string) =>
  text.startsWith("#!") && !path.endsWith(".py") ? ({ executable: true } as const) : {};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

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
    if (file !== undefined) files.push({ path: file, about: `the configuration of ${String(name)}`, text });
  }
  const env = secretIds.map((id) => `${envName(id)}='${masked}'\n`).sort();
  files.push({ path: "env", text: env.join(""), about: "the secrets that the containers get, masked" });
  if (userData !== undefined) {
    files.push({
      path: "user-data.sh",
      text: userData,
      about: "what the instance runs at its first start",
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
      about: "every resource with its inputs, secrets masked, and the URNs of those that it waits for",
    },
    { path: "cost.json", text: json(data.cost), about: "the cost estimate" },
    data.topology === "host"
      ? { path: "memory.json", text: json(data.memory), about: "the memory budget" }
      : { path: "tasks.json", text: json(data.tasks), about: "sizes and numbers of the tasks" },
    { path: "findings.json", text: json(data.findings), about: "the findings of the policies" },
  ];
  const page = renderPage({ ...data, files: sortFiles(files) });
  return sortFiles([...files, { path: "index.html", text: page, about: "the report" }]);
}

const sortFiles = (files: readonly OutFile[]): OutFile[] => [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
