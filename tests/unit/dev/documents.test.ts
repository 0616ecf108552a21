import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { root } from "../../support/root";

const decisions = readdirSync(join(root, "docs/decisions")).map((file) => `docs/decisions/${file}`);

/** What a page names: relative links, and paths of this repository in code. */
function named(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, to = ""]) => join(dirname(page), to));
  const code = [...text.matchAll(/`([a-z.][\w.-]*\/[\w./-]*)`/g)].map(([, path = ""]) => path);
  const scripts = [...text.matchAll(/\b(?:tests|tools|dev)\/[\w/-]+\.ts\b/g)].map(([path]) => path);
  return [...links, ...code, ...scripts];
}

describe("the contributors' pages", () => {
  for (const page of ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...decisions]) {
    it(`${page} names files that are there`, () => {
      // made by commands or by users, or outside of the repository
      const elsewhere = /^(out|\.\.|node_modules|services\.local)\//;
      expect(named(page).filter((path) => !elsewhere.test(path) && !existsSync(join(root, path)))).to.deep.equal([]);
    });
  }

  it("list every decision", () => {
    const list = readFileSync(join(root, "docs/decisions/README.md"), "utf8");
    for (const page of decisions.filter((path) => !path.endsWith("README.md")))
      expect(list).to.contain(`(${page.split("/").at(-1) ?? ""})`);
  });

  it("have a section for the version that is tagged next, above those that were, and say how", () => {
    const read = (page: string) => readFileSync(join(root, page), "utf8");
    const sections = [...read("CHANGELOG.md").matchAll(/^## \[(\d+)\.(\d+)\.(\d+)\] - (.+)$/gm)].map(
      ([, major, minor, patch, when = ""]) => ({ version: [major, minor, patch].map(Number), when }),
    );
    const number = ([major = 0, minor = 0, patch = 0]: readonly number[]) => major * 1e6 + minor * 1e3 + patch;
    const numbers = sections.map(({ version }) => number(version));
    expect(numbers).to.deep.equal([...numbers].sort((a, b) => b - a));
    const { version } = JSON.parse(read("package.json")) as { version: string };
    const tagged = sections.filter(({ when }) => when !== "to be tagged");
    // what nobody has dated yet is the first one alone
    expect(sections.slice(1)).to.deep.equal(sections.length === tagged.length ? tagged.slice(1) : tagged);
    for (const { when } of tagged) expect(when).to.match(/^\d{4}-\d\d-\d\d$/);
    expect(tagged[0]?.version.join(".")).to.equal(version);
    expect(read("CHANGELOG.md")).not.to.contain("[Unreleased]");
    expect(read("CONTRIBUTING.md")).to.match(/git tag --annotate v\d/);
  });
});
