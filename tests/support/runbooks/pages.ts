import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root";

const folder = join(root, "docs/runbooks");

/** Commands that env.sh defines, each with a blank behind it. */
const helpers = [...readFileSync(join(folder, "env.sh"), "utf8").matchAll(/^(\w+)\(\) \{/gm)].map(
  ([, name = ""]) => name,
);

/** A page and what it says to type, in its order. */
export interface Page {
  readonly name: string;
  /** About a stack on one host. */
  readonly ofHost: boolean;
  /** Fenced blocks. */
  readonly blocks: readonly string[];
  /** What stands in the text: `restart SERVICE`. */
  readonly inline: readonly string[];
}

const typed = new RegExp(`^(?:aws|pulumi|make|${helpers.join("|")})(?: |$)`);

export const runbookPages = (): readonly Page[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".md"))
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const fence = /^ *```sh\n([\s\S]*?)^ *```$/gm;
      const inline = [...text.replace(fence, "").matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
      return {
        name: file.replace(/\.md$/, ""),
        ofHost: file.startsWith("host-"),
        blocks: [...text.matchAll(fence)].map(([, block = ""]) => block),
        inline: inline.filter((span) => typed.test(span) && !span.includes("…")),
      };
    });
