import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { shellArchive } from "../../../templates/release/shell-archive";

describe("shell archive", () => {
  const files = {
    "z.txt": { text: "", mode: 0o644 },
    "a/b c/it's.sql": { text: "select '$HOME `x` \\n';\nEND\n", mode: 0o600 },
    "a/run.sh": { text: `#!/bin/sh\n${"ñ".repeat(400)}`, mode: 0o755 },
  };

  it("gives the files back, in whatever shell", () => {
    for (const shell of ["sh", "bash"]) {
      const folder = mkdtempSync(join(tmpdir(), "archive-"));
      try {
        const { status, stderr } = spawnSync(shell, ["-s", folder], { input: shellArchive(files) });
        expect(status, stderr.toString()).to.equal(0);
        for (const [path, { text, mode }] of Object.entries(files)) {
          expect(readFileSync(join(folder, path), "utf8")).to.equal(text);
          expect(statSync(join(folder, path)).mode & 0o777).to.equal(mode);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  });

  it("is the same for the same files, and stays in its folder", () => {
    expect(shellArchive(files)).to.equal(shellArchive(Object.fromEntries(Object.entries(files).reverse())));
    expect(() => shellArchive({ "../x": { text: "", mode: 0o644 } })).to.throw("../x is outside the archive");
    expect(() => shellArchive({ "/etc/x": { text: "", mode: 0o644 } })).to.throw("outside");
  });

  it("fails when it cannot write", () => {
    const { status } = spawnSync("sh", ["-s", "/nowhere"], { input: shellArchive(files) });
    expect(status).not.to.equal(0);
  });
});
