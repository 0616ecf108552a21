import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port";

/** A real OpenSSH server on the loopback address, which lets in whoever runs the tests. */
export class SshServer {
  readonly folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-sshd-"));
  readonly user = userInfo().username;
  port = 0;
  #server: ChildProcess | undefined;

  /** @param sudo bash script in the place of `sudo` on the server, which is how a push gets at the host */
  async start(sshd: string, sudo: string): Promise<void> {
    for (const name of ["host", "user"]) {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(this.folder, name)]);
    }
    writeFileSync(join(this.folder, "sudo"), `#!/bin/bash\n${sudo}`);
    chmodSync(join(this.folder, "sudo"), 0o755);
    // where it runs as root it wants this folder, which its package makes at a boot
    if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
    this.port = await freePort();
    writeFileSync(
      join(this.folder, "config"),
      [
        `Port ${String(this.port)}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${join(this.folder, "host")}`,
        `AuthorizedKeysFile ${join(this.folder, "user.pub")}`,
        `PidFile ${join(this.folder, "pid")}`,
        "PermitRootLogin yes",
        "StrictModes no",
        `SetEnv PATH=${this.folder}:/usr/bin:/bin`,
        "",
      ].join("\n"),
    );
    this.#server = spawn(sshd, ["-D", "-e", "-f", join(this.folder, "config")], { stdio: "ignore" });
    while (!(await this.#answers())) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async #answers(): Promise<boolean> {
    if (this.#server?.exitCode !== null) throw new Error("sshd did not start");
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1");
      socket.on("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => {
        resolve(false);
      });
    });
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  stop(): void {
    this.#server?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
