import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DocumentDbStore } from "./documentdb";
import type { PostgresStore } from "./postgres";

/** What the data was before an upgrade, by store; `tag` is of the images that came, and a part of the snapshot's name. */
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
  const made: Partial<Record<"postgres" | "mongodb", pulumi.CustomResource>> = {};
  if (tags.postgres !== undefined && postgres !== undefined) {
    made.postgres = new aws.rds.Snapshot(
      `${name}-postgres-upgrade`,
      {
        // not before it answers: an instance that is being made has no snapshots
        dbInstanceIdentifier: pulumi.all([postgres.id, postgres.host]).apply(([id]) => id),
        dbSnapshotIdentifier: pulumi.interpolate`${postgres.id}-before-${tags.postgres}`,
      },
      options,
    );
  }
  if (tags.mongodb !== undefined && mongodb !== undefined) {
    made.mongodb = new aws.docdb.ClusterSnapshot(
      `${name}-mongodb-upgrade`,
      {
        dbClusterIdentifier: pulumi.all([mongodb.id, mongodb.host]).apply(([id]) => id),
        dbClusterSnapshotIdentifier: pulumi.interpolate`${mongodb.id}-before-${tags.mongodb}`,
      },
      options,
    );
  }
  return made;
}
