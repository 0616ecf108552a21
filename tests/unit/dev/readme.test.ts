import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settingKeys, type SettingKey } from "../../../settings/keys";
import { withMemory } from "../../../dev/docs/applications";
import { defaultProdSettings, prodCatalogue } from "../../../dev/docs/profiles";
import { withSettings } from "../../../dev/docs/settings";
import { sandboxCatalogue } from "../../support/fixtures";
import { lostLinks } from "../../support/pages/links";
import { previewOf, prodPreviewOf } from "../../support/recorded/preview";
import { root } from "../../support/root";

const readme = readFileSync(join(root, "README.md"), "utf8");

const pagesIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);

describe("README", function () {
  it("has the settings of the schema (make docs)", () => {
    expect(withSettings(readme)).to.equal(readme);
  });

  const rowOf = (key: string) => readme.split("\n").find((line) => line.startsWith(`| \`${key}\` |`)) ?? "";

  it("names the words of every key that takes one of a few, and who reads it (NEW-26)", () => {
    const few = Object.entries<SettingKey>(settingKeys).filter(([, { allowed }]) => / or /.test(allowed));
    const words = few.map(([key, { allowed }]) => [key, allowed.split(" or ")] as const);
    const lists = words.filter(([, list]) => list.every((word) => /^[\w-]+$/.test(word) && word !== "true"));
    expect(lists.map(([key]) => key)).to.include.members(["topology", "tls", "memoryPlan", "guardDuty", "deployment"]);
    for (const [key, list] of lists)
      for (const word of list.filter((one) => one !== "false"))
        expect(rowOf(key), key).to.match(RegExp(`\\b${word}\\b`));
    for (const [key, { only, managedData }] of Object.entries<SettingKey>(settingKeys)) {
      const [, topology, besides] = /\(topology `(\w+)`(, or `data` managed)?\)/.exec(rowOf(key)) ?? [];
      expect(topology, key).to.equal(only);
      expect(besides !== undefined, key).to.equal(managedData === true);
    }
  });

  it("shows how a key of several values is written, and which services there are (NEW-26)", () => {
    const nested = Object.entries<SettingKey>(settingKeys).filter(([, { howTo }]) => howTo !== undefined);
    expect(nested.map(([key]) => key)).to.include.members(["smtp", "services", "oidc", "assistant"]);
    for (const [key] of nested)
      expect(rowOf(key), key).to.match(RegExp(`\`pulumi config set -s name [^\`]*ai-ecosystem:${key}\\b[^\`]*\``));
    const services = [...sandboxCatalogue().services, ...prodCatalogue(defaultProdSettings()).services];
    for (const { name } of services) expect(rowOf("services")).to.contain(`\`${name}\``);
  });

  it("says no number of resources that is not today's, on any page (NEW-32)", async () => {
    const counts = [await previewOf(), await prodPreviewOf()].map(({ resources }) => String(resources.length));
    const pages = ["README.md", "README.es.md", ...["docs", "docs/es"].flatMap(pagesIn)];
    const said = pages.flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(/\b(\d[\d.,]*) (?:resources|recursos)\b/g)].map(
        ([, figure = ""]) => [path, figure] as const,
      ),
    );
    expect(said.map(([path]) => path)).to.include.members(["README.md", "README.es.md"]);
    for (const [path, figure] of said) expect(counts, `${path}: ${figure}`).to.include(figure);
  });

  it("says what jobs of GitHub cost where it sets them up (NEW-32)", () => {
    const page = readFileSync(join(root, "docs/production.md"), "utf8");
    const [, section = ""] = /\n## Delivery from GitHub\n([\s\S]*?)\n## /.exec(page) ?? [];
    const jobs = readdirSync(join(root, ".github/workflows")).filter((name) =>
      readFileSync(join(root, ".github/workflows", name), "utf8").includes("schedule:"),
    );
    expect(jobs).not.to.deep.equal([]);
    const [cost = ""] = /^.*minutes of GitHub's plan[\s\S]*?\n\n/m.exec(section) ?? [];
    for (const job of jobs) expect(cost).to.contain(`\`${job.replace(/\.ya?ml$/, "")}\``);
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
