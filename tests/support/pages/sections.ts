import { dirname, join } from "node:path";

/** What a heading and the text up to the next one say, whatever the language. */
export interface Section {
  readonly level: number;
  readonly heading: string;
  /** Fenced blocks, without their comments; of blocks that are only indented, the first word of each line. */
  readonly code: readonly string[];
  /** Rows of each table, its head included. */
  readonly rows: readonly number[];
  /** What stands in code in the text, once each, sorted. */
  readonly spans: readonly string[];
  /** The numbers of the text as digits alone (1,024 and 1.024 are 1024), sorted. */
  readonly numbers: readonly string[];
  /** Targets of its links and pictures, from the root of the repository, without anchors, sorted. */
  readonly links: readonly string[];
}

const uncommented = (code: string): string =>
  code
    .split("\n")
    .map((line) => line.replace(/(^|\s+)#\s.*$/, "").trimEnd())
    .join("\n");

const isUrl = (target: string): boolean => /^https?:/.test(target);

const linked = (page: string, target: string): string => join(dirname(page), target.replace(/#.*/, ""));

/** Rows of each run of lines that begin with `|`. */
const tables = (text: string): number[] =>
  [...text.matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) => table.trimEnd().split("\n").length);

function section(page: string, heading: string, body: string): Section {
  const fences = [...body.matchAll(/^ *```.*\n([\s\S]*?)^ *```$/gm)];
  const text = fences.reduce((left, [fence]) => left.replace(fence, ""), body).replace(/<!--[\s\S]*?-->/g, "");
  const indented = [...text.matchAll(/^ {4}(\S+).*$/gm)].map(([, word = ""]) => word);
  const prose = text.replace(/^ {4}\S.*$/gm, "");
  const targets = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
  const told = prose.replace(/`[^`]+`|\]\([^)]+\)|<https?:[^>]+>/g, " ");
  return {
    level: /^#+/.exec(heading)?.[0].length ?? 0,
    heading: heading.replace(/^#+ /, ""),
    code: [...fences.map(([, code = ""]) => uncommented(code)), ...indented],
    rows: tables(text),
    spans: [...new Set([...prose.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span.replace(/\s+/g, " ")))].sort(),
    numbers: [...told.matchAll(/(?<!\w)\d+(?:[.,]\d+)*/g)].map(([number]) => number.replace(/[.,]/g, "")).sort(),
    links: targets
      .map((target) => (isUrl(target) ? target : target.startsWith("#") ? page : linked(page, target)))
      .sort(),
  };
}

/** The sections of a page's Markdown; `page` is its path from the root of the repository. */
export function sectionsOf(page: string, markdown: string): Section[] {
  const found: { heading: string; lines: string[] }[] = [];
  let fenced = false;
  for (const line of markdown.split("\n")) {
    if (/^ *```/.test(line)) fenced = !fenced;
    if (!fenced && /^#+ /.test(line)) found.push({ heading: line, lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  return found.map(({ heading, lines }) => section(page, heading, lines.join("\n")));
}
