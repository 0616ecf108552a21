import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { root } from "../../support/root";

/** Folders whose files have to lie side by side. */
const flat: Readonly<Record<string, string>> = {
  ".": "where tools look for their settings",
  "docs/runbooks": "alarms of running stacks link to its pages",
};

describe("the folders of the project", () => {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\0")
    .filter((path) => path !== "");

  it("have at most 16 loose files each, but for those that have to be flat", () => {
    const loose = new Map<string, number>();
    for (const path of files) loose.set(dirname(path), (loose.get(dirname(path)) ?? 0) + 1);
    const full = [...loose].filter(([, count]) => count > 16).map(([folder]) => folder);
    expect(full).to.have.members(Object.keys(flat));
  });

  it("have programs of at most 300 lines", () => {
    const long = files
      .filter((path) => /\.(ts|mjs|cjs|js|sh|py|sql)$/.test(path) || path.startsWith("templates/host/bin/"))
      .filter((path) => readFileSync(join(root, path), "utf8").trimEnd().split("\n").length > 300);
    expect(long).to.deep.equal([]);
  });
});
