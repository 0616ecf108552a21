import { expect } from "chai";
import { SlowDownload, Visits } from "../../support/host/traffic";
import { only } from "../../support/engine/project";
import { home, services, type GetLife } from "./life";

const push = "command:remote:Command ai-ecosystem-sandbox-host-push";
/** Without the request of the push, which is another one for each release. */
const pushed = (changes: readonly string[]) => changes.filter((change) => !change.endsWith("-host-push-request"));
const nginxFile = "templates/nginx/nginx.conf";

export function nothingNew(life: GetLife): void {
  describe("nothing new", () => {
    it("is what a preview expects", async () => {
      await life().project.succeed("preview --expect-no-changes");
    });

    it("pushes nothing and starts nothing anew", async () => {
      const before = { file: life().host.succeed(`stat ${home}/state/push.json`), runs: life().runs() };
      await life().up();
      expect(life().changes()).to.deep.equal([]);
      expect(life().host.succeed(`stat ${home}/state/push.json`)).to.equal(before.file);
      expect(life().runs()).to.deep.equal(before.runs);
    });

    it("has happened to a service since it was made: none crashed", () => {
      const all = life().healthy();
      const crashes = services.filter((name) => all.get(name)?.restarts !== 0);
      expect(crashes).to.deep.equal([]);
    });
  });
}

export function otherInstanceType(life: GetLife): void {
  describe("another instance type", () => {
    const instanceType = "aws:ec2/instance:Instance";
    const volumeType = "aws:ebs/volume:Volume";

    it("updates the instance in place, and touches neither the data nor what runs", async () => {
      const before = life().project.state();
      const cost = life().output("estimatedMonthlyUsd");
      const release = life().pushed();
      const runs = life().runs();
      await life().project.succeed("config set ai-ecosystem:instanceType t3.large");

      await life().up();
      // memory limits and so the release are those of t3.medium: only the machine changes
      expect(life().changes()).to.deep.equal([`update ${instanceType} ai-ecosystem-sandbox-host-instance`]);
      const after = life().project.state();
      const [was, is] = [only(before, instanceType), only(after, instanceType)];
      expect(was.outputs?.["instanceType"]).to.equal("t3.medium");
      expect(is.outputs?.["instanceType"]).to.equal("t3.large");
      expect(is.id).to.be.a("string").and.equal(was.id);
      expect(only(after, volumeType)).to.deep.equal(only(before, volumeType));
      expect(Number(life().output("estimatedMonthlyUsd"))).to.be.greaterThan(Number(cost));
      expect(life().pushed()).to.deep.equal(release);
      expect(life().runs()).to.deep.equal(runs);
    });
  });
}

export function otherNginxSetting(life: GetLife): void {
  describe("another nginx setting", () => {
    const challenges = `${home}/data/acme/.well-known/acme-challenge`;
    /** Whether nginx takes a body of 2 MB, which it decides before it asks anybody. */
    const takesTwoMegabytes = async () => {
      const { status } = await life().host.ask(new URL("/api/none", life().output("librechatUrl")).href, {
        method: "POST",
        body: "x".repeat(2 << 20),
      });
      return status !== 413;
    };

    after(() => {
      life().host.run(`rm -f ${challenges}/download`);
    });

    it("is a push and nothing else in the preview", async () => {
      expect(await takesTwoMegabytes()).to.be.true;
      life().project.edit(nginxFile, "client_max_body_size 50m;", "client_max_body_size 1m;");
      const { status, output } = await life().preview();
      expect(status, output).to.equal(0);
      expect(pushed(life().changes())).to.deep.equal([`update ${push}`]);
    });

    it("is a reload: no service starts anew, no request is dropped, a download goes on", async () => {
      const before = { runs: life().runs(), pushed: life().pushed() };
      const sum = life().host.succeed(
        `mkdir -p ${challenges} && cd ${challenges} && head -c 64M /dev/urandom >download && chmod 644 download && sha256sum download`,
      );
      const dashboard = life().output("dashboardUrl");
      const download = new SlowDownload(
        life().host,
        new URL("/.well-known/acme-challenge/download", dashboard.replace("https:", "http:")).href,
      );
      const visits = new Visits(life().host, dashboard);

      const output = await life().up();
      await visits.stop();
      expect(output).to.contain("reloaded");
      expect(visits.failures).to.deep.equal([]);
      expect(visits.count).to.be.greaterThan(20);
      // it began under the old configuration, and is not over yet
      expect(download.ended).to.be.false;
      expect(download.bytes).to.be.greaterThan(0);
      download.hurry();
      expect(await download.sha256).to.equal(sum.split(" ")[0]);

      expect(pushed(life().changes())).to.deep.equal([`update ${push}`]);
      expect(life().runs()).to.deep.equal(before.runs);
      expect(await takesTwoMegabytes()).to.be.false;
      const id = life().output("releaseId");
      expect(id).not.to.equal(before.pushed.id);
      expect(life().pushed()).to.include({ id, previous: before.pushed.id, result: "live" });
      expect(life().current()).to.equal(id);
    });
  });
}
