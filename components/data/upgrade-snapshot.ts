import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DocumentDbStore } from "./documentdb";
import type { DatabaseCopy, PostgresStore } from "./postgres";

/**
 * By database: `TAG` of the images that came, a part of the snapshot's name; or `TAG-of-COPY`, of a database that was restored.
 */
export type UpgradeTags = Readonly<Partial<Record<"postgres" | "mongodb", string>>>;

/**
 * Snapshots of the databases as they are before new versions of the applications migrate them. Another tag makes another one,
 * and only then the one before is deleted; so there is always that of the last upgrade.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html
 */
export function upgradeSnapshots(
  name: string,
  tags: UpgradeTags,
  stores: { readonly postgres: PostgresStore | undefined; readonly mongodb: DocumentDbStore | undefined },
  parent: pulumi.Resource,
): Readonly<Partial<Record<"postgres" | "mongodb", pulumi.CustomResource>>> {
  // a large one takes as long as what has changed since the last
  const options = { parent, customTimeouts: { create: "2h" } };
  const { postgres, mongodb } = stores;
  const snapshots: Partial<Record<"postgres" | "mongodb", pulumi.CustomResource>> = {};
  const parts = (text = ""): readonly [string, string] => {
    const [tag = "", copy = ""] = text.split("-of-");
    return [tag, copy];
  };
  // not before it answers: a database that is being made has no snapshots
  const ready = ({ id, host }: DatabaseCopy) => pulumi.all([id, host]).apply(([known]) => known);
  const end = (copy: string) => (copy === "" ? "" : `-${copy}`);
  const [postgresTag, postgresCopy] = parts(tags.postgres);
  const instance = postgres?.copies[postgresCopy];
  if (postgresTag !== "" && instance !== undefined) {
    snapshots.postgres = new aws.rds.Snapshot(
      `${name}-postgres-upgrade${end(postgresCopy)}`,
      {
        dbInstanceIdentifier: ready(instance),
        dbSnapshotIdentifier: pulumi.interpolate`${instance.id}-before-${postgresTag}`,
      },
      options,
    );
  }
  const [mongodbTag, mongodbCopy] = parts(tags.mongodb);
  const cluster = mongodb?.copies[mongodbCopy];
  if (mongodbTag !== "" && cluster !== undefined) {
    snapshots.mongodb = new aws.docdb.ClusterSnapshot(
      `${name}-mongodb-upgrade${end(mongodbCopy)}`,
      {
        dbClusterIdentifier: ready(cluster),
        dbClusterSnapshotIdentifier: pulumi.interpolate`${cluster.id}-before-${mongodbTag}`,
      },
      options,
    );
  }
  return snapshots;
}
