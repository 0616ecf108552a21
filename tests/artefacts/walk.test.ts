import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { need } from "../support/need";
import { root } from "../support/root";

/** Lines of the fenced blocks of a section, without their comments. */
function typed(page: string, heading: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8");
  const section = text.slice(text.indexOf(`\n${heading}\n`)).split(/\n#{1,3} /, 2)[1] ?? "";
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** A machine of somebody who has git, make and Node, and nothing else: no pulumi, no AWS CLI, no account. */
describe("the walk through README and docs/production.md, by the words of the pages", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "walk-"));
  const bin = join(folder, "bin");
  const clone = join(folder, "ai-ecosystem");

  before(function () {
    const programs = ["git", "bash", "sh", "env", "grep", "sed", "awk", "touch", "uname", "cat", "rm"];
    mkdirSync(bin);
    for (const program of programs) symlinkSync(need(this, program), join(bin, program));
    symlinkSync(process.execPath, join(bin, "node"));
    // the packages are as they are: never installed into those of the checkout
    const make = `exec ${need(this, "make")} --old-file=node_modules/.package-lock.json "$@"`;
    writeFileSync(join(bin, "make"), `#!/bin/bash\n${make}\n`, { mode: 0o755 });
    mkdirSync(join(folder, "from"));
    execFileSync("git", [
      "clone",
      "--quiet",
      "--bare",
      "--no-local",
      "--depth=1",
      root,
      join(folder, "from/ai-ecosystem"),
    ]);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (line: string, cwd: string) => {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", line], {
      cwd,
      encoding: "utf8",
      env: { PATH: bin, HOME: folder },
    });
    return { status, text: `${stdout}${stderr}` };
  };

  it("comes from the clone to the first result", () => {
    const [first = "", ...more] = typed("README.md", "## First result, without an AWS account");
    expect(first).to.equal("git clone <this repository> && cd ai-ecosystem");
    const cloned = run(first.replace("<this repository>", join(folder, "from/ai-ecosystem")), folder);
    expect(cloned.status, cloned.text).to.equal(0);
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
    expect(more).to.deep.equal(["make preview"]);
    for (const line of more) {
      const { status, text } = run(line, clone);
      expect(status, text).to.equal(0);
      expect(text).to.match(/^Next +make init STACK=sandbox$/m);
      expect(existsSync(join(clone, "out/sandbox/index.html"))).to.equal(true);
    }
  });

  it("comes to settings of one's own without a terminal, and is told what it lacks for the rest", () => {
    const lines = typed("README.md", "## Deploy it");
    expect(lines.filter((line) => line.startsWith("make "))).to.include.members([
      "make init",
      "make preview",
      "make up",
    ]);
    for (const line of lines) {
      const flags =
        "--topology host --region eu-central-1 --size t3.medium --domain none --admin-email ops@acme.io --ssh 10.0.0.5/32 --smtp-host none --model none --alert-email none --budget none";
      const init = line === "make init";
      const { status, text } = run(init ? `make init ARGS='${flags}'` : line, clone);
      if (line.startsWith("pulumi ")) expect(text).to.contain("pulumi: command not found");
      else if (init || line === "make preview") expect(status, `${line}: ${text}`).to.equal(0);
      else expect(text, line).to.contain("The pulumi CLI is not installed.");
    }
    expect(readFileSync(join(clone, "Pulumi.sandbox.yaml"), "utf8")).to.contain("aws:region: eu-central-1");
  });

  it("shows production, and says of each command of the checklist what is missing here", () => {
    const page = readFileSync(join(root, "docs/production.md"), "utf8");
    const headings = [...page.matchAll(/^### \d+\. .+$/gm)].map(([heading]) => heading);
    const lines = headings.flatMap((heading) => typed("docs/production.md", heading));
    expect(lines.length).to.be.greaterThan(20);
    for (const line of lines.filter((l) => l.startsWith("make "))) {
      if (line.startsWith("make init")) continue;
      const { status, text } = run(line, clone);
      if (line === "make preview STACK=prod") expect(status, text).to.equal(0);
      else {
        expect(status, line).to.equal(2);
        expect(text, line).to.match(/pulumi|AWS CLI|make init STACK=prod/);
        expect(text, line).not.to.match(/\n {4}at |undefined|ENOENT/);
      }
    }
  });
});
