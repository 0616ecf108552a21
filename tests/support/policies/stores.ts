import { of, on, resource, UNKNOWN, type Inputs } from "./resource";
import type { RuleCase } from "./cases";

const instance = of("aws:rds/instance:Instance");
const settings = of("aws:rds/parameterGroup:ParameterGroup");
const cluster = of("aws:docdb/cluster:Cluster");
const clusterSettings = of("aws:docdb/clusterParameterGroup:ClusterParameterGroup");
const cache = of("aws:elasticache/replicationGroup:ReplicationGroup");
const cacheSettings = of("aws:elasticache/parameterGroup:ParameterGroup");

const parameters = (values: Readonly<Record<string, unknown>>, more: Inputs = {}): Inputs => ({
  ...more,
  parameters: Object.entries(values).map(([name, value]) => ({ name, value })),
});
const postgres17 = { family: "postgres17" };
const weekOfBackups = [{ backupRetentionPeriod: 7 }, { backupRetentionPeriod: UNKNOWN }];

const docdb = resource("aws:docdb/cluster:Cluster", {}, { name: "cluster" });
const docdbInstance = (name: string) =>
  resource("aws:docdb/clusterInstance:ClusterInstance", {}, { name, uses: [docdb] });

export const storeCases: Readonly<Record<string, RuleCase>> = {
  "AIE-RDS-01": instance([{ publiclyAccessible: true }], [{}, { publiclyAccessible: false }]),
  "AIE-RDS-02": on(instance, "storageEncrypted"),
  "AIE-RDS-03": settings(
    [postgres17, parameters({ "rds.force_ssl": "0" }, postgres17), parameters({ other: "1" }, postgres17)],
    [
      parameters({ "rds.force_ssl": "1" }, postgres17),
      parameters({ "rds.force_ssl": UNKNOWN }, postgres17),
      { ...postgres17, parameters: UNKNOWN },
      { family: "mysql8.4" },
    ],
  ),
  "AIE-RDS-11": instance([{}, { backupRetentionPeriod: 0 }], [{ backupRetentionPeriod: 1 }, ...weekOfBackups]),
  "AIE-RDS-17": instance(
    [{ skipFinalSnapshot: true }, { skipFinalSnapshot: false }],
    [{ skipFinalSnapshot: false, finalSnapshotIdentifier: "last" }, { finalSnapshotIdentifier: UNKNOWN }],
  ),
  "AIE-DOCDB-01": on(cluster, "storageEncrypted"),
  "AIE-DOCDB-06": clusterSettings(
    [{}, parameters({ tls: "disabled" })],
    [parameters({ tls: "enabled" }), parameters({ tls: UNKNOWN })],
  ),
  "AIE-DOCDB-08": {
    bad: [[docdb], [docdb, docdbInstance("a")], [docdb, resource("aws:docdb/clusterInstance:ClusterInstance", {})]],
    good: [[docdb, docdbInstance("a"), docdbInstance("b")]],
  },
  "AIE-CACHE-01": cache(
    [{}, { snapshotRetentionLimit: 0 }],
    [{ snapshotRetentionLimit: 1 }, { snapshotRetentionLimit: UNKNOWN }],
  ),
  "AIE-CACHE-04": on(cache, "atRestEncryptionEnabled"),
  "AIE-CACHE-05": cache(
    [{}, { transitEncryptionEnabled: false }, { transitEncryptionEnabled: true, transitEncryptionMode: "preferred" }],
    [{ transitEncryptionEnabled: true }, { transitEncryptionEnabled: UNKNOWN }],
  ),
  "AIE-CACHE-06": cache([{}], [{ authToken: UNKNOWN }, { userGroupIds: ["desk"] }]),
  "AIE-CACHE-09": cacheSettings(
    [{}, parameters({ "maxmemory-policy": "allkeys-lru" })],
    [parameters({ "maxmemory-policy": "noeviction" }), { parameters: UNKNOWN }],
  ),
};
