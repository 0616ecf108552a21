import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../support/root";

const page = readFileSync(join(root, "docs/production.md"), "utf8");
const sectionOf = (heading: string): string =>
  new RegExp(`^## ${heading}\n([\\s\\S]*?)(?=^## )`, "m").exec(page)?.[1] ?? "";
const checklist = sectionOf("The checklist");
const steps = [...checklist.matchAll(/^### (\d+)\. (.+)\n([\s\S]*?)(?=^### |$(?![\s\S]))/gm)].map(
  ([, number = "", title = "", text = ""]) => ({ number: Number(number), title, text }),
);

describe("docs/production.md", () => {
  it("begins with a checklist whose steps are counted", () => {
    expect(steps.map(({ number }) => number)).to.deep.equal(steps.map((_, index) => index + 1));
    expect(steps.length).to.be.greaterThan(10);
    expect(page.indexOf("## The checklist")).to.be.lessThan(page.indexOf("## Before you begin"));
  });

  for (const { number, title, text } of steps) {
    it(`says of step ${number}, ${title}: what to type, rights, time, cost, what to see, the way back`, () => {
      expect(text).to.match(/^```sh\n[^`]+```$/m);
      for (const what of ["Rights", "Time", "Cost", "You see", "Way back"])
        expect(text, what).to.match(new RegExp(`\\*\\*${what}\\*\\*: \\S`));
    });
  }

  it("has each command after what it needs", () => {
    const commands = [
      "tools/state-bucket.sh",
      "pulumi login",
      "pulumi stack init prod",
      "make init STACK=prod",
      "make preview STACK=prod",
      "make repositories STACK=prod",
      "make images STACK=prod",
      "make doctor STACK=prod",
      "make up STACK=prod",
      "make outputs STACK=prod",
      "make backup-key STACK=prod",
      "make user STACK=prod",
    ];
    const typed = [...checklist.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block).join("");
    const places = commands.map((command) => typed.indexOf(command));
    expect(Math.min(...places)).to.be.greaterThan(-1);
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));
  });

  it("runs only files that are there, by targets of the Makefile, each with its stack", () => {
    const typed = [...page.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) => block).join("");
    const makefile = readFileSync(join(root, "Makefile"), "utf8");
    for (const [, target = "", rest = ""] of typed.replace(/#.*/g, "").matchAll(/\bmake ([a-z-]+)([^\n&]*)/g)) {
      expect(makefile, target).to.match(new RegExp(`^${target}:`, "m"));
      expect(rest, target).to.contain("STACK=prod");
    }
    for (const [path] of typed.matchAll(/\btools\/[\w./-]+/g))
      expect(existsSync(join(root, path)), path).to.equal(true);
    for (const [command] of typed.matchAll(/\bpulumi (?:config|stack|up|refresh|cancel)\b[^\n#]*/g))
      expect(command).to.match(/(?:-s|--stack) prod|stack (?:init|rm|export -s) prod|change-secrets/);
  });

  it("says what to do when the first deployment breaks off, and what remains of a stack and costs", () => {
    const broken = sectionOf("When the first up breaks off");
    for (const told of ["make up STACK=prod", "pulumi cancel --stack prod", "pulumi refresh --stack prod"])
      expect(broken).to.contain(told);
    const deleted = sectionOf("Deleting it");
    for (const left of ["final snapshots", "secrets", "the zone", "bucket and key of the state"])
      expect(deleted).to.match(new RegExp(`^\\| ${left}.*\\|.*\\| +(?:nothing|.*USD.*) +\\|`, "m"));
  });
});
