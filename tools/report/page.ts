import { readFileSync } from "node:fs";
import { join } from "node:path";
import { costSection } from "./sections/cost-section";
import { architecture } from "./pictures/architecture";
import type { OutFile, PreviewData } from "./data";
import { findingsSection, sorted } from "./sections/findings-section";
import { counted, html, raw, usd, type Html } from "./html";
import { isComponent } from "./resource-type";
import { memorySection, verdictWords } from "./sections/memory-section";
import { tasksSection } from "./sections/tasks-section";
import { treeSection } from "./sections/tree-section";

const file = (name: string): Html => raw(readFileSync(join(__dirname, name), "utf8"));

function tile(href: string, name: string, value: string, more: string, state = ""): Html {
  return html`<a class="tile ${state}" href="${href}"
    ><span class="tile-name">${name}</span><b>${value}</b><span class="fine">${more}</span></a
  >`;
}

/** Whether it fits: memory on a host, tasks on Fargate. */
function sizingTile(data: PreviewData): Html {
  if (data.topology === "fargate") {
    const { minTasks, maxTasks, minCpu, maxCpu } = data.tasks;
    return tile(
      "#tasks",
      "Tasks",
      `${minTasks} – ${maxTasks}`,
      `${minCpu} to ${maxCpu} vCPU in ${data.facts.zones} zones`,
    );
  }
  const { memory, catalogue } = data;
  const services = `${catalogue.services.length} services on ${memory.ramMb / 1024} GB`;
  return tile("#memory", "Memory", verdictWords[memory.verdict], services, memory.verdict);
}

function summary(data: PreviewData): Html {
  const { cost, resources } = data;
  const { errors, warnings, waived } = sorted(data.findings);
  const components = resources.filter((r) => isComponent(r, resources) && r.parent !== undefined).length;
  return html`<div class="tiles">
    ${tile("#cost", "Cost per month", usd(cost.floorUsd), `always; up to ${usd(cost.usageMaxUsd)} more by use${cost.floorOtherRegion === undefined ? "" : `; ${cost.floorOtherRegion}`}`)}
    ${sizingTile(data)}
    ${tile(
      "#findings",
      "Policies",
      errors.length > 0
        ? `${errors.length} to repair`
        : warnings.length > 0
          ? `${warnings.length} to look at`
          : "Clean",
      `${counted(errors.length, "error")}, ${counted(warnings.length, "warning")}, ${waived.length} accepted`,
      errors.length > 0 ? "demo" : warnings.length > 0 ? "swap" : "fits",
    )}
    ${tile("#resources", "Resources", String(resources.length), `in ${counted(components, "component")}`)}
  </div>`;
}

function endpointsSection(data: PreviewData): Html {
  return html`<section id="endpoints" aria-labelledby="endpoints-heading">
    <h2 id="endpoints-heading">Endpoints</h2>
    <table class="endpoints">
      <thead>
        <tr>
          <th scope="col">Application</th>
          <th scope="col">Address</th>
          <th scope="col">Also</th>
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
          ? `The address ${data.facts.address} stands for the Elastic IP that AWS will give.`
          : "CloudFront answers for all of them."
      }
      ${data.endpoints.some((e) => e.legacyPath !== undefined) && "The paths under “Also” redirect from the bare address."}
    </p>
  </section>`;
}

function filesSection(files: readonly OutFile[]): Html {
  const size = (text: string) => `${(Buffer.byteLength(text) / 1024).toFixed(1)} kB`;
  const folder = (path: string) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
  const folders = [...new Set(files.map((f) => folder(f.path)))].sort();
  const list = (inside: readonly OutFile[]) =>
    html`<ul class="files">
      ${inside.map((f) => html`<li><a href="${f.path}">${f.path}</a> <span class="fine">${size(f.text)}${f.about !== undefined && `, ${f.about}`}</span></li>`)}
    </ul>`;
  return html`<section id="files" aria-labelledby="files-heading">
    <h2 id="files-heading">Files</h2>
    ${folders.map((name) => {
      const inside = files.filter((f) => folder(f.path) === name);
      return name === ""
        ? list(inside)
        : html`<details class="fold">
            <summary>${name}/ <span class="fine">${counted(inside.length, "file")}</span></summary>
            ${list(inside)}
          </details>`;
    })}
  </section>`;
}

function warnings(data: PreviewData): Html | false {
  if (data.topology === "fargate") return false;
  const { memory, facts } = data;
  const loud = memory.verdict !== "fits" || facts.plan === "compact";
  return (
    loud &&
    html`<div class="loud ${memory.verdict}" role="note">
      <strong
        >${facts.instanceType} with the ${facts.plan} memory plan:
        ${verdictWords[memory.verdict].toLowerCase()}.</strong
      >
      ${memory.evidence.map((e) => html`<p>${e}</p>`)}
    </div>`
  );
}

const sections = (data: PreviewData) => [
  ["endpoints", "Endpoints"],
  ["architecture", "Architecture"],
  ["cost", "Cost"],
  data.topology === "host" ? ["memory", "Memory"] : ["tasks", "Tasks"],
  ["findings", "Policies"],
  ["resources", "Resources"],
  ["files", "Files"],
];

/** What the settings chose, in a line. */
const headline = ({ facts }: PreviewData): readonly string[] =>
  facts.topology === "host"
    ? [facts.topology, facts.address, facts.instanceType, `${facts.plan} memory plan`, facts.region]
    : [facts.topology, facts.address, `${facts.costProfile} profile`, counted(facts.zones, "zone"), facts.region];

/** When, of which commit: where the preview says so. */
const madeOf = ({ made }: PreviewData): readonly string[] =>
  made === undefined ? [] : [made.date, ...(made.commit === undefined ? [] : [`commit ${made.commit}`])];

/** `index.html`: everything a preview knows on one page that needs nothing else. */
export function renderPage(data: PreviewData): string {
  const { facts } = data;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
        />
        <meta name="color-scheme" content="light dark" />
        <title>${facts.stack}: preview of ${facts.project}</title>
        <link rel="icon" href="data:," />
        <style>
          ${["theme.css", "page.css", "picture.css", "charts.css", "lists.css", "print.css"].map((name) => file(`styles/${name}`))}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <p class="fine">${[facts.project, "preview, nothing has been made", ...madeOf(data)].join(" · ")}</p>
          <h1>Customer desk with AI on AWS: ${facts.stack}</h1>
          <p class="facts">${headline(data).join(" · ")}</p>
          <nav aria-label="Sections">
            <ul>
              ${sections(data).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main id="main" tabindex="-1">
          ${warnings(data)} ${summary(data)} ${endpointsSection(data)} ${architecture(data)} ${costSection(data.cost)}
          ${data.topology === "host" ? memorySection(data.memory, data.catalogue) : tasksSection(data.tasks)}
          ${findingsSection(data.findings)} ${treeSection(data.resources)} ${filesSection(data.files)}
        </main>
        <footer class="fine">
          ${data.notices.join(" ")} Secrets are masked.
          ${facts.placeholders.length > 0 && `Placeholders stand for ${facts.placeholders.length} encrypted settings: ${facts.placeholders.join(", ")}.`}
          ${facts.unused.length > 0 && `Of no effect with topology ${data.topology}: ${facts.unused.join(", ")}.`}
        </footer>
        <script>
          ${file("page.js")};
        </script>
      </body>
    </html> `;
  return page.text;
}
