import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { chosen, snapshotNamed, snapshotsOf, told } from "../../../../tools/restore/managed";

const state = [
  { urn: "a", type: "aws:rds/instance:Instance", id: "desk-db" },
  { urn: "b", type: "aws:docdb/cluster:Cluster", id: "desk-docdb" },
  { urn: "c", type: "aws:s3/bucket:Bucket", id: "desk-bucket" },
];

describe("snapshots to restore production from (NEW-1)", () => {
  let folder: string;
  let path: string | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "snapshots-"));
    path = process.env["PATH"];
    process.env["PATH"] = `${folder}:${path ?? ""}`;
    const answers = {
      rds: {
        DBSnapshots: [
          {
            DBSnapshotIdentifier: "rds:desk-db-mon",
            SnapshotCreateTime: "2026-01-05T03:05:00+00:00",
            Status: "available",
          },
          {
            DBSnapshotIdentifier: "desk-db-before-1a2b",
            SnapshotCreateTime: "2026-01-06T10:00:00+00:00",
            Status: "available",
          },
          { DBSnapshotIdentifier: "desk-db-now", Status: "creating" },
        ],
      },
      docdb: {
        DBClusterSnapshots: [
          {
            DBClusterSnapshotIdentifier: "rds:desk-docdb-mon",
            SnapshotCreateTime: "2026-01-05T02:10:00+00:00",
            Status: "available",
          },
        ],
      },
    };
    for (const [service, answer] of Object.entries(answers))
      writeFileSync(join(folder, service), JSON.stringify(answer));
    writeFileSync(join(folder, "aws"), `#!/bin/bash\necho "$*" >>${folder}/asked\ncat ${folder}/$1\n`);
    chmodSync(join(folder, "aws"), 0o755);
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });
  const all = () => snapshotsOf(state, "eu-west-1");

  it("are those of the stack's own databases that are ready, the newest first", async () => {
    expect(told(await all())).to.deep.equal([
      "2026-01-06T10:00Z  postgres   desk-db-before-1a2b",
      "2026-01-05T03:05Z  postgres   rds:desk-db-mon",
      "2026-01-05T02:10Z  mongodb    rds:desk-docdb-mon",
    ]);
    expect(readFileSync(join(folder, "asked"), "utf8"))
      .to.contain("--db-instance-identifier desk-db --region eu-west-1")
      .and.contain("--db-cluster-identifier desk-docdb --region eu-west-1");
  });

  it("are chosen by a moment, of each database the last one up to it", async () => {
    const found = await all();
    expect(chosen(found, "2026-01-06T00:00Z").map((s) => s.id)).to.deep.equal([
      "rds:desk-db-mon",
      "rds:desk-docdb-mon",
    ]);
    // another time zone's midnight
    expect(chosen(found, "2026-01-06T12:00:00+02:00").map((s) => s.id)).to.deep.equal([
      "desk-db-before-1a2b",
      "rds:desk-docdb-mon",
    ]);
    expect(chosen(found, "desk-db-before-1a2b").map((s) => s.database)).to.deep.equal(["postgres"]);
  });

  it("are found by their names where they are of no database of the stack, and a moment is no name", async () => {
    // what restore.md makes of a minute between two nights
    writeFileSync(
      join(folder, "aws"),
      `#!/bin/bash
      case "$*" in
        "rds describe-db-snapshots --db-snapshot-identifier desk-db-now"*" --include-shared --region eu-west-1 "*) cat ${folder}/rds ;;
        *) echo "An error occurred (DBClusterSnapshotNotFoundFault) when calling" >&2; exit 254 ;;
      esac`,
    );
    const found = await snapshotNamed("desk-db-now", "eu-west-1");
    expect(found.map(({ database }) => database)).to.deep.equal(["postgres", "postgres"]);
    expect(await snapshotNamed("other", "eu-west-1")).to.deep.equal([]);
    writeFileSync(join(folder, "aws"), "#!/bin/bash\necho AccessDenied >&2; exit 254");
    expect(await snapshotNamed("2026-01-31T02:00Z", "eu-west-1")).to.deep.equal([]);
    const refused = await snapshotNamed("desk-db-now", "eu-west-1").catch(String);
    expect(refused).to.contain("AccessDenied");
  });

  it("are refused when one database would have none, and when FROM is neither", async () => {
    const found = await all();
    expect(() => chosen(found, "2026-01-05T02:30Z")).to.throw(
      "No snapshot of postgres is from 2026-01-05T02:30Z or before.",
    );
    expect(() => chosen(found, "yesterday")).to.throw("no snapshot has that name");
    // without a zone nobody knows which hour is meant
    expect(() => chosen(found, "2026-01-06T00:00")).to.throw("it is no time such as");
  });
});
