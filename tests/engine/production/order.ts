import { expect } from "chai";
import type { GetProduction } from "./production";

const service = "aws:ecs/service:Service ai-ecosystem-prod-services-";

/** A service and a store at once: each goes and comes by itself, and an update of production is two minutes of the processor. */
export function goAndComeBack(production: GetProduction): void {
  describe("a service and a store that come later", () => {
    it("go when their switches say so, DocumentDB for another MongoDB", async () => {
      // one without a host name: the emulated AWS does not make a record of the same name twice
      production().project.edit(
        "services/librechat/librechat.ts",
        'calls: ["data-bridge"],',
        'calls: ["data-bridge", "n8n-webhook"],',
      );
      await production().set("services.n8n-webhook.enabled", false);
      // of no use meanwhile, and refused
      await production().unset("documentDbClass");
      // the intent: what DocumentDB holds is deleted
      await production().set("services.mongodb.enabled", false);
      await production().set("mongoUri", "mongodb+srv://desk:hidden-from-all@c.example.net/librechat", "--secret");
      expect(await production().up()).to.include.members([
        `delete ${service}n8n-webhook`,
        "delete aws:docdb/cluster:Cluster ai-ecosystem-prod-data-mongodb-cluster",
      ]);
    });

    it("come before those who call them, and its jobs wait until DocumentDB's instances serve (AWS-4)", async () => {
      for (const key of ["services.n8n-webhook", "mongoUri", "services.mongodb"]) await production().unset(key);
      await production().set("documentDbClass", "db.t4g.medium");
      // RDS is there already, and nothing else is as slow as the instances
      expect(await production().up()).to.include.members([
        `create ${service}n8n-webhook`,
        `update ${service}librechat`,
        "create aws:docdb/clusterInstance:ClusterInstance ai-ecosystem-prod-data-mongodb-writer",
      ]);
      const ran = await production().aws.ran();
      expect(ran.filter((job) => job === "mongodb-setup").length).to.be.at.least(2);
      expect(ran.lastIndexOf("mongodb-setup")).to.be.lessThan(ran.lastIndexOf("librechat-admin"));
    });
  });
}
