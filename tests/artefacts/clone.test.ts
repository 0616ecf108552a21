import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { need } from "../support/need";
import { root } from "../support/root";

describe("a fresh clone", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "clone-"));
  const clone = join(folder, "ai-ecosystem");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: clone, encoding: "utf8" });
  // the packages are as they are: never installed into those of the checkout
  const make = (...args: string[]) =>
    spawnSync("make", ["--old-file=node_modules/.package-lock.json", ...args], { cwd: clone, encoding: "utf8" });

  before(function () {
    need(this, "git");
    need(this, "make");
    execFileSync("git", ["clone", "--quiet", "--no-local", "--depth=1", root, clone]);
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const stack of ["sandbox", "prod"]) {
    it(`shows ${stack} from the example, and says so`, () => {
      const { status, stdout, stderr } = make("preview", `STACK=${stack}`);
      expect(status, stdout + stderr).to.equal(0);
      expect(stdout).to.contain(`This is the example examples/Pulumi.${stack}.yaml`);
    });
  }

  it("keeps the user's settings out of git, so that an update cannot conflict with them", () => {
    writeFileSync(join(clone, "Pulumi.sandbox.yaml"), "config: {}\n");
    writeFileSync(join(clone, "ai-ecosystem.pem"), "key\n");
    expect(git("status", "--porcelain", "--", ".", ":!node_modules")).to.equal("");
    // but it can have them, and the project's own file is no settings file
    git("add", "--force", "Pulumi.sandbox.yaml");
    expect(git("ls-files", "Pulumi.*")).to.equal("Pulumi.sandbox.yaml\nPulumi.yaml\n");
  });
});
