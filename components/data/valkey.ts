import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataSizes } from "../../settings/data-sizes";
import { storeName, storeSecurityGroup, type StoreArgs } from "./store";

export interface ValkeyStore {
  /** Replication group: its nodes `<id>-001`, … are the dimension of its metrics. */
  readonly id: pulumi.Output<string>;
  /** Ids of the nodes, in order. */
  readonly nodeIds: readonly pulumi.Output<string>[];
  /** Always the primary's address. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly securityGroupId: pulumi.Output<string>;
}

const port = 6379;
const nodes = 2;

/**
 * Valkey with a primary and a replica, for queues and live updates. Cluster mode stays off: Sidekiq, Bull and Action Cable
 * cannot use it, nor can databases other than 0.
 */
export function valkey(
  name: string,
  args: Omit<StoreArgs, "logRetentionDays"> & {
    readonly sizes: DataSizes["valkey"];
    /** 16 to 128 letters and digits. */
    readonly authToken: pulumi.Input<string>;
  },
  parent: pulumi.Resource,
): ValkeyStore {
  const inside = { parent };
  const { id, finalSnapshot } = storeName(name, 40, parent)("");
  const group = storeSecurityGroup(name, args.vpcId, "Valkey: the services that use it", parent);
  const subnets = new aws.elasticache.SubnetGroup(
    `${name}-subnets`,
    { subnetIds: [...args.subnetIds], description: "Data tier of the ecosystem" },
    inside,
  );
  const settings = new aws.elasticache.ParameterGroup(
    `${name}-settings`,
    {
      family: "valkey8",
      description: "Queues are data: nothing is evicted",
      parameters: [{ name: "maxmemory-policy", value: "noeviction" }],
    },
    inside,
  );
  const replicationGroup = new aws.elasticache.ReplicationGroup(
    `${name}-group`,
    {
      replicationGroupId: id,
      description: "Queues and live updates of the ecosystem",
      engine: "valkey",
      // where it begins: AWS raises it within 8 in the maintenance window
      engineVersion: "8.0",
      autoMinorVersionUpgrade: true,
      nodeType: args.sizes.nodeType,
      numCacheClusters: nodes,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      subnetGroupName: subnets.name,
      securityGroupIds: [group.id],
      port,
      parameterGroupName: settings.name,
      atRestEncryptionEnabled: true,
      // in the mode `required`, which is AWS's default: no connection without TLS
      transitEncryptionEnabled: true,
      authToken: pulumi.secret(args.authToken),
      // the old token stays good until the next one: a change cuts nobody off
      authTokenUpdateStrategy: "ROTATE",
      snapshotRetentionLimit: Math.min(args.backupRetentionDays, 35),
      snapshotWindow: "02:00-03:00",
      maintenanceWindow: "sun:03:30-sun:04:30",
      finalSnapshotIdentifier: finalSnapshot,
      applyImmediately: false,
      tags: { Name: name },
    },
    {
      ...inside,
      protect: args.deletionProtection,
      // The provider reads 8.1 after an upgrade, takes the way back to 8.0 for a downgrade, and would replace the group with
      // its queues: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/elasticache/engine_version.go
      ignoreChanges: ["engineVersion"],
    },
  );
  return {
    id,
    nodeIds: Array.from({ length: nodes }, (_, i) => pulumi.interpolate`${id}-${String(i + 1).padStart(3, "0")}`),
    host: replicationGroup.primaryEndpointAddress,
    port,
    securityGroupId: group.id,
  };
}
