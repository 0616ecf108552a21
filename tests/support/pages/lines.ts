import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root";

/** What a fenced block of a page says to type. */
export interface Block {
  readonly page: string;
  /** The last heading above it. */
  readonly heading: string;
  readonly language: string;
  /** Commands as they stand there, comments and all; one that goes on in further lines is one. */
  readonly lines: readonly string[];
}

/** Whether a line goes on in the next one. */
const open = (line: string): boolean => /(?:\||\\|&&)$/.test(line);

function joined(lines: readonly string[]): string[] {
  const all: string[] = [];
  for (const line of lines) {
    const last = all.at(-1);
    if (last !== undefined && open(last)) all[all.length - 1] = `${last}\n${line}`;
    else if (line.trim() !== "") all.push(line);
  }
  return all;
}

/** Every fenced block of a page, in its order. */
export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let fence: { readonly indent: string; readonly language: string; readonly lines: string[] } | undefined;
  for (const line of readFileSync(join(root, page), "utf8").split("\n")) {
    const [, indent = "", language] = /^( *)```(\w*)$/.exec(line) ?? [];
    if (language === undefined) {
      if (fence === undefined) heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading;
      else fence.lines.push(line.replace(fence.indent, ""));
    } else if (fence === undefined) fence = { indent, language, lines: [] };
    else {
      blocks.push({ page, heading, language: fence.language, lines: joined(fence.lines) });
      fence = undefined;
    }
  }
  return blocks;
}
