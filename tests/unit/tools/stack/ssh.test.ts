import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../support/root";

describe("a login to the host", function () {
  const login = { publicIp: "203.0.113.10", sshHostKey: "203.0.113.10 ssh-ed25519 AAAA", sshPrivateKey: "PEM" };
  const program = (after: string) => `
    const { withLogin } = require(${JSON.stringify(join(root, "tools/stack/ssh.ts"))});
    void withLogin(${JSON.stringify(login)}, async () => {
      console.log("logged in");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
    ${after}`;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-login-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const interrupted = async (signal: NodeJS.Signals, after = "") => {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", program(after)], {
      cwd: root,
      env: { ...process.env, TMPDIR: folder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    const keys = () => readdirSync(folder).filter((name) => name.startsWith("ai-ecosystem-ssh-"));
    expect(keys()).to.have.length(1);
    child.kill(signal);
    const [code, by] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    expect(keys()).to.deep.equal([]);
    return code ?? by;
  };

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`leaves its key in no folder when it is ended by ${signal} (HOST-8)`, async () => {
      expect(await interrupted(signal)).to.equal(signal);
    });
  }

  it("leaves the end to whoever else listens", async () => {
    expect(await interrupted("SIGINT", 'process.on("SIGINT", () => process.exit(7));')).to.equal(7);
  });
});
