import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { bundleLambda } from "../../../templates/lambda/bundle";
import type { HealthReport } from "../../../templates/lambda/health/report";
import { askAws } from "../../support/aws/request";
import type { GetProduction } from "./production";

export function liveHealth(production: GetProduction): void {
  describe("live health", () => {
    it("is learnt of every service and store on the page, by the function with what it was given", async () => {
      const state = production().project.state();
      const named = (name: string) => state.find((r) => r.urn.endsWith(`::ai-ecosystem-prod-${name}`));
      const { variables } = named("health-function")?.outputs?.["environment"] as { variables: Record<string, string> };
      const { status, stderr } = spawnSync("node", ["-e", `${bundleLambda("health")}\nmodule.exports.handler()`], {
        env: { ...process.env, ...variables },
        encoding: "utf8",
      });
      expect(status, stderr).to.equal(0);
      const read = (key: string) => askAws("s3", `/${variables["BUCKET"] ?? ""}/${key}`, { method: "GET" });
      const report = JSON.parse(await read("health.json")) as HealthReport;
      const page = JSON.parse(await read("services.json")) as { services: { name: string }[] };
      expect(Object.keys(report.services).sort()).to.deep.equal(page.services.map((s) => s.name).sort());
      for (const store of ["postgres", "mongodb", "redis"])
        expect(report.services[store], store).to.include({ state: "running", health: "healthy" });
      const missing = Object.entries(report.services).filter(([, { state: found }]) => found === "missing");
      expect(missing).to.deep.equal([]);
    });
  });
}
