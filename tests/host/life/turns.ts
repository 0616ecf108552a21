import { expect } from "chai";
import { home, type GetLife } from "./life";
import type { Running } from "./shell";
import { Stores } from "./stores";

const waits = "another push, backup or restore is running: waiting";
const nginxFile = "templates/nginx/nginx.conf";

interface BackupReport {
  readonly file: string;
}

/** Whatever changes the host takes its turn: none is refused for want of luck, and none is done by halves. */
export function turns(life: GetLife): void {
  describe("two at once", () => {
    const stores = new Stores(life);
    let archive: string;

    before(() => {
      stores.mark("Two at once");
      archive = (JSON.parse(life().shell.run("ecosystem backup --json").stdout) as BackupReport).file;
    });

    after(() => {
      life().project.restore(nginxFile);
    });

    const whole = () => {
      expect(life().host.run(`ls ${home}/state/restore.json`).status).not.to.equal(0);
      expect(life().host.succeed(`ls ${home}/backups`)).to.not.match(/partial|work/);
      expect(stores.marked("Two at once")).to.deep.equal({ accounts: 1, messages: 1 });
      life().healthy();
    };

    it("a restore waits for the backup that runs", async () => {
      const backup = life().shell.start("ecosystem backup");
      await backup.says("Backing up");
      const restore = life().shell.start(`ecosystem restore ${archive} --yes`);
      const [made, restored] = await Promise.all([backup.ended, restore.ended]);
      expect(made.status, made.output).to.equal(0);
      expect(made.output).to.contain("Done and proved by a trial");
      expect(restored.status, restored.output).to.equal(0);
      expect(restored.output).to.contain(waits).and.to.contain("Restored and proven");
      whole();
    });

    it("a push waits for the restore that runs", async () => {
      life().project.edit(nginxFile, "client_max_body_size", "# by turns\n  client_max_body_size");
      const restore = life().shell.start(`ecosystem restore ${archive} --yes`);
      await restore.says("==> restoring");
      const pushed = life().tryUp();
      const [restored, push] = await Promise.all([restore.ended, pushed]);
      expect(restored.status, restored.output).to.equal(0);
      expect(restored.output).to.contain("Restored and proven");
      expect(push.status, push.output).to.equal(0);
      expect(push.output).to.contain(waits);
      expect(life().pushed()).to.include({ id: life().output("releaseId"), result: "live" });
      whole();
    });

    it("a backup waits for the push that runs", async () => {
      life().project.restore(nginxFile);
      let backup: Running | undefined;
      const { status, output } = await life().tryUp({
        watch: (said) => {
          if (said.includes("==> release ")) backup ??= life().shell.start("ecosystem backup");
        },
      });
      expect(status, output).to.equal(0);
      const made = await backup?.ended;
      expect(made?.status, made?.output).to.equal(0);
      expect(made?.output).to.contain(waits).and.to.contain("Done and proved by a trial");
      whole();
    });
  });
}
