import { expect } from "chai";
import { askRds } from "../../support/aws/request";
import { sandboxCatalogue } from "../../support/fixtures";
import type { GetProduction } from "./production";

const prefix = "ai-ecosystem-prod-";
const definition = "aws:ecs/taskDefinition:TaskDefinition";
const service = "aws:ecs/service:Service";

/** The resources that changed, each once: `type name`. A replacement has several operations. */
const changed = (changes: readonly string[]): string[] =>
  [...new Set(changes.map((c) => c.split(" ").slice(1).join(" ").replace(prefix, "")))].sort();

export function otherImage(production: GetProduction): void {
  describe("another image", () => {
    const image = sandboxCatalogue().services.find((s) => s.name === "librechat")?.image ?? "";
    const next = image.replace(/:[^:]*$/, ":v0.0.0-next");
    /**
     * The service, the job that has its image too, and the proof that the service runs what it was given; before them the
     * snapshot, for which every job of that database waits: until it is made, a preview cannot tell that the other one is the same.
     * The nightly dump says of what images the data is.
     */
    const expected = [
      "aws:cloudwatch/eventTarget:EventTarget services-dump-clock-target",
      "aws:docdb/clusterSnapshot:ClusterSnapshot data-mongodb-upgrade",
      `${service} services-librechat`,
      `${definition} services-dump-task`,
      "aws:iam/rolePolicy:RolePolicy services-dump-clock-policy",
      `${definition} services-librechat-admin-task`,
      `${definition} services-librechat-task`,
      "command:local:Command services-librechat-admin-run",
      "command:local:Command services-librechat-verify",
      "command:local:Command services-mongodb-setup-run",
    ].sort();

    it("is previewed as new task definitions of one service and its job, and nothing else", async () => {
      await production().set("services.librechat.image", next);
      expect(changed(await production().succeed("preview"))).to.deep.equal(expected);
    });

    it("fails the update when its tasks do not start and ECS goes back", async () => {
      const { aws, history, project } = production();
      await aws.fail("librechat");
      const { status, output } = await history.run("up --yes --skip-preview");
      await aws.fail();
      expect(status, output).not.to.equal(0);
      expect(output).to.match(/librechat.*rolled back: it runs \S+:1, not \S+:2/);
      expect(project.state().filter((r) => r.type === definition).length).to.be.greaterThan(10);
      const [snapshot] = project.state().filter((r) => r.type === "aws:docdb/clusterSnapshot:ClusterSnapshot");
      expect(snapshot?.id).to.match(/-mongodb-[0-9a-f]{8}-before-[0-9a-f]{8}$/);
    });

    it("is deployed by the next update, and leaves nothing to do", async () => {
      const before = (await production().aws.ran()).length;
      const changes = changed(await production().up());
      expect(expected).to.include.members(changes);
      expect(changes).to.include("command:local:Command services-librechat-verify");
      const ran = (await production().aws.ran()).slice(before);
      expect(ran, "its job ran with the update before").to.deep.equal([]);
      expect(await production().succeed("preview --expect-no-changes")).to.deep.equal([]);
    });
  });
}

export function restoredDatabase(production: GetProduction): void {
  // DocumentDB's is in the unit tests: the emulated AWS restores no cluster whose password AWS keeps
  describe("a database from a snapshot", () => {
    it("takes the place of the present one, which stays, and leaves nothing to do", async () => {
      const { project } = production();
      const instances = () => project.state().filter((r) => r.type === "aws:rds/instance:Instance");
      const identifier = (r: { readonly outputs?: Readonly<Record<string, unknown>> } | undefined) =>
        String(r?.outputs?.["identifier"]);
      const [before] = instances();
      const snapshot = `${identifier(before)}-monday`;
      await askRds("CreateDBSnapshot", { DBInstanceIdentifier: identifier(before), DBSnapshotIdentifier: snapshot });
      await production().set("restoredFrom.postgres[0]", snapshot);
      // the tasks of before needed the database of before
      await production().aws.forget();
      const ran = (await production().aws.ran()).length;
      const changes = await production().up();
      expect(changes.filter((c) => /^(delete|replace)\S* aws:(docdb|rds)/.test(c))).to.deep.equal([]);
      const both = instances();
      expect(both).to.have.length(2);
      expect(both.every((r) => r.protect === true)).to.equal(true);
      const restored = both.find((r) => r.urn !== before?.urn);
      expect(identifier(restored)).to.match(/-postgres-[0-9a-f]{8}-[0-9a-f]{8}$/);
      const endpoints = project.outputs()["databaseEndpoints"] as { postgres: string };
      expect(endpoints.postgres).to.equal(restored?.outputs?.["address"]);
      expect((await production().aws.ran()).slice(ran)).to.include("postgres-setup");
      expect(await production().succeed("preview --expect-no-changes")).to.deep.equal([]);
    });
  });
}

export function otherScale(production: GetProduction): void {
  describe("another scale", () => {
    it("changes the limits of the scaling and what is drawn of them, and no task", async () => {
      await production().set("services.librechat.minTasks", 3);
      expect(changed(await production().up())).to.deep.equal([
        "aws:appautoscaling/target:Target services-librechat-scaling",
        "aws:cloudwatch/dashboard:Dashboard observability-dashboard",
      ]);
    });
  });
}

export function otherCostProfile(production: GetProduction): void {
  describe("another cost profile", () => {
    it("resizes the stores in place: none is replaced, none deleted", async () => {
      const before = Number(production().project.outputs()["estimatedMonthlyUsd"]);
      await production().set("costProfile", "economy");
      // the emulated AWS has no serverless DocumentDB: its step is in the unit tests
      await production().set("documentDbClass", "db.t4g.medium");
      // the tasks were made when each zone had a NAT gateway of its own
      await production().aws.forget();
      const changes = await production().up();
      const stores = changes.filter((c) => /aws:(rds|docdb|elasticache|s3)\//.test(c));
      expect(stores).to.include("update aws:rds/instance:Instance ai-ecosystem-prod-data-postgres-instance");
      expect(stores.filter((c) => !c.startsWith("update "))).to.deep.equal([]);
      expect(Number(production().project.outputs()["estimatedMonthlyUsd"])).to.be.lessThan(before - 50);
      expect(await production().succeed("preview --expect-no-changes")).to.deep.equal([]);
    });
  });
}
