import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../root";

/** What a heading is linked by on GitHub. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");

const anchors = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

/** The links of a page of this repository (path from its root) that lead to no file, or to no heading of it. */
export function lostLinks(page: string): string[] {
  return [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)]
    .filter(([, target = "", anchor]) => {
      const path = target === "" ? join(root, page) : join(root, dirname(page), target);
      return !existsSync(path) || (anchor !== undefined && !anchors(path).includes(anchor));
    })
    .map(([link]) => `${page}: ${link}`);
}
