import { expect } from "chai";
import { dumpName } from "../../../services/dump";
import { record, type RecordedResource } from "../../../record/record";
import { composeStack } from "../../../stacks/compose";
import type { Previous } from "../../../settings/settings";
import { prodSettings } from "../../support/recorded/profile";

const snapshots = ["aws:rds/snapshot:Snapshot", "aws:docdb/clusterSnapshot:ClusterSnapshot"];

describe("snapshots before an upgrade", function () {
  const stack = (previous: Partial<Previous>) =>
    record(() => composeStack({ ...prodSettings(), previous: { images: {}, upgradeSnapshots: {}, ...previous } }), {
      stack: "prod",
    });
  const made = (resources: readonly RecordedResource[]) =>
    resources.filter((r) => snapshots.includes(r.type)).map((r) => r.name);
  let images: Readonly<Record<string, string>>;
  let services: readonly {
    readonly name: string;
    readonly uses?: readonly string[];
    readonly after?: readonly string[];
  }[];
  let jobs: typeof services;

  before(async () => {
    const { result } = await stack({});
    images = result.outputs["images"] as Record<string, string>;
    ({ services, jobs } = result.catalogue);
  });

  it("are not made of data that is new, nor when no image changes", async () => {
    expect(made((await stack({})).resources)).to.deep.equal([]);
    expect(made((await stack({ images })).resources)).to.deep.equal([]);
    expect((await stack({ images })).result.outputs).not.to.have.property("upgradeSnapshots");
  });

  it("are made of what an application with another image uses, and of nothing else", async () => {
    const users = (store: string) => services.filter((s) => s.uses?.includes(store) === true).map((s) => s.name);
    for (const [store, other] of [
      ["postgres", "mongodb"],
      ["mongodb", "postgres"],
    ] as const) {
      const name = users(store).find((user) => !users(other).includes(user)) ?? "";
      const { resources, result } = await stack({ images: { ...images, [name]: `${images[name] ?? ""}-older` } });
      expect(made(resources), name).to.deep.equal([`ai-ecosystem-prod-data-${store}-upgrade`]);
      const tags = result.outputs["upgradeSnapshots"] as Record<string, string>;
      expect(Object.keys(tags)).to.deep.equal([store]);
      expect(tags[store]).to.match(/^[0-9a-f]{8}$/);
    }
  });

  it("stay as they are until the next upgrade, so that an update without one changes nothing", async () => {
    const upgradeSnapshots = { postgres: "0a1b2c3d" };
    const { resources, result } = await stack({ images, upgradeSnapshots });
    const [snapshot] = resources.filter((r) => snapshots.includes(r.type));
    expect(String(snapshot?.inputs["dbSnapshotIdentifier"])).to.match(/-before-0a1b2c3d$/);
    expect(result.outputs["upgradeSnapshots"]).to.deep.equal(upgradeSnapshots);
  });

  it("are waited for by the jobs, and by them every service that changes a database", async () => {
    const [name = ""] = Object.keys(images).filter((n) =>
      services.find((s) => s.name === n)?.uses?.includes("postgres"),
    );
    const before = { images: { ...images, [name]: "older:1" } };
    const { resources } = await stack(before);
    for (const job of jobs.filter((j) => j.name !== dumpName && j.uses?.includes("postgres") === true)) {
      const run = resources.find((r) => r.name.endsWith(`-${job.name}-run`));
      expect(
        run?.dependencies.filter((urn) => urn.endsWith("-postgres-upgrade")),
        job.name,
      ).to.have.length(1);
    }
    for (const store of ["postgres", "mongodb"]) {
      const preparing = jobs.filter((job) => job.uses?.includes(store) === true).map((job) => job.name);
      const reaches = (names: readonly string[]): boolean =>
        names.some(
          (n) => preparing.includes(n) || reaches([...services, ...jobs].find((s) => s.name === n)?.after ?? []),
        );
      for (const service of services.filter((s) => s.uses?.includes(store) === true)) {
        expect(reaches(service.after ?? []), `${service.name} waits for a job of ${store}`).to.equal(true);
      }
    }
  });
});
