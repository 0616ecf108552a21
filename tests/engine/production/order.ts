import { expect } from "chai";
import type { GetProduction } from "./production";

const service = "aws:ecs/service:Service ai-ecosystem-prod-services-";

export function otherServices(production: GetProduction): void {
  describe("a service that comes later", () => {
    it("is called by those that were there before it: they are deployed anew, after it", async () => {
      // one without a host name: the emulated AWS does not make a record of the same name twice
      production().project.edit(
        "services/librechat/librechat.ts",
        'calls: ["data-bridge"],',
        'calls: ["data-bridge", "n8n-webhook"],',
      );
      await production().set("services.n8n-webhook.enabled", false);
      expect(await production().up()).to.include(`delete ${service}n8n-webhook`);
      await production().unset("services.n8n-webhook");
      const changes = await production().up();
      expect(changes).to.include.members([`create ${service}n8n-webhook`, `update ${service}librechat`]);
    });
  });
}

export function otherStores(production: GetProduction): void {
  describe("another MongoDB", () => {
    it("takes the place of DocumentDB, and gives it back: the jobs wait until its instances serve", async () => {
      // of no use meanwhile, and refused
      await production().unset("documentDbClass");
      // the intent: what DocumentDB holds is deleted
      await production().set("services.mongodb.enabled", false);
      await production().set("mongoUri", "mongodb+srv://desk:hidden-from-all@c.example.net/librechat", "--secret");
      const changes = await production().up();
      expect(changes).to.include("delete aws:docdb/cluster:Cluster ai-ecosystem-prod-data-mongodb-cluster");
      await production().unset("mongoUri");
      await production().unset("services.mongodb");
      await production().set("documentDbClass", "db.t4g.medium");
      // RDS is there already, and nothing else is as slow as the instances
      expect(await production().up()).to.include(
        "create aws:docdb/clusterInstance:ClusterInstance ai-ecosystem-prod-data-mongodb-writer",
      );
      const ran = await production().aws.ran();
      expect(ran.filter((job) => job === "mongodb-setup").length).to.be.at.least(2);
      expect(ran.lastIndexOf("mongodb-setup")).to.be.lessThan(ran.lastIndexOf("librechat-admin"));
    });
  });
}
