import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../support/root";

/** What acts on a stack, or reads one: a command of it that has words. */
const aboutAStack =
  /^pulumi (?:(?:config (?:set|rm|get)|stack (?:output|export|import)) \S|(?:up|refresh|destroy) -|cancel)/;
/** The stack by name; `init` and `rm` take it as a word of their own. */
const named = /(?:-s|--stack)[ =]\S/;

describe("commands of the pages", () => {
  // the runbooks' env.sh names the stack for all that follows
  const pages = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((page) => page !== "" && !/^docs\/(?:runbooks\/|es\/runbooks)/.test(page));

  it("name the stack that they are about, whichever is selected (NEW-4)", () => {
    let all = 0;
    const unnamed = pages.flatMap((page) => {
      const text = readFileSync(join(root, page), "utf8");
      const fence = /^ *```sh\n([\s\S]*?)^ *```$/gm;
      const typed = [...text.matchAll(fence)].flatMap(([, block = ""]) => block.split(/\n|&&|\|/));
      const inline = [...text.replace(fence, "").matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
      const commands = [...typed, ...inline]
        .flatMap((line) => /\bpulumi [\s\S]*/.exec(line.replace(/\s#.*/, "").replace(/\s+/g, " ")) ?? [])
        // the bare command is spoken of, not typed
        .filter((command) => aboutAStack.test(command) && command !== "pulumi config set --secret");
      all += commands.length;
      return commands.filter((command) => !named.test(command)).map((command) => `${page}: ${command}`);
    });
    expect(all).to.be.greaterThan(60);
    expect(unnamed).to.deep.equal([]);
  });
});
