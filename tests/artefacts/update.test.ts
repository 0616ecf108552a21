import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { need } from "../support/need";
import { root } from "../support/root";

describe("make update", function () {
  const folder = mkdtempSync(join(tmpdir(), "update-"));
  const upstream = join(folder, "upstream");
  const mine = join(folder, "mine");
  const git = (cwd: string, ...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@acme.test", ...args], { cwd, encoding: "utf8" });
  const update = (...words: string[]) =>
    spawnSync("make", ["--old-file=node_modules/.package-lock.json", "update", "STACK=desk", ...words], {
      cwd: mine,
      encoding: "utf8",
    });
  const edit = (path: string, change: (text: string) => string) => {
    writeFileSync(join(upstream, path), change(readFileSync(join(upstream, path), "utf8")));
  };

  before(function () {
    need(this, "git");
    need(this, "make");
    execFileSync("git", ["clone", "--quiet", "--no-local", "--depth=1", root, upstream]);
    git(upstream, "checkout", "--quiet", "-B", "main");
    execFileSync("git", ["clone", "--quiet", upstream, mine]);
    symlinkSync(join(root, "node_modules"), join(mine, "node_modules"));
    const settings = readFileSync(join(mine, "examples/Pulumi.sandbox.yaml"), "utf8");
    writeFileSync(join(mine, "Pulumi.desk.yaml"), settings);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("says that there is nothing newer", () => {
    const { status, stdout, stderr } = update();
    expect(status, stderr).to.equal(0);
    expect(stdout).to.contain("Nothing newer: origin/main");
  });

  it("shows what a newer version changes of the user's own stack, and leaves everything as it is", () => {
    edit("services/n8n/runners.ts", (text) => text.replace(/(version = "\d+\.\d+)\.\d+/, "$1.99"));
    edit("CHANGELOG.md", (text) => text.replace("### Added\n", "### Added\n\n- Something\n  new.\n"));
    git(upstream, "commit", "--quiet", "--all", "--message=Newer");
    git(upstream, "tag", "v99.0.0");
    const before = git(mine, "rev-parse", "HEAD");
    const { status, stdout, stderr } = update();
    expect(status, stdout + stderr).to.equal(0);
    expect(stdout).to.match(/^v99\.0\.0 \(\w{8}\) has 1 commits more/m);
    expect(stdout).to.contain("Added: Something new.");
    expect(stdout).to.match(/^ {4}~ n8n: \S+n8n:\S+ -> \S+\.99$/m);
    expect(stdout).to.match(/^ {4}~ ai-ecosystem-desk-host-push \(remote Command\): .*create/m);
    expect(stdout).to.match(/^ {4}fixed: [\d.]+ USD a month, as before$/m);
    expect(stdout).to.contain("Nothing was merged. To take it:\n    git merge v99.0.0\n");
    expect(git(mine, "rev-parse", "HEAD")).to.equal(before);
    expect(git(mine, "status", "--porcelain", "--", ".", ":!node_modules")).to.equal("");
    expect(git(mine, "worktree", "list").trim().split("\n")).to.have.length(1);
  });

  it("says what the newer version does not take of the settings", () => {
    edit("settings/schema.ts", (text) => `${text}\nthrow new Error("a newer program refuses it");\n`);
    git(upstream, "commit", "--quiet", "--all", "--message=Broken");
    const { status, stderr } = update("TO=origin/main");
    expect(status).to.equal(2);
    expect(stderr).to.contain("a newer program refuses it");
    expect(git(mine, "worktree", "list").trim().split("\n")).to.have.length(1);
    const none = update("TO=v0.0.0");
    expect(none.status).to.equal(2);
    expect(none.stderr).to.contain("v0.0.0");
  });
});
