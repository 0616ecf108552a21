import { readFileSync } from "node:fs";
import { join } from "node:path";
import { costSection } from "./sections/cost-section";
import { architecture } from "./pictures/architecture";
import type { OutFile, PreviewData } from "./data";
import { findingsSection, sorted } from "./sections/findings-section";
import { english, html, raw, type Content, type Html } from "./html";
import { isComponent } from "./resource-type";
import { names, section, type Section } from "./section";
import { memorySection, verdictWords } from "./sections/memory-section";
import { tasksSection } from "./sections/tasks-section";
import { treeSection } from "./sections/tree-section";
import { both, day, joined, money, number, several, words, type Words } from "../../services/model/text";

const file = (name: string): Html => raw(readFileSync(join(__dirname, name), "utf8"));

const zonesOf = (n: number): Words => several(n, { en: "zone|zones", es: "zona|zonas" });

const tile = (to: Section, value: Words, more: Words, state = ""): Html =>
  html`<a class="tile ${state}" href="#${to}"
    ><span class="tile-name">${names[to]}</span><b>${value}</b><span class="fine">${more}</span></a
  >`;

/** Whether it fits: memory on a host, tasks on Fargate. */
function sizingTile(data: PreviewData): Html {
  if (data.topology === "fargate") {
    const { minTasks, maxTasks, minCpu, maxCpu } = data.tasks;
    const [least, most] = [number(minCpu), number(maxCpu)];
    return tile(
      "tasks",
      `${minTasks} – ${maxTasks}`,
      words`${least} ${{ en: "to", es: "a" }} ${most} vCPU ${{ en: "in", es: "en" }} ${zonesOf(data.facts.zones)}`,
    );
  }
  const { memory, catalogue } = data;
  const services = several(catalogue.services.length, { en: "service|services", es: "servicio|servicios" });
  const on = words`${services} ${{ en: "on", es: "en" }} ${number(memory.ramMb / 1024)} GB`;
  return tile("memory", verdictWords[memory.verdict], on, memory.verdict);
}

function policiesTile(data: PreviewData): Html {
  const { errors, warnings, waived } = sorted(data.findings);
  const [value, state]: [Words, string] =
    errors.length > 0
      ? [{ en: `${errors.length} to repair`, es: `${errors.length} por reparar` }, "demo"]
      : warnings.length > 0
        ? [{ en: `${warnings.length} to look at`, es: `${warnings.length} por mirar` }, "swap"]
        : [{ en: "Clean", es: "Limpias" }, "fits"];
  const counts = [
    several(errors.length, { en: "error|errors", es: "error|errores" }),
    several(warnings.length, { en: "warning|warnings", es: "aviso|avisos" }),
    several(waived.length, { en: "accepted", es: "aceptado|aceptados" }),
  ];
  return tile("findings", value, joined(counts, ", "), state);
}

function summary(data: PreviewData): Html {
  const { cost, resources } = data;
  const components = resources.filter((r) => isComponent(r, resources) && r.parent !== undefined).length;
  const most = money(cost.usageMaxUsd);
  const always = words`${{ en: "always; up to", es: "siempre; hasta" }} ${most} ${{ en: "more by use", es: "más según el uso" }}`;
  return html`<div class="tiles">
    ${tile("cost", money(cost.floorUsd), cost.floorOtherRegion === undefined ? always : words`${always}; ${cost.floorOtherRegion}`)}
    ${sizingTile(data)} ${policiesTile(data)}
    ${tile("resources", number(resources.length), words`${{ en: "in", es: "en" }} ${several(components, { en: "component|components", es: "componente|componentes" })}`)}
  </div>`;
}

function endpointsSection(data: PreviewData): Html {
  const head: readonly Words[] = [
    { en: "Application", es: "Aplicación" },
    { en: "Address", es: "Dirección" },
    { en: "Also", es: "También" },
  ];
  return section(
    "endpoints",
    html`<table class="endpoints">
        <thead>
          <tr>
            ${head.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${data.endpoints.map(
            (e) =>
              html`<tr>
                <th scope="row">${e.title}<small>${e.description}</small></th>
                <td><code>${e.url}</code></td>
                <td>${e.legacyPath !== undefined && html`<code>${e.legacyPath}</code>`}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p class="fine">
        ${
          data.topology === "host"
            ? {
                en: `The address ${data.facts.address} stands for the Elastic IP that AWS will give.`,
                es: `La dirección ${data.facts.address} representa la Elastic IP que dará AWS.`,
              }
            : { en: "CloudFront answers for all of them.", es: "CloudFront responde por todas." }
        }
        ${
          data.endpoints.some((e) => e.legacyPath !== undefined) && {
            en: "The paths under “Also” redirect from the bare address.",
            es: "Las rutas de «También» llevan allí desde la dirección sin nombre.",
          }
        }
      </p>`,
  );
}

function filesSection(files: readonly OutFile[]): Html {
  const size = (text: string) => words`${number(Buffer.byteLength(text) / 1024, 1)} kB`;
  const folder = (path: string) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
  const folders = [...new Set(files.map((f) => folder(f.path)))].sort();
  const list = (inside: readonly OutFile[]) =>
    html`<ul class="files">
      ${inside.map((f) => html`<li><a href="${f.path}">${f.path}</a> <span class="fine">${size(f.text)}${f.about !== undefined && [", ", f.about]}</span></li>`)}
    </ul>`;
  return section(
    "files",
    folders.map((name) => {
      const inside = files.filter((f) => folder(f.path) === name);
      return name === ""
        ? list(inside)
        : html`<details class="fold">
            <summary>
              ${name}/
              <span class="fine">${several(inside.length, { en: "file|files", es: "archivo|archivos" })}</span>
            </summary>
            ${list(inside)}
          </details>`;
    }),
  );
}

function warnings(data: PreviewData): Html | false {
  if (data.topology === "fargate") return false;
  const { memory, facts } = data;
  const loud = memory.verdict !== "fits" || facts.plan === "compact";
  const verdict = both((language) => verdictWords[memory.verdict][language].toLowerCase());
  return (
    loud &&
    html`<div class="loud ${memory.verdict}" role="note">
      <strong
        >${facts.instanceType}
        ${{ en: `with the ${facts.plan} memory plan`, es: `con el plan de memoria ${facts.plan}` }}: ${verdict}.</strong
      >
      ${memory.evidence.map((e) => html`<p>${e}</p>`)}
    </div>`
  );
}

/** What the settings chose, in a line. */
const headline = ({ facts }: PreviewData): readonly Words[] => [
  facts.topology,
  facts.address,
  ...(facts.topology === "host"
    ? [facts.instanceType, { en: `${facts.plan} memory plan`, es: `plan de memoria ${facts.plan}` }]
    : [{ en: `${facts.costProfile} profile`, es: `perfil ${facts.costProfile}` }, zonesOf(facts.zones)]),
  facts.region,
];

/** Of what it is; when, of which commit: where the preview says so. */
const origin = ({ facts, made }: PreviewData): readonly Words[] => [
  facts.project,
  { en: "preview, nothing has been made", es: "vista previa, no se ha creado nada" },
  ...(made === undefined ? [] : [day(made.date)]),
  ...(made?.commit === undefined ? [] : [`commit ${made.commit}`]),
];

function footer({ facts, notices, topology }: PreviewData): Content {
  const placeholders = facts.placeholders.join(", ");
  const unused = facts.unused.join(", ");
  return [
    notices.length > 0 && english(`${notices.join(" ")} `),
    { en: "Secrets are masked.", es: "Los secretos están ocultos." },
    placeholders !== "" && {
      en: ` Placeholders stand for ${facts.placeholders.length} encrypted settings: ${placeholders}.`,
      es: ` Hay marcadores en lugar de ${facts.placeholders.length} ajustes cifrados: ${placeholders}.`,
    },
    unused !== "" && {
      en: ` Of no effect with topology ${topology}: ${unused}.`,
      es: ` Sin efecto con topology ${topology}: ${unused}.`,
    },
  ];
}

/** `index.html`: everything a preview knows on one page that needs nothing else, in the language of the stack. */
export function renderPage(data: PreviewData): string {
  const { stack, project, language } = data.facts;
  const sizing = data.topology === "host" ? "memory" : "tasks";
  const order: readonly Section[] = ["endpoints", "architecture", "cost", sizing, "findings", "resources", "files"];
  const page = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
        />
        <meta name="color-scheme" content="light dark" />
        <title>${stack}: ${{ en: "preview of", es: "vista previa de" }} ${project}</title>
        <link rel="icon" href="data:," />
        <style>
          ${["theme.css", "page.css", "picture.css", "charts.css", "lists.css", "print.css"].map((name) => file(`styles/${name}`))}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">${{ en: "Skip to the content", es: "Saltar al contenido" }}</a>
        <header>
          <p class="fine">${joined(origin(data), " · ")}</p>
          <h1>${{ en: "Customer desk with AI on AWS", es: "Atención al cliente con IA en AWS" }}: ${stack}</h1>
          <p class="facts">${joined(headline(data), " · ")}</p>
          <nav aria-label="${{ en: "Sections", es: "Secciones" }}">
            <ul>
              ${order.map((id) => html`<li><a href="#${id}">${names[id]}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main id="main" tabindex="-1">
          ${warnings(data)} ${summary(data)} ${endpointsSection(data)} ${architecture(data)} ${costSection(data.cost)}
          ${data.topology === "host" ? memorySection(data.memory, data.catalogue) : tasksSection(data.tasks)}
          ${findingsSection(data.findings)} ${treeSection(data.resources)} ${filesSection(data.files)}
        </main>
        <footer class="fine">${footer(data)}</footer>
        <script>
          ${file("page.js")};
        </script>
      </body>
    </html> `;
  return page.text[language];
}
