import { expect } from "chai";
import type { GetProduction } from "./production";

const services = ["n8n", "n8n-worker", "n8n-webhook", "chatwoot-web", "chatwoot-sidekiq", "librechat", "data-bridge"];
/** Each after those that it needs. */
const jobs = [
  ["postgres-setup", "chatwoot-prepare"],
  ["chatwoot-prepare", "chatwoot-admin"],
  ["chatwoot-prepare", "postgres-grants"],
  ["postgres-setup", "n8n-import"],
  ["mongodb-setup", "librechat-admin"],
] as const;

export function creation(production: GetProduction): void {
  describe("creation", () => {
    it("is previewed from nothing, whole", async () => {
      const changes = await production().succeed("preview");
      expect(changes.length).to.be.greaterThan(400);
      expect(changes.filter((c) => !c.startsWith("create "))).to.deep.equal([]);
      const made = changes.map((c) => c.split(" ").at(-1));
      expect(made).to.include.members(services.map((s) => `ai-ecosystem-prod-services-${s}`));
      expect(made).to.include.members([...new Set(jobs.flat())].map((j) => `ai-ecosystem-prod-services-${j}-run`));
    });

    it("goes from nothing to the whole stack with one `pulumi up`, jobs before those who need them", async () => {
      await production().up();
      production().made = true;
      const ran = await production().aws.ran();
      for (const [first, then] of jobs)
        expect(ran.indexOf(first), `${first} before ${then}`).to.be.within(0, ran.indexOf(then) - 1);
      expect(new Set(ran).size, "no job runs twice").to.equal(ran.length);
    });

    it("tells where everything is", () => {
      const outputs = production().project.outputs();
      expect(outputs).to.include({ dashboardUrl: "https://example.com/", chatwootUrl: "https://desk.example.com/" });
      for (const name of ["albDnsName", "cloudFrontDomain", "clusterName", "dashboardName", "estimatedMonthlyUsd"]) {
        expect(outputs[name], name).to.match(/./);
      }
      expect(outputs["databaseEndpoints"]).to.have.keys("postgres", "mongodb", "redis");
    });
  });
}

export function nothingNew(production: GetProduction): void {
  describe("nothing new", () => {
    it("is what a preview expects", async () => {
      expect(await production().succeed("preview --expect-no-changes")).to.deep.equal([]);
    });
  });
}
