import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../support/root";

/** Where a name may be all the same, and why. */
const exceptions: readonly (readonly [path: RegExp, why: string])[] = [
  [/^settings\/keys\//, "what a user reads of a setting says which application it is about"],
  [/^dev\/bench\//, "a benchmark fills a volume that the shipped services have"],
];

const rooms = ["settings", "cost", "record", "policies", "templates", "components", "stacks", "tools", "dev"];
const application = /chatwoot|librechat|n8n|data.?bridge|jupyter/i;

// A fact about an application is a property of its service: the mechanism that reads it works for the next one as well.
describe("the name of an application", () => {
  const named = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...rooms], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\0")
    .filter((path) => path !== "")
    .flatMap((path) =>
      readFileSync(join(root, path), "utf8")
        .split("\n")
        .flatMap((line, i) =>
          application.test(line) || application.test(path) ? [`${path}:${i + 1} ${line.trim()}`] : [],
        ),
    );

  it("is known to its own folder in services/, to the tests and to the documents alone", () => {
    expect(named.filter((line) => !exceptions.some(([path]) => path.test(line)))).to.deep.equal([]);
  });

  it("is elsewhere only where the list of exceptions says so", () => {
    for (const [path, why] of exceptions)
      expect(
        named.some((line) => path.test(line)),
        why,
      ).to.equal(true);
  });
});
