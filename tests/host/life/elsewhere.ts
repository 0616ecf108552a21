import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Life, type Credentials, type GetLife } from "./life";
import { Stores } from "./stores";

const mark = "Moved to another stack";

/** What is left of a stack when its host, its volume and its state are gone. */
export class Remains {
  readonly folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-remains-"));
  readonly archive = join(this.folder, "from-the-old-host.tar.gz");
  credentials: Credentials | undefined;

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The last backup of the deployment, on this machine. */
export function takenAway(life: GetLife, exec: string, remains: Remains): void {
  describe("an archive", () => {
    it("is taken to another machine", () => {
      new Stores(life).mark(mark);
      const { status, stdout, output } = life().shell.run("ecosystem backup --json");
      expect(status, output).to.equal(0);
      const { file } = JSON.parse(stdout) as { file: string };
      spawnSync("bash", ["-c", `exec ${exec} cat ${file} >${remains.archive}`]);
      expect(statSync(remains.archive).size).to.equal(Number(life().host.succeed(`stat -c %s ${file}`)));
      remains.credentials = life().credentials();
    });
  });
}

/** Another stack, with secrets, a host and an account of its own. */
export function elsewhere(fresh: () => string, exec: string, remains: Remains): void {
  describe("another stack", () => {
    let next: Life | undefined;
    after(() => {
      next?.project.remove();
      remains.remove();
    });

    it("is made of the archive by one command, with its data, keys and passwords", async () => {
      Life.renew(fresh());
      // the tool logs in as people do, at the port of AWS's hosts
      const port = process.env["HOST_SSH_PORT"] ?? "22";
      const ssh = join(remains.folder, "ssh");
      writeFileSync(
        ssh,
        `#!/bin/bash
for last; do :; done
for word; do case $word in ec2-user@*) address=\${word#*@} ;; esac; done
PATH=\${PATH#*:} exec ssh -p ${port} -o HostName=${new Life(exec).host.address} -o HostKeyAlias="$address" "$@"
`,
      );
      chmodSync(ssh, 0o755);
      next = new Life(exec, { PATH: `${remains.folder}:${process.env["PATH"] ?? ""}` });
      await next.project.init({ "ai-ecosystem:tls": "self-signed", "ai-ecosystem:backups": "host" });
      // the example's network is refused, as nobody is there
      await next.project.succeed("config set --path ai-ecosystem:sshAllowedCidrs[0] 100.64.7.0/24");
      const { status, output } = await next.project.run("node_modules/.bin/tsx", [
        ...["tools/restore.ts", "--stack", "sandbox", "--from", remains.archive, "--yes"],
      ]);
      expect(status, output).to.equal(0);
      expect(output).to.contain("Restored and proven");
      const before = remains.credentials ?? expect.fail("there was no archive");
      expect(output).not.to.contain(before.n8n.password);
      const now = next.credentials();
      expect(now.data.apiToken).to.equal(before.data.apiToken);
      expect(now.data.jupyterToken).to.equal(before.data.jupyterToken);
      for (const name of ["chatwoot", "librechat"] as const) expect(now[name].password).to.equal(before[name].password);
      // an archive has the hash of n8n's alone; n8n takes the stack's own at each start
      expect(now.n8n.password).not.to.equal(before.n8n.password);
      next.healthy();
      expect(new Stores(() => next as Life).marked(mark)).to.deep.equal({ accounts: 1, messages: 1 });
    });

    it("is at rest: the next update changes nothing", async () => {
      const life = next ?? expect.fail("there is no other stack");
      await life.up();
      expect(life.changes()).to.deep.equal([]);
    });
  });
}
