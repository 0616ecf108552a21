import { of, on, resource, UNKNOWN, type Inputs } from "./policy-resource";
import type { RuleCase } from "./policy-cases";

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
  "AIE-RDS-04": on(instance, "multiAz"),
  "AIE-RDS-05": instance(
    [{}, { monitoringInterval: 0 }],
    [{ monitoringInterval: 60 }, { monitoringInterval: UNKNOWN }],
  ),
  "AIE-RDS-06": on(instance, "performanceInsightsEnabled"),
  "AIE-RDS-21": instance(
    [{ performanceInsightsKmsKeyId: undefined }],
    [{ performanceInsightsKmsKeyId: "arn:aws:kms:us-east-1:1:key/k" }],
  ),
  "AIE-RDS-07": on(instance, "deletionProtection"),
  "AIE-RDS-08": instance(
    [{}, { enabledCloudwatchLogsExports: ["postgresql"] }],
    [{ enabledCloudwatchLogsExports: ["postgresql", "upgrade"] }, { enabledCloudwatchLogsExports: UNKNOWN }],
  ),
  "AIE-RDS-09": settings(
    [postgres17, parameters({ log_statement: "ddl" }, postgres17)],
    [
      parameters({ log_statement: "ddl", log_min_duration_statement: "1000" }, postgres17),
      { family: "mysql8.4", parameters: [] },
    ],
  ),
  "AIE-RDS-10": on(instance, "iamDatabaseAuthenticationEnabled"),
  "AIE-RDS-11": instance([{}, { backupRetentionPeriod: 0 }], [{ backupRetentionPeriod: 1 }, ...weekOfBackups]),
  "AIE-RDS-12": instance([{ backupRetentionPeriod: 6 }], weekOfBackups),
  "AIE-RDS-13": instance([{ autoMinorVersionUpgrade: false }], [{}, { autoMinorVersionUpgrade: true }]),
  "AIE-RDS-14": on(instance, "copyTagsToSnapshot"),
  "AIE-RDS-15": instance([{ port: 5432 }], [{ port: 15432 }, { port: UNKNOWN }]),
  "AIE-RDS-16": instance([{ username: "postgres" }], [{ username: "ecosystem" }, { username: UNKNOWN }]),
  "AIE-RDS-17": instance(
    [{ skipFinalSnapshot: true }, { skipFinalSnapshot: false }],
    [{ skipFinalSnapshot: false, finalSnapshotIdentifier: "last" }, { finalSnapshotIdentifier: UNKNOWN }],
  ),
  "AIE-RDS-18": {
    bad: [[resource("aws:rds/instance:Instance", {})]],
    good: [[resource("aws:rds/instance:Instance", {}), resource("aws:rds/eventSubscription:EventSubscription", {})]],
  },
  "AIE-RDS-19": instance(
    [{ caCertIdentifier: "rds-ca-2019" }],
    [{}, { caCertIdentifier: "rds-ca-rsa2048-g1" }, { caCertIdentifier: UNKNOWN }],
  ),
  "AIE-RDS-20": of("aws:rds/snapshot:Snapshot")(
    [{ sharedAccounts: ["all"] }],
    [{}, { sharedAccounts: ["123456789012"] }],
  ),
  "AIE-DOCDB-01": on(cluster, "storageEncrypted"),
  "AIE-DOCDB-02": cluster([{}, { backupRetentionPeriod: 1 }], weekOfBackups),
  "AIE-DOCDB-03": cluster(
    [{}, { enabledCloudwatchLogsExports: ["profiler"] }],
    [{ enabledCloudwatchLogsExports: ["audit", "profiler"] }, { enabledCloudwatchLogsExports: UNKNOWN }],
  ),
  "AIE-DOCDB-04": clusterSettings(
    [{}, parameters({ audit_logs: "disabled" })],
    [parameters({ audit_logs: "enabled" }), { parameters: UNKNOWN }],
  ),
  "AIE-DOCDB-05": on(cluster, "deletionProtection"),
  "AIE-DOCDB-06": clusterSettings(
    [{}, parameters({ tls: "disabled" })],
    [parameters({ tls: "enabled" }), parameters({ tls: UNKNOWN })],
  ),
  "AIE-DOCDB-07": cluster([{}], [{ kmsKeyId: "arn:aws:kms" }, { kmsKeyId: UNKNOWN }]),
  "AIE-DOCDB-08": {
    bad: [[docdb], [docdb, docdbInstance("a")], [docdb, resource("aws:docdb/clusterInstance:ClusterInstance", {})]],
    good: [[docdb, docdbInstance("a"), docdbInstance("b")]],
  },
  "AIE-CACHE-01": cache(
    [{}, { snapshotRetentionLimit: 0 }],
    [{ snapshotRetentionLimit: 1 }, { snapshotRetentionLimit: UNKNOWN }],
  ),
  "AIE-CACHE-02": cache(
    [{ autoMinorVersionUpgrade: false }, { autoMinorVersionUpgrade: "false" }],
    [{}, { autoMinorVersionUpgrade: true }],
  ),
  "AIE-CACHE-03": on(cache, "automaticFailoverEnabled"),
  "AIE-CACHE-04": on(cache, "atRestEncryptionEnabled"),
  "AIE-CACHE-05": cache(
    [{}, { transitEncryptionEnabled: false }, { transitEncryptionEnabled: true, transitEncryptionMode: "preferred" }],
    [{ transitEncryptionEnabled: true }, { transitEncryptionEnabled: UNKNOWN }],
  ),
  "AIE-CACHE-06": cache([{}], [{ authToken: UNKNOWN }, { userGroupIds: ["desk"] }]),
  "AIE-CACHE-07": cache(
    [{}, { subnetGroupName: "default" }],
    [{ subnetGroupName: "data" }, { subnetGroupName: UNKNOWN }],
  ),
  "AIE-CACHE-08": cache([{}], [{ kmsKeyId: "arn:aws:kms" }, { kmsKeyId: UNKNOWN }]),
  "AIE-CACHE-09": cacheSettings(
    [{}, parameters({ "maxmemory-policy": "allkeys-lru" })],
    [parameters({ "maxmemory-policy": "noeviction" }), { parameters: UNKNOWN }],
  ),
};
