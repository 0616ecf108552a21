import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { between } from "./generated";

const begin = "<!-- pages: made by `make docs` from docs/runbooks/ -->";
const end = "<!-- end of pages -->";
const docs = join(__dirname, "..", "..", "docs");
const folder = join(docs, "runbooks");

/** Groups of the list in their order, from what visitors see inwards, with their Spanish names. */
const groups = new Map([
  ["Entrance", "Entrada"],
  ["Applications", "Aplicaciones"],
  ["Queues and jobs", "Colas y tareas"],
  ["PostgreSQL", "PostgreSQL"],
  ["DocumentDB", "DocumentDB"],
  ["Valkey", "Valkey"],
  ["Alerts and money", "Avisos y dinero"],
  ["Sandbox", "Sandbox"],
]);
const whens = new Map([
  ["**now**", "**ahora**"],
  ["in the morning", "por la mañana"],
]);

/** What a page says of itself at its top: name, what the alert says, group, when to act, and the second of them in Spanish. */
const top = /^# ([\w-]+): (.+)\n\n(.+): act (\*\*now\*\*|in the morning)\. <!-- es: (.+) -->\n/;

interface Runbook {
  readonly name: string;
  readonly en: string;
  readonly es: string;
  readonly group: string;
  readonly when: string;
}

function runbookOf(file: string): Runbook {
  const [, name, en = "", group = "", when = "", es = ""] = top.exec(readFileSync(join(folder, file), "utf8")) ?? [];
  if (`${name ?? ""}.md` !== file || !groups.has(group)) {
    throw new Error(
      `docs/runbooks/${file} begins with "# name: what it says" and, two lines below, "Group: act **now**. <!-- es: what it says -->" ` +
        `(or "act in the morning"), its group one of ${[...groups.keys()].join(", ")}`,
    );
  }
  return { name: name ?? "", en, es, group, when };
}

/** Of every group first what cannot wait. */
function listed(): readonly Runbook[] {
  const pages = readdirSync(folder).filter((file) => file.endsWith(".md") && file !== "README.md");
  const place = (r: Runbook) => 2 * [...groups.keys()].indexOf(r.group) + [...whens.keys()].indexOf(r.when);
  return pages.map(runbookOf).sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

const table = (head: string, row: (runbook: Runbook, first: boolean) => string[]): string =>
  [
    head,
    "| --- | --- | --- | --- |",
    ...listed().map((r, i, all) => `| ${row(r, all[i - 1]?.group !== r.group).join(" | ")} |`),
  ].join("\n");

/** The lists of the pages, by the file that has them. */
export const runbookLists: Readonly<Record<string, () => string>> = {
  "docs/runbooks/README.md": () =>
    table("| | alert | what it says | when to act |", (r, first) => [
      first ? r.group : "",
      `[${r.name}](${r.name}.md)`,
      r.en,
      r.when,
    ]),
  "docs/es/runbooks.md": () =>
    table("| | alerta | qué dice | cuándo actuar |", (r, first) => [
      first ? (groups.get(r.group) ?? "") : "",
      `[${r.name}](../runbooks/${r.name}.md)`,
      r.es,
      whens.get(r.when) ?? "",
    ]),
};

/** A page with its list of today. */
export const withRunbooks = (path: string, page: string): string =>
  between(page, begin, end, `<!-- prettier-ignore -->\n${runbookLists[path]?.() ?? ""}`);

if (require.main === module) {
  for (const path of Object.keys(runbookLists)) {
    const file = join(docs, "..", path);
    writeFileSync(file, withRunbooks(path, readFileSync(file, "utf8")));
  }
}
