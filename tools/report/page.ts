import { readFileSync } from "node:fs";
import { join } from "node:path";
import { costSection } from "./cost-section";
import type { OutFile, PreviewData } from "./data";
import { findingsSection, sorted } from "./findings-section";
import { graphOf, isComponent } from "./graph";
import { graphNarrow } from "./graph-narrow";
import { graphWide } from "./graph-wide";
import { hostModel } from "./host-model";
import { hostNarrow } from "./host-narrow";
import { hostWide } from "./host-wide";
import { counted, html, raw, usd, type Html } from "./html";
import { memorySection, verdictWords } from "./memory-section";
import { treeSection } from "./tree-section";

const file = (name: string): Html => raw(readFileSync(join(__dirname, name), "utf8"));

function tile(href: string, name: string, value: string, more: string, state = ""): Html {
  return html`<a class="tile ${state}" href="${href}"
    ><span class="tile-name">${name}</span><b>${value}</b><span class="fine">${more}</span></a
  >`;
}

function summary(data: PreviewData): Html {
  const { cost, memory, resources, catalogue } = data;
  const { errors, warnings, waived } = sorted(data.findings);
  const components = resources.filter((r) => isComponent(r, resources) && r.parent !== undefined).length;
  return html`<div class="tiles">
    ${tile("#cost", "Cost per month", usd(cost.floorUsd), `always; up to ${usd(cost.usageMaxUsd)} more by use`)}
    ${tile("#memory", "Memory", verdictWords[memory.verdict], `${catalogue.services.length} services on ${memory.ramMb / 1024} GB`, memory.verdict)}
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
      The address ${data.facts.address} stands for the Elastic IP that AWS will give.
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

const sections = [
  ["endpoints", "Endpoints"],
  ["architecture", "Architecture"],
  ["cost", "Cost"],
  ["memory", "Memory"],
  ["findings", "Policies"],
  ["resources", "Resources"],
  ["files", "Files"],
] as const;

/** `index.html`: everything a preview knows on one page that needs nothing else. */
export function renderPage(data: PreviewData): string {
  const { facts } = data;
  const model = hostModel(data);
  const graph = graphOf(data.resources);
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
          ${["theme.css", "page.css", "picture.css", "charts.css", "lists.css", "print.css"].map(file)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <p class="fine">${facts.project} · preview, nothing has been made</p>
          <h1>${facts.stack}</h1>
          <p class="facts">
            ${[facts.topology, facts.instanceType, `${facts.plan} memory plan`, facts.region].join(" · ")}
          </p>
          <nav aria-label="Sections">
            <ul>
              ${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main id="main" tabindex="-1">
          ${warnings(data)} ${summary(data)} ${endpointsSection(data)}
          <section id="architecture" aria-labelledby="architecture-heading">
            <h2 id="architecture-heading">Architecture</h2>
            <h3>On the host</h3>
            <figure>${hostWide(model, facts)}${hostNarrow(model, facts)}</figure>
            <p class="legend">
              <span><i class="line request"></i>requests</span><span><i class="line data"></i>uses</span
              ><span><i class="key proxy"></i>entrance</span><span><i class="key web"></i>applications</span
              ><span><i class="key worker"></i>workers</span><span><i class="key store"></i>stores</span>
            </p>
            <h3>In AWS</h3>
            <figure>${graphWide(graph)}${graphNarrow(graph)}</figure>
            <p class="legend">
              <span><i class="key square"></i>one resource</span><span><i class="key square kept"></i>protected</span
              ><span><i class="line"></i>is made before</span>
            </p>
          </section>
          ${costSection(data.cost)} ${memorySection(data.memory, data.catalogue)} ${findingsSection(data.findings)}
          ${treeSection(data.resources)} ${filesSection(data.files)}
        </main>
        <footer class="fine">
          Secrets are masked.
          ${facts.placeholders.length > 0 && `Placeholders stand for ${facts.placeholders.length} encrypted settings: ${facts.placeholders.join(", ")}.`}
        </footer>
        <script>
          ${file("page.js")};
        </script>
      </body>
    </html> `;
  return page.text;
}
