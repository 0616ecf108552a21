import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { need } from "../support/need";
import { root } from "../support/root";

const print = 'process.stdout.write(require("./tests/support/fixtures").sandboxRelease().id)';

describe("a checkout", function () {
  const folder = mkdtempSync(join(tmpdir(), "checkout-"));
  before(function () {
    need(this, "git");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("has the same bytes and renders the same release with git's settings of Windows (NEW-12)", () => {
    const ids = ["true", "false"].map((autocrlf) => {
      const clone = join(folder, autocrlf);
      execFileSync("git", [
        "clone",
        "--quiet",
        "--no-local",
        "--depth=1",
        "-c",
        `core.autocrlf=${autocrlf}`,
        root,
        clone,
      ]);
      const files = execFileSync("git", ["ls-files", "--eol"], { cwd: clone, encoding: "utf8" }).split("\n");
      expect(files.filter((line) => /\bw\/(crlf|mixed)\b/.test(line))).to.deep.equal([]);
      symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
      return execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", print], {
        cwd: clone,
        encoding: "utf8",
      });
    });
    expect(ids[0])
      .to.match(/^[0-9a-f]{8,}/)
      .and.to.equal(ids[1]);
  });
});
