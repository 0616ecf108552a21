import { expect } from "chai";
import { estimateCost } from "../../../../cost/estimate";
import { record, type RecordedResource } from "../../../../record/record";
import { composeStack } from "../../../../stacks/compose";
import { prodSettings } from "../../../support/recorded/profile";

const first = "ai-ecosystem-prod-data-postgres-0a1b2c3d-before-4e5f6a7b";
const second = "rds:ai-ecosystem-prod-data-postgres-0a1b2c3d-2026-11-29-03-05";

describe("databases that were restored", function () {
  const stack = (restoredFrom: object, more: object = {}) =>
    record(() => composeStack({ ...prodSettings({ restoredFrom: JSON.stringify(restoredFrom) }), ...more }), {
      stack: "prod",
    });
  const ofType = (resources: readonly RecordedResource[], type: string) => resources.filter((r) => r.type === type);
  const instances = (resources: readonly RecordedResource[]) =>
    ofType(resources, "aws:rds/instance:Instance").map((r) => ({
      name: r.name.replace("ai-ecosystem-prod-data-", ""),
      snapshot: r.inputs["snapshotIdentifier"],
      protect: r.protect,
    }));

  it("are made beside those that they take the place of, which stay as they are, protected", async () => {
    const before = ofType((await stack({})).resources, "aws:rds/instance:Instance");
    const { resources, result } = await stack({ postgres: [first] });
    const [kept, live] = ofType(resources, "aws:rds/instance:Instance");
    expect([kept]).to.deep.equal(before);
    expect(live?.inputs).to.include({ snapshotIdentifier: first, deletionProtection: true, multiAz: true });
    expect(live?.inputs["identifier"]).to.match(/^ai-ecosystem-prod-data-postgres-[0-9a-f]{8}-[0-9a-f]{8}$/);
    expect(live?.protect).to.equal(true);
    // both are paid
    const priceOf = ({ resources: all, result: of }: Awaited<ReturnType<typeof stack>>) =>
      estimateCost({ ...of, resources: all }).floorUsd;
    expect(priceOf({ resources, result })).to.be.greaterThan(priceOf(await stack({})));
  });

  it("are those that every service and job, the rotation and the alarms know", async () => {
    const { resources } = await stack({ postgres: [first], mongodb: ["desk-monday"] });
    const others = (type: string) =>
      ofType(resources, type).filter((r) => r.inputs["snapshotIdentifier"] === undefined);
    const [oldInstance] = others("aws:rds/instance:Instance");
    const [oldCluster] = others("aws:docdb/cluster:Cluster");
    const own = new Set([oldInstance, oldCluster]);
    const names = [oldInstance?.inputs["identifier"], oldCluster?.inputs["clusterIdentifier"]].map(String);
    expect(names.every((name) => /-[0-9a-f]{8}$/.test(name))).to.equal(true);
    const mentions = resources.filter(
      (r) =>
        !own.has(r) &&
        !r.name.includes("-log-") &&
        !/mongodb-(writer|replica)$/.test(r.name) &&
        names.some((name) => new RegExp(`${name}(?!-[0-9a-f]{8})`).test(JSON.stringify(r.inputs))),
    );
    expect(mentions.map((r) => r.name)).to.deep.equal([]);
  });

  it("follow one another, and let the older ones go when that is said", async () => {
    const three = instances((await stack({ postgres: [first, second] })).resources);
    expect(three.map((i) => i.snapshot)).to.deep.equal([undefined, first, second]);
    const one = instances((await stack({ postgres: [first, second], keepReplaced: false })).resources);
    expect(one).to.deep.equal([three[2]]);
  });

  it("have their own snapshot before the next upgrade; that of the database before stays with it", async () => {
    const { result } = await stack({});
    const images = result.outputs["images"] as Record<string, string>;
    const previous = { images, upgradeSnapshots: { postgres: "0a1b2c3d" } };
    const names = (resources: readonly RecordedResource[]) =>
      ofType(resources, "aws:rds/snapshot:Snapshot").map((r) => String(r.inputs["dbSnapshotIdentifier"]));
    const plain = names((await stack({}, { previous })).resources);
    expect(names((await stack({ postgres: [first] }, { previous })).resources)).to.deep.equal(plain);
    const [moved = ""] = result.catalogue.services.filter((s) => s.uses?.includes("postgres")).map((s) => s.name);
    const upgraded = await stack(
      { postgres: [first] },
      { previous: { ...previous, images: { ...images, [moved]: "x:1" } } },
    );
    expect(names(upgraded.resources)[0]).to.match(/-[0-9a-f]{8}-[0-9a-f]{8}-before-[0-9a-f]{8}$/);
    expect((upgraded.result.outputs["upgradeSnapshots"] as { postgres: string }).postgres).to.match(/-of-[0-9a-f]{8}$/);
  });
});
