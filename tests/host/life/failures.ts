import { expect } from "chai";
import { home, type GetLife } from "./life";

const nginxFile = "templates/nginx/nginx.conf";
const librechatFile = "services/librechat/librechat.ts";
const lastWords = "librechat: no licence for the moon";

export function failedPushes(life: GetLife): void {
  describe("a push that fails", () => {
    let good: string;

    beforeEach(() => {
      good = life().current();
    });

    afterEach(() => {
      life().project.restore(nginxFile);
      life().project.restore(librechatFile);
    });

    const answers = async () => {
      const { status } = await life().host.ask(new URL("/readyz", life().output("librechatUrl")).href);
      return status;
    };

    it("for a broken nginx file: says so, and nothing was changed", async () => {
      const before = { runs: life().runs(), pushed: life().pushed() };
      life().project.edit(nginxFile, "server_tokens off;", "server_tokens offf;");
      const { status, output } = await life().tryUp();
      expect(status).not.to.equal(0);
      expect(output).to.match(/invalid value "offf" .*nginx\.conf:\d+/);
      expect(output).to.match(/error: release [0-9a-f]{16} is not live: nginx refuses its configuration/);
      expect(output).to.contain(`nothing was changed: release ${good} still runs`);
      expect(life().current()).to.equal(good);
      expect(life().pushed()).to.deep.equal(before.pushed);
      expect(life().runs()).to.deep.equal(before.runs);
      life().healthy();
      expect(await answers()).to.equal(200);
    });

    it("for a service that does not stay up: shows its last lines and goes back", async () => {
      life().project.edit(
        librechatFile,
        'role: "web",',
        `role: "web",\n    entrypoint: ["sh", "-c", "echo '${lastWords}' >&2; sleep 1; exit 3"],`,
      );
      const { status, output } = await life().tryUp();
      expect(status).not.to.equal(0);
      expect(output).to.match(/--- librechat: .*exit 3/);
      expect(output).to.contain(lastWords);
      expect(output).to.match(/error: release [0-9a-f]{16} is not live: .*librechat/);
      expect(output).to.contain(`going back to release ${good}`);
      expect(output).to.contain(`release ${good} serves again`);
      expect(life().current()).to.equal(good);
      expect(life().pushed()).to.include({ previous: good, result: "rolled-back" });
      life().healthy();
      expect(await answers()).to.equal(200);
    });

    it("with nothing readable written down: still goes back to the release that runs", async () => {
      life().host.succeed(`: >${home}/state/push.json`);
      life().project.edit(librechatFile, 'role: "web",', 'role: "web",\n    entrypoint: ["sh", "-c", "exit 3"],');
      const { status, output } = await life().tryUp();
      expect(status).not.to.equal(0);
      expect(output).to.contain(`release ${good} serves again`);
      expect(life().current()).to.equal(good);
      expect(await answers()).to.equal(200);
    });

    it("is followed by one that succeeds, once the cause is repaired", async () => {
      await life().up();
      const id = life().output("releaseId");
      expect(life().pushed()).to.include({ id, result: "live" });
      expect(life().current()).to.equal(id);
      life().healthy();
    });
  });
}

export function interruptedPush(life: GetLife): void {
  describe("an interrupted push", () => {
    it("is caught up on by the next `pulumi up`", async () => {
      const { project, host } = life();
      project.edit(librechatFile, 'APP_TITLE: "LibreChat"', 'APP_TITLE: "Chat of the desk"');
      let interrupted = false;
      const { status, output } = await life().tryUp({
        watch: (said, child) => {
          if (interrupted || !said.includes("==> starting, in order of health")) return;
          interrupted = true;
          // Ctrl-C reaches everything that runs in the terminal
          process.kill(-(child.pid ?? 0), "SIGINT");
        },
      });
      expect(interrupted, output).to.be.true;
      expect(status, output).not.to.equal(0);
      await project.pulumi("cancel --yes");

      await life().up();
      const id = life().output("releaseId");
      expect(life().pushed()).to.include({ id, result: "live" });
      expect(life().current()).to.equal(id);
      const container = life().healthy().get("librechat")?.id ?? "";
      expect(host.succeed(`docker exec ${container} printenv APP_TITLE`).trim()).to.equal("Chat of the desk");
      // nothing is left of the upload
      expect(host.succeed(`find ${home}/state -name 'incoming.*'`)).to.equal("");
      await project.succeed("preview --expect-no-changes");
    });
  });
}
