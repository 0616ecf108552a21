import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseCopy } from "./postgres";
import { masterUser } from "./master-user";
import { usable } from "../usable";
import type { DataSizes } from "../../settings/data-sizes";
import {
  lineage,
  masterSecretArn,
  storeLogs,
  storeName,
  storeSecurityGroup,
  type Lineage,
  type StoreArgs,
} from "./store";
import { required } from "../../settings/required";

export interface DocumentDbStore {
  /** All that are there, by the tag of the snapshot that each was restored from. */
  readonly copies: Readonly<Record<string, DatabaseCopy>>;
  /** Cluster identifier: the dimension of its metrics. */
  readonly id: pulumi.Output<string>;
  /** Identifiers of the writer and the replica. */
  readonly instanceIds: readonly pulumi.Output<string>[];
  /** Always the writer's address; known when both instances serve. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
  /** Secret with `username` and `password` of the master, kept and rotated by DocumentDB; none when it was given. For the prepare job alone. */
  readonly masterSecretArn: pulumi.Output<string> | undefined;
  readonly securityGroupId: pulumi.Output<string>;
}

const port = 27017;
const serverless = "db.serverless";

/** DocumentDB 5.0 with a writer and a replica, each in a zone of its own. */
export function documentDb(
  name: string,
  args: StoreArgs &
    Lineage & {
      /** Zones of the subnets: AWS would choose any for each instance, also the same. */
      readonly zones: readonly pulumi.Input<string>[];
      readonly sizes: DataSizes["documentDb"];
    },
  parent: pulumi.Resource,
): DocumentDbStore {
  const inside = { parent };
  const { instanceClass, capacity } = args.sizes;
  const nameOf = storeName(name, 50, parent);
  const group = storeSecurityGroup(name, args.vpcId, "DocumentDB: the services that use it", parent);
  const subnets = new aws.docdb.SubnetGroup(
    `${name}-subnets`,
    { subnetIds: [...args.subnetIds], description: "Data tier of the ecosystem" },
    inside,
  );
  const settings = new aws.docdb.ClusterParameterGroup(
    `${name}-settings`,
    {
      family: "docdb5.0",
      description: "TLS only, audit and slow operations logged",
      parameters: [
        { name: "audit_logs", value: "enabled" },
        { name: "profiler", value: "enabled" },
        { name: "tls", value: "enabled" },
      ],
    },
    inside,
  );
  const exports = ["audit", "profiler"];
  const { copies, live } = lineage(args, ({ tag, end, snapshot }) => {
    const { id: identifier, finalSnapshot } = nameOf(tag);
    const logs = storeLogs(
      `${name}${end}`,
      pulumi.interpolate`/aws/docdb/${identifier}`,
      exports,
      args.logRetentionDays,
      parent,
    );
    const cluster = new aws.docdb.Cluster(
      `${name}-cluster${end}`,
      {
        clusterIdentifier: identifier,
        engine: "docdb",
        engineVersion: "5.0.0",
        allowMajorVersionUpgrade: false,
        ...(instanceClass === serverless
          ? { serverlessV2ScalingConfiguration: { minCapacity: capacity.min, maxCapacity: capacity.max } }
          : {}),
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [group.id],
        port,
        dbClusterParameterGroupName: settings.name,
        masterUsername: masterUser,
        ...(args.masterPassword === undefined
          ? { manageMasterUserPassword: true }
          : { masterPassword: pulumi.secret(args.masterPassword) }),
        storageEncrypted: true,
        preferredBackupWindow: "02:00-03:00",
        preferredMaintenanceWindow: "sun:03:30-sun:04:30",
        backupRetentionPeriod: args.backupRetentionDays,
        deletionProtection: args.deletionProtection,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: finalSnapshot,
        ...(snapshot === undefined ? {} : { snapshotIdentifier: snapshot }),
        enabledCloudwatchLogsExports: exports,
        applyImmediately: false,
        tags: { Name: `${name}${end}` },
      },
      {
        ...inside,
        protect: args.deletionProtection,
        dependsOn: [...logs],
        // AWS adds a third zone for the storage
        ignoreChanges: ["availabilityZones"],
      },
    );
    const instances = ["writer", "replica"].map(
      (role, i) =>
        new aws.docdb.ClusterInstance(
          `${name}-${role}${end}`,
          {
            // by default `tf-…`, which tells nobody whose it is, nor which roles may ask for it; a failover swaps the roles
            identifier: pulumi.interpolate`${identifier}-${i + 1}`,
            clusterIdentifier: cluster.id,
            instanceClass,
            availabilityZone: required(args.zones, i % args.zones.length, "zone"),
            // AWS's default. DocumentDB has no minor versions and takes no notice; patches of the engine come in the window
            // https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBInstance.html
            autoMinorVersionUpgrade: true,
            // billed beyond seven days
            enablePerformanceInsights: false,
            // the replica takes over
            promotionTier: i,
            preferredMaintenanceWindow: "sun:03:30-sun:04:30",
            applyImmediately: false,
            tags: { Name: `${name}-${role}${end}` },
          },
          // the zone of a subnet never moves
          { ...inside, ignoreChanges: ["availabilityZone"] },
        ),
    );
    return {
      id: identifier,
      instanceIds: instances.map((instance) => instance.id),
      // the cluster alone is there minutes before anything answers
      host: usable(cluster.endpoint, instances),
      masterSecretArn: masterSecretArn(args.masterPassword, cluster.masterUserSecrets),
    };
  });
  return { copies, ...live, port, securityGroupId: group.id };
}
