import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pushCommand } from "../../../../components/host/push";
import { liveRelease, pushAgain, pushedRelease } from "../../../../tools/stack/live-release";

const [believed, other] = ["0123456789abcdef", "fedcba9876543210"];
const urn = "urn:pulumi:sandbox::ai-ecosystem::ai-ecosystem:host:EcosystemHost$command:remote:Command::x-host-push";
const push = { urn, type: "command:remote:Command", outputs: { create: pushCommand(believed, "0a1b2c3d") } };
const login = { publicIp: "203.0.113.10", sshHostKey: "203.0.113.10 ssh-ed25519 AAAA", sshPrivateKey: "PEM" };

describe("the release that the host runs", () => {
  let folder: string;
  const path = process.env["PATH"];
  const program = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-bin-"));
    process.env["PATH"] = `${folder}:${String(path)}`;
    program(
      "pulumi",
      `case "$2" in export) cat <<'STATE'\n${JSON.stringify({ deployment: { resources: [push] } })}\nSTATE\n;;
       output) cat <<'OUTPUTS'\n${JSON.stringify(login)}\nOUTPUTS\n;; esac`,
    );
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  it("is in the state what the last push sent", () => {
    expect(pushedRelease([push])).to.deep.equal({ urn, id: believed });
    const older = { ...push, outputs: { create: `  exec bash "$incoming/bin/push" "$incoming" ${believed}\n'` } };
    expect(pushedRelease([older])).to.deep.equal({ urn, id: believed });
    expect(pushedRelease([])).to.equal(undefined);
  });

  it("is asked of the host that has the known key, with a key file that nobody else reads", async () => {
    program(
      "ssh",
      `[ "$(stat -c %a "$2")" = 600 ] || exit 1
       case "$*" in *StrictHostKeyChecking=yes*UserKnownHostsFile=*) echo ${other} ;; esac`,
    );
    expect(await liveRelease(login)).to.equal(other);
    program("ssh", "exit 255");
    expect(await liveRelease(login)).to.equal(undefined);
  });

  it("is pushed again when it is not the one that the state believes (HOST-4)", async () => {
    program("ssh", `echo ${other}`);
    expect(await pushAgain("sandbox")).to.deep.equal(["--replace", urn]);
    program("ssh", `echo ${believed}`);
    expect(await pushAgain("sandbox")).to.deep.equal([]);
    program("ssh", "exit 255");
    expect(await pushAgain("sandbox")).to.deep.equal([]);
  });
});
