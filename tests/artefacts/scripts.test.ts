import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renderUserData } from "../../templates/user-data";
import { sandboxRelease } from "../support/fixtures";
import { need } from "../support/need";

describe("the scripts of a release", () => {
  let folder: string;
  const scripts: string[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-scripts-"));
    const files = Object.entries(sandboxRelease().files).map(([path, f]) => [path, f.text] as const);
    for (const [path, text] of [...files, ["user-data.sh", renderUserData(4)] as const]) {
      if (!/\.sh$/.test(path) && !text.startsWith("#!")) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
      scripts.push(path);
    }
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are found", () => {
    expect(scripts).to.include.members([
      "bin/push",
      "bin/ecosystem",
      "bin/lib/backups/backup.sh",
      "n8n/import.sh",
      "user-data.sh",
    ]);
  });

  it("pass shellcheck", function () {
    const shellcheck = need(this, "shellcheck");
    const { status, stdout } = spawnSync(shellcheck, ["--external-sources", ...scripts], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout).to.equal("");
    expect(status).to.equal(0);
  });

  it("pipe into no command that may end before it has read everything (HOST-1)", () => {
    // under pipefail the producer's SIGPIPE counts as a failure, but only once there is more data than a pipe holds
    const early =
      /(?<!\|)\|(?!\|)\s*(?:head\b(?! -n -| -c -)|read\b|grep (?:-\w*[qml]|--(?:quiet|max-count))|sed [^|]*[\d$/;{]\s*q(?=['"};\s]|$)|awk [^|]*\bexit\b|(?:pg )?pg_restore (?:--list|-l)|jq -n(?!R))/;
    const found = scripts.flatMap((path) => {
      const lines = readFileSync(join(folder, path), "utf8").split("\n");
      // in the containers sh has no pipefail
      if (!path.startsWith("bin/") && !lines.some((line) => line.includes("pipefail"))) return [];
      return lines
        .filter((line) => early.test(line) && !line.includes("$cli INFO"))
        .map((line) => `${path}: ${line.trim()}`);
    });
    expect(found).to.deep.equal([]);
  });

  it("keep the bootstrap within EC2's 16 KB", () => {
    expect(Buffer.byteLength(renderUserData(32))).to.be.lessThan(16384);
  });
});
