import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settingKeys } from "../../../settings/keys";
import { withMemory } from "../../../dev/docs/applications";
import { withSettings } from "../../../dev/docs/settings";
import { lostLinks } from "../../support/links";
import { root } from "../../support/root";

const readme = readFileSync(join(root, "README.md"), "utf8");

describe("README", () => {
  it("has the settings of the schema (make docs)", () => {
    expect(withSettings(readme)).to.equal(readme);
  });

  it("names the words of every key that takes one of a few (NEW-26)", () => {
    for (const [key, ...words] of [
      ["topology", "host", "fargate"],
      ["tls", "letsencrypt"],
      ["guardDuty", "create", "existing", "off"],
      ["deployment", "rolling", "blueGreen"],
    ]) {
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${key ?? ""}\` |`)) ?? "";
      for (const word of words) expect(row).to.contain(`\`${word}\``);
    }
  });

  it("has the memory of the catalogue on the page of the applications (make docs)", () => {
    const page = readFileSync(join(root, "docs/applications.md"), "utf8");
    expect(withMemory(page)).to.equal(page);
  });

  it("names only make targets that exist", () => {
    const targets = [...readFileSync(join(root, "Makefile"), "utf8").matchAll(/^([a-z-]+):/gm)].map((m) => m[1]);
    const named = [...readme.matchAll(/`make ([a-z-]+)/g)].map((m) => m[1]);
    expect(named).not.to.have.length(0);
    expect(named.filter((name) => !targets.includes(name))).to.deep.equal([]);
  });

  it("names only settings that exist, as docs/production.md and the runbooks do", () => {
    const runbooks = readdirSync(join(root, "docs/runbooks")).map((name) => `docs/runbooks/${name}`);
    const unknown = ["README.md", "docs/production.md", ...runbooks].flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(/pulumi config set [^\n`]*?ai-ecosystem:(\w+)/g)]
        .filter(([, key]) => !Object.hasOwn(settingKeys, key ?? ""))
        .map(([command]) => `${path}: ${command}`),
    );
    expect(unknown).to.deep.equal([]);
  });

  it("links only to files and headings that exist, as the pages of docs do", () => {
    const pages = ["README.md", "docs/production.md", "docs/applications.md", "docs/restore.md"];
    expect(pages.flatMap(lostLinks)).to.deep.equal([]);
  });
});
