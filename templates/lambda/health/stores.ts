import { elements, type Aws } from "./aws";
import { healthOf, type ServiceHealth } from "./report";

/** A managed store: the instances or nodes that it consists of. DocumentDB's are asked for by RDS's API. */
export interface Store {
  readonly api: "rds" | "elasticache";
  readonly ids: readonly string[];
}

const operations = {
  rds: {
    version: "2014-10-31",
    action: "DescribeDBInstances",
    key: "DBInstanceIdentifier",
    status: "DBInstanceStatus",
  },
  elasticache: {
    version: "2015-02-02",
    action: "DescribeCacheClusters",
    key: "CacheClusterId",
    status: "CacheClusterStatus",
  },
} as const;

/** It answers queries all the while. */
const usable = new Set([
  "available",
  "backing-up",
  "modifying",
  "resetting-master-credentials",
  "snapshotting",
  "storage-config-upgrade",
  "storage-initialization",
  "storage-optimization",
]);
/** It does not, and will by itself. */
const comes = new Set([
  "creating",
  "maintenance",
  "rebooting",
  "rebooting cluster nodes",
  "renaming",
  "starting",
  "upgrading",
]);

/** @param statuses of its parts, in AWS's words */
export function storeHealth(statuses: readonly string[]): ServiceHealth {
  const ready = statuses.filter((s) => usable.has(s) || s.startsWith("configuring-")).length;
  const update = statuses.includes("modifying") ? "running" : undefined;
  return healthOf(
    ready,
    statuses.length,
    statuses.some((s) => comes.has(s)),
    update,
  );
}

/** The state of one store. */
export async function health(aws: Aws, { api, ids }: Store): Promise<ServiceHealth> {
  const { version, action, key, status } = operations[api];
  const answers = await Promise.all(ids.map((id) => aws.query(api, version, action, { [key]: id })));
  return storeHealth(answers.map((xml) => elements(xml, status)[0] ?? "gone"));
}
