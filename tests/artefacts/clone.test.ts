import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { need } from "../support/need";
import { root } from "../support/root";

describe("a fresh clone", function () {
  const folder = mkdtempSync(join(tmpdir(), "clone-"));
  const clone = join(folder, "ai-ecosystem");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: clone, encoding: "utf8" });
  // the packages are as they are: never installed into those of the checkout
  const make = (...args: string[]) =>
    spawnSync("make", ["--old-file=node_modules/.package-lock.json", ...args], {
      cwd: clone,
      encoding: "utf8",
      env: { ...process.env, PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter) },
    });

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

  it("writes a command of the host that runs where it lies (NEW-28)", () => {
    const { status, stdout } = spawnSync(join(clone, "out/sandbox/bin/ecosystem"), ["help"], { encoding: "utf8" });
    expect(status).to.equal(0);
    expect(stdout).to.contain("ecosystem doctor");
    expect(existsSync(join(clone, "out/sandbox/ecosystem"))).to.equal(false);
  });

  it("ends with the code that the README says, as make has its own (NEW-19)", () => {
    expect(make("preview", "STACK=none").status).to.equal(2);
    expect(readFileSync(join(clone, "README.md"), "utf8")).to.contain("(`make` makes 2 of it)");
  });

  it("reads one stack and leaves another one selected (NEW-4)", () => {
    mkdirSync(join(folder, "bin"));
    const fake = `#!/bin/sh\necho "$@" >>"${join(folder, "calls")}"\n`;
    writeFileSync(join(folder, "bin/pulumi"), fake, { mode: 0o755 });
    copyFileSync(join(clone, "examples/Pulumi.prod.yaml"), join(clone, "Pulumi.prod.yaml"));
    const { status, stdout, stderr } = make("outputs", "STACK=prod");
    expect(status, stdout + stderr).to.equal(0);
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    expect(calls.at(-1)).to.equal("stack output --stack prod");
    expect(calls.filter((call) => call.includes("select"))).to.deep.equal([]);
  });

  it("keeps the user's settings and keys (NEW-15) out of git, so that an update cannot conflict with them", () => {
    writeFileSync(join(clone, "Pulumi.sandbox.yaml"), "config: {}\n");
    writeFileSync(join(clone, "ai-ecosystem.pem"), "key\n");
    expect(git("status", "--porcelain", "--", ".", ":!node_modules")).to.equal("");
    // but it can have them, and the project's own file is no settings file
    git("add", "--force", "Pulumi.sandbox.yaml");
    expect(git("ls-files", "Pulumi.*")).to.equal("Pulumi.sandbox.yaml\nPulumi.yaml\n");
  });
});
