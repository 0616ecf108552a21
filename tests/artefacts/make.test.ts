import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { need } from "../support/need";
import { root } from "../support/root";

/** A checkout with the Makefile alone, on a machine with no other programs than these. */
describe("make, on a machine that lacks something (NEW-29)", function () {
  let folder: string;
  let make: string;
  const program = (name: string, ...lines: string[]) => {
    writeFileSync(join(folder, "bin", name), ["#!/bin/bash", ...lines, ""].join("\n"), { mode: 0o755 });
  };
  const run = (target: string) => {
    const env = { PATH: join(folder, "bin"), HOME: folder };
    const { status, stdout, stderr } = spawnSync(make, [target], { cwd: folder, encoding: "utf8", env });
    return { status, text: `${stdout}${stderr}` };
  };

  beforeEach(function () {
    make = need(this, "make");
    folder = mkdtempSync(join(tmpdir(), "make-"));
    mkdirSync(join(folder, "bin"));
    for (const name of ["bash", "touch", "grep", "sed", "awk"])
      symlinkSync(need(this, name), join(folder, "bin", name));
    for (const name of ["Makefile", "package.json", "package-lock.json"])
      copyFileSync(join(root, name), join(folder, name));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Packages that are newer than the lock file, with this `tsx` among them. */
  const installed = () => {
    mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
    writeFileSync(join(folder, "node_modules/.bin/tsx"), "#!/bin/bash\necho previewed\n", { mode: 0o755 });
    writeFileSync(join(folder, "node_modules/.package-lock.json"), "{}\n");
  };

  it("says that Node is missing, and where it is", () => {
    for (const prepare of [() => undefined, installed]) {
      prepare();
      const { status, text } = run("preview");
      expect(status).to.equal(2);
      expect(text).to.match(/^Node is not installed, .*Node 20\.19 or newer \(https:\/\/nodejs\.org/);
      expect(text).not.to.contain("command not found");
    }
    expect(run("help")).to.deep.include({ status: 0 });
  });

  it("notices an older Node after the packages are there", () => {
    installed();
    const old = 'Object.defineProperty(process.versions, "node", { value: "18.20.4" });';
    writeFileSync(join(folder, "old.cjs"), old);
    program("node", `exec "${process.execPath}" --require "${join(folder, "old.cjs")}" "$@"`);
    expect(run("preview").text).to.contain("is too old: install Node 20.19 or newer").and.not.contain("previewed");
    program("node", `exec "${process.execPath}" "$@"`);
    expect(run("preview")).to.deep.equal({ status: 0, text: "previewed\n" });
  });

  it("says what to look at when the packages cannot be had, and tries again the next time", () => {
    program("node", `exec "${process.execPath}" "$@"`);
    program("npm", 'if [ "$1" = config ]; then echo https://registry.acme.test/; else echo ENOTFOUND >&2; exit 1; fi');
    for (let i = 0; i < 2; i++) {
      const { status, text } = run("preview");
      expect(status).to.equal(2);
      expect(text).to.match(
        /ENOTFOUND\nThe packages could not be installed: .*registry \(https:\/\/registry\.acme\.test\//,
      );
    }
    expect(existsSync(join(folder, "node_modules/.package-lock.json"))).to.equal(false);
  });
});
