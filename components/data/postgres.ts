import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { masterUser } from "./master-user";
import type { DataSizes } from "../../settings/data-sizes";
import { masterSecretArn, storeLogs, storeName, storeSecurityGroup, type StoreArgs } from "./store";

export interface PostgresStore {
  /** Instance identifier: the dimension of its metrics. */
  readonly id: pulumi.Output<string>;
  readonly host: pulumi.Output<string>;
  readonly port: number;
  /** Secret with `username` and `password` of the master, kept and rotated by RDS. For the prepare job alone. */
  readonly masterSecretArn: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
}

const port = 5432;

/** No plain connections, and logs that tell who came, what was slow and who changed the schema. */
const parameters: Readonly<Record<string, string>> = {
  "rds.force_ssl": "1",
  log_connections: "1",
  log_disconnections: "1",
  log_lock_waits: "1",
  // milliseconds; the applications' own queries take a few
  log_min_duration_statement: "2000",
  log_statement: "ddl",
};

/** PostgreSQL 17 in two zones, for Chatwoot and n8n. */
export function postgres(
  name: string,
  args: StoreArgs & { readonly sizes: DataSizes["postgres"] },
  parent: pulumi.Resource,
): PostgresStore {
  const inside = { parent };
  const { id, finalSnapshot } = storeName(name, 54, parent);
  const group = storeSecurityGroup(name, args.vpcId, "PostgreSQL: the services that use it", parent);
  const subnets = new aws.rds.SubnetGroup(
    `${name}-subnets`,
    { subnetIds: [...args.subnetIds], description: "Data tier of the ecosystem" },
    inside,
  );
  const settings = new aws.rds.ParameterGroup(
    `${name}-settings`,
    {
      family: "postgres17",
      description: "TLS only, logs for slow statements and schema changes",
      parameters: Object.entries(parameters).map(([key, value]) => ({
        name: key,
        value,
        applyMethod: "immediate",
      })),
    },
    inside,
  );
  const exports = ["postgresql", "upgrade"];
  const logs = storeLogs(name, pulumi.interpolate`/aws/rds/instance/${id}`, exports, args.logRetentionDays, parent);
  const instance = new aws.rds.Instance(
    `${name}-instance`,
    {
      identifier: id,
      engine: "postgres",
      // the major version: AWS chooses and keeps up the minor one, and the provider compares no more than what is written here
      engineVersion: "17",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      instanceClass: args.sizes.instanceClass,
      multiAz: true,
      publiclyAccessible: false,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [group.id],
      port,
      parameterGroupName: settings.name,
      username: masterUser,
      manageMasterUserPassword: true,
      // passwords that are rotated: a token for every connection is more than the applications can do
      iamDatabaseAuthenticationEnabled: false,
      storageType: "gp3",
      storageEncrypted: true,
      allocatedStorage: args.sizes.storageGb,
      maxAllocatedStorage: args.sizes.maxStorageGb,
      // UTC, and before the maintenance
      backupWindow: "03:00-04:00",
      maintenanceWindow: "sun:04:30-sun:05:30",
      backupRetentionPeriod: args.backupRetentionDays,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !args.deletionProtection,
      deletionProtection: args.deletionProtection,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: finalSnapshot,
      enabledCloudwatchLogsExports: exports,
      // seven days are free
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
      // changes that restart it wait for the maintenance window
      applyImmediately: false,
      tags: { Name: name },
    },
    {
      ...inside,
      protect: args.deletionProtection,
      dependsOn: [...logs],
      // it grows by itself
      ignoreChanges: ["allocatedStorage"],
    },
  );
  return {
    id,
    host: instance.address,
    port,
    masterSecretArn: masterSecretArn(instance.masterUserSecrets),
    securityGroupId: group.id,
  };
}
