import { expect } from "chai";
import { Visits } from "../../support/host/traffic";
import type { GetLife } from "./life";

const librechatFile = "services/librechat/librechat.ts";
const gateFile = "templates/host/bin/lib/gate.sh";
const lastWords = "no moon in sight";

/** The process runs, and its health check fails for ever. */
export function neverHealthy(life: GetLife): void {
  describe("a release that never gets healthy", () => {
    let good: string;

    before(() => {
      good = life().current();
    });

    after(() => {
      life().project.restore(librechatFile);
      life().project.restore(gateFile);
    });

    it("gives way to the one before, and the message has the service and what its health check said", async () => {
      const { project, host } = life();
      project.edit(
        librechatFile,
        `healthCheck: {
      command: ["wget", "-q", "--spider", "http://127.0.0.1:3080/readyz"],
      interval: 15,
      timeout: 10,
      retries: 5,
      startPeriod: 120,`,
        `healthCheck: {
      command: ["sh", "-c", "echo '${lastWords}' >&2; exit 1"],
      interval: 2,
      timeout: 10,
      retries: 2,
      startPeriod: 1,`,
      );
      // of two minutes in which it could still recover
      project.edit(gateFile, "-ge 120 ]; then blame_unready", "-ge 10 ]; then blame_unready");
      const visits = new Visits(host, new URL("/health", life().output("chatwootUrl")).href);
      const { status, output } = await life().tryUp();
      await visits.stop();
      expect(status).not.to.equal(0);
      expect(output).to.match(/error: release [0-9a-f]{16} is not live: not ready: librechat \(unhealthy\)/);
      expect(output).to.match(/--- librechat: running, health unhealthy/);
      expect(output).to.contain(`health check: ${lastWords}`);
      expect(output).to.contain(`release ${good} serves again`);
      expect(visits.failures).to.deep.equal([]);
      expect(life().current()).to.equal(good);
      expect(life().pushed()).to.include({ previous: good, result: "rolled-back" });
      life().healthy();
      const doctor = life().shell.run("ecosystem doctor");
      expect(doctor.output).to.match(/ERROR +the last push ended: rolled-back \(not ready: librechat \(unhealthy\)\)/);
    });

    it("is followed by one that does", async () => {
      life().project.restore(librechatFile);
      life().project.restore(gateFile);
      await life().up();
      expect(life().pushed()).to.include({ id: life().output("releaseId"), result: "live" });
      life().healthy();
    });
  });
}
