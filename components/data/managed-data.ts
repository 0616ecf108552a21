import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { backupBucket, type BackupBucket } from "../backup-bucket";
import { dataBucket, type DataBucket, type DataBucketArgs } from "./bucket";
import { documentDb, type DocumentDbStore } from "./documentdb";
import { postgres, type PostgresStore } from "./postgres";
import { sizesOf, type CostProfile, type SizeOverrides } from "../../settings/data-sizes";
import { upgradeSnapshots, type UpgradeTags } from "./upgrade-snapshot";
import { valkey, type ValkeyStore } from "./valkey";

export type DataStore = "postgres" | "mongodb" | "redis";

export interface ManagedDataArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets, one per zone; two at least. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Zones of the subnets, in the same order. */
  readonly zones: readonly pulumi.Input<string>[];
  readonly costProfile: CostProfile;
  /** Single sizes that replace the profile's. */
  readonly sizes?: SizeOverrides | undefined;
  /** Refuse to delete data, in Pulumi and in AWS. */
  readonly deletionProtection: boolean;
  readonly backupRetentionDays: number;
  readonly logRetentionDays: number;
  /** Password of Valkey: 16 to 128 letters and digits. Needed where it is made. */
  readonly redisAuthToken: pulumi.Input<string> | undefined;
  /** Snapshots that the databases were restored from, and whether those that they replaced stay. @default none */
  readonly restoredFrom?: RestoredFrom | undefined;
  /** Of the snapshots that are to be there before the applications of today run. @default none */
  readonly upgradeTags?: UpgradeTags | undefined;
  /** Of the databases' masters, from whoever reads them elsewhere as well. @default AWS makes, keeps and rotates them */
  readonly masterPasswords?: Readonly<Partial<Record<"postgres" | "mongodb", pulumi.Input<string>>>> | undefined;
  /** Those that are made. */
  readonly stores: readonly DataStore[];
  /** Buckets for the applications' files, by name. */
  readonly buckets: Readonly<Record<string, Pick<DataBucketArgs, "origins">>>;
  /** A bucket for dumps of all of it. @default none */
  readonly dumps?: boolean | undefined;
  /** Bucket that takes the access logs of these buckets. @default none are written */
  readonly accessLogBucket?: pulumi.Input<string> | undefined;
}

export interface RestoredFrom {
  readonly postgres?: readonly string[] | undefined;
  readonly mongodb?: readonly string[] | undefined;
  readonly keepReplaced: boolean;
}

const databaseName: Readonly<Record<DataStore, string>> = {
  postgres: "PostgreSQL",
  mongodb: "DocumentDB",
  redis: "Valkey",
};

/**
 * The data tier: PostgreSQL, DocumentDB, Valkey and buckets, each encrypted, backed up and in two zones. Nothing reaches
 * it until `allow` says so, and it reaches nothing.
 */
export class ManagedData extends pulumi.ComponentResource {
  /** Each is absent where nobody needs it. */
  public readonly postgres: PostgresStore | undefined;
  public readonly mongodb: DocumentDbStore | undefined;
  public readonly redis: ValkeyStore | undefined;
  public readonly buckets: Readonly<Record<string, DataBucket>>;
  public readonly backups: BackupBucket | undefined;
  private readonly name: string;
  private readonly snapshots: ReturnType<typeof upgradeSnapshots>;

  constructor(name: string, args: ManagedDataArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:data:ManagedData", name, {}, opts);
    if (args.subnetIds.length < 2 || args.zones.length !== args.subnetIds.length) {
      throw new pulumi.ResourceError(
        `\`subnetIds\` and \`zones\` name ${args.subnetIds.length} and ${args.zones.length}: two zones are needed, one subnet in each`,
        this,
      );
    }
    this.name = name;
    const sizes = sizesOf(args.costProfile, args.sizes);
    const { vpcId, subnetIds, zones, deletionProtection, backupRetentionDays, logRetentionDays } = args;
    const common = { vpcId, subnetIds, deletionProtection, backupRetentionDays, logRetentionDays };
    const when = <T>(store: DataStore, make: () => T): T | undefined =>
      args.stores.includes(store) ? make() : undefined;
    const from: RestoredFrom = args.restoredFrom ?? { keepReplaced: true };
    const before = (store: "postgres" | "mongodb") => ({
      restoredFrom: from[store],
      masterPassword: args.masterPasswords?.[store],
      keepReplaced: from.keepReplaced,
    });
    this.postgres = when("postgres", () =>
      postgres(`${name}-postgres`, { ...common, ...before("postgres"), sizes: sizes.postgres }, this),
    );
    this.mongodb = when("mongodb", () =>
      documentDb(`${name}-mongodb`, { ...common, ...before("mongodb"), zones, sizes: sizes.documentDb }, this),
    );
    this.redis = when("redis", () => {
      const { redisAuthToken: authToken } = args;
      if (authToken === undefined) throw new pulumi.ResourceError("Valkey needs `redisAuthToken`", this);
      return valkey(`${name}-redis`, { ...common, sizes: sizes.valkey, authToken }, this);
    });
    this.snapshots = upgradeSnapshots(name, args.upgradeTags ?? {}, this, this);
    const { accessLogBucket } = args;
    this.buckets = Object.fromEntries(
      Object.entries(args.buckets).map(([bucket, { origins }]) => [
        bucket,
        dataBucket(`${name}-${bucket}`, { deletionProtection, origins, accessLogBucket }, this),
      ]),
    );
    this.backups =
      args.dumps === true
        ? backupBucket(`${name}-backups`, { retentionDays: backupRetentionDays, protect: deletionProtection }, this)
        : undefined;
    this.registerOutputs({
      postgresHost: this.postgres?.host,
      mongodbHost: this.mongodb?.host,
      redisHost: this.redis?.host,
      bucketNames: Object.fromEntries(Object.entries(this.buckets).map(([bucket, made]) => [bucket, made.name])),
    });
  }

  /** What keeps the data as it was before an upgrade: whoever migrates it waits for that. */
  public saved(store: DataStore): readonly pulumi.CustomResource[] {
    const snapshot = store === "redis" ? undefined : this.snapshots[store];
    return snapshot === undefined ? [] : [snapshot];
  }

  /**
   * Lets a service connect to stores. `consumer` is its name, in kebab-case. A store that is not made here is passed over.
   * @returns the rules of the stores, for which the service waits
   */
  public allow(
    consumer: string,
    securityGroupId: pulumi.Input<string>,
    stores: readonly DataStore[],
  ): Readonly<Partial<Record<DataStore, pulumi.CustomResource>>> {
    const rules: Partial<Record<DataStore, pulumi.CustomResource>> = {};
    for (const store of new Set(stores)) {
      const target = this[store];
      if (target === undefined) continue;
      rules[store] = new aws.vpc.SecurityGroupIngressRule(
        `${this.name}-${store}-from-${consumer}`,
        {
          securityGroupId: target.securityGroupId,
          referencedSecurityGroupId: securityGroupId,
          ipProtocol: "tcp",
          fromPort: target.port,
          toPort: target.port,
          description: `${databaseName[store]} for ${consumer}`,
        },
        { parent: this },
      );
    }
    return rules;
  }
}
