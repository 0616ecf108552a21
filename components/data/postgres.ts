import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { masterUser } from "./master-user";
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

/** One that is there: the live one, or one that it has taken the place of. */
export interface DatabaseCopy {
  readonly id: pulumi.Output<string>;
  /** Known when it answers. */
  readonly host: pulumi.Output<string>;
}

export interface PostgresStore {
  /** All that are there, by the tag of the snapshot that each was restored from. */
  readonly copies: Readonly<Record<string, DatabaseCopy>>;
  /** Instance identifier: the dimension of its metrics. */
  readonly id: pulumi.Output<string>;
  readonly host: pulumi.Output<string>;
  readonly port: number;
  /** Secret with `username` and `password` of the master, kept and rotated by RDS; none when it was given. For the prepare job alone. */
  readonly masterSecretArn: pulumi.Output<string> | undefined;
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

/** PostgreSQL 17 in two zones. */
export function postgres(
  name: string,
  args: StoreArgs & Lineage & { readonly sizes: DataSizes["postgres"] },
  parent: pulumi.Resource,
): PostgresStore {
  const inside = { parent };
  const nameOf = storeName(name, 54, parent);
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
  const { copies, live } = lineage(args, ({ tag, end, snapshot }) => {
    const { id: identifier, finalSnapshot } = nameOf(tag);
    const logs = storeLogs(
      `${name}${end}`,
      pulumi.interpolate`/aws/rds/instance/${identifier}`,
      exports,
      args.logRetentionDays,
      parent,
    );
    return new aws.rds.Instance(
      `${name}-instance${end}`,
      {
        identifier,
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
        ...(args.masterPassword === undefined
          ? { manageMasterUserPassword: true }
          : { password: pulumi.secret(args.masterPassword) }),
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
        ...(snapshot === undefined ? {} : { snapshotIdentifier: snapshot }),
        enabledCloudwatchLogsExports: exports,
        // seven days are free
        performanceInsightsEnabled: true,
        performanceInsightsRetentionPeriod: 7,
        // changes that restart it wait for the maintenance window
        applyImmediately: false,
        tags: { Name: `${name}${end}` },
      },
      {
        ...inside,
        protect: args.deletionProtection,
        dependsOn: [...logs],
        // it grows by itself
        ignoreChanges: ["allocatedStorage"],
      },
    );
  });
  return {
    copies: Object.fromEntries(
      Object.entries(copies).map(([tag, { identifier, address }]) => [tag, { id: identifier, host: address }]),
    ),
    id: live.identifier,
    host: live.address,
    port,
    masterSecretArn: masterSecretArn(args.masterPassword, live.masterUserSecrets),
    securityGroupId: group.id,
  };
}
