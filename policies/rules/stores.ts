import { isMissing, isObject, isOpaque, list, wants, wantsAtLeast } from "../engine/inputs";
import type { RecordedResource, Rule } from "../engine/types";

const cluster = { types: ["aws:docdb/cluster:Cluster"] } as const;
const clusterSettings = {
  types: ["aws:docdb/clusterParameterGroup:ClusterParameterGroup"],
} as const;
const cache = { types: ["aws:elasticache/replicationGroup:ReplicationGroup"] } as const;

const parameters = (r: RecordedResource) => list(r.inputs["parameters"]).filter(isObject);
const has = (r: RecordedResource, name: string, values: readonly unknown[]): boolean =>
  isOpaque(r.inputs["parameters"]) ||
  list(r.inputs["parameters"]).some(isOpaque) ||
  parameters(r).some((p) => p["name"] === name && (isOpaque(p["value"]) || values.includes(p["value"])));

/** DocumentDB and ElastiCache. */
export const storeRules: readonly Rule[] = [
  {
    ...cluster,
    id: "AIE-DOCDB-01",
    severity: "error",
    title: "DocumentDB is encrypted at rest",
    reason: "A copied disk or snapshot must not be readable.",
    remedy: "Set storageEncrypted: true on the cluster (components/data/documentdb.ts).",
    references: ["FSBP DocumentDB.1", "CKV_AWS_74", "AVD-AWS-0021"],
    scope: "resource",
    check: wants("storageEncrypted", true, "is not encrypted"),
  },
  {
    ...clusterSettings,
    id: "AIE-DOCDB-06",
    severity: "error",
    title: "DocumentDB refuses connections without TLS",
    reason: "A client with a wrong setting would send its password and the conversations in plain.",
    remedy: "Set the parameter tls to enabled in the cluster's parameter group.",
    references: ["FSBP DocumentDB.6", "CKV_AWS_90"],
    scope: "resource",
    // on by default; written down so that nobody has to know
    check: (r) => (has(r, "tls", ["enabled", "tls1.2+", "tls1.3+", "fips-140-3"]) ? [] : ["does not force TLS"]),
  },
  {
    ...cluster,
    id: "AIE-DOCDB-08",
    severity: "warning",
    title: "DocumentDB has a replica",
    reason: "Otherwise the loss of a zone stops whoever keeps its data there, for as long as a new instance takes.",
    remedy: "Add a second aws.docdb.ClusterInstance in another zone.",
    references: [],
    scope: "stack",
    check: (r, stack) =>
      stack.usersOf(r, "aws:docdb/clusterInstance:ClusterInstance").length >= 2 ? [] : ["has one instance at most"],
  },
  {
    ...cache,
    id: "AIE-CACHE-01",
    severity: "error",
    title: "Valkey is backed up",
    reason: "Queues are data: what waits there is an answer that a customer has not got yet.",
    remedy: "Set snapshotRetentionLimit to 1 or more on the replication group.",
    references: ["FSBP ElastiCache.1", "CKV_AWS_134", "AVD-AWS-0050"],
    scope: "resource",
    check: wantsAtLeast("snapshotRetentionLimit", 1, "has no backups"),
  },
  {
    ...cache,
    id: "AIE-CACHE-04",
    severity: "error",
    title: "Valkey is encrypted at rest",
    reason: "A snapshot must not be readable.",
    remedy: "Set atRestEncryptionEnabled: true; it cannot be changed later.",
    references: ["FSBP ElastiCache.4", "CKV_AWS_29", "AVD-AWS-0045"],
    scope: "resource",
    check: (r) => {
      const value = r.inputs["atRestEncryptionEnabled"];
      return isOpaque(value) || value === true || value === "true" ? [] : ["is not encrypted"];
    },
  },
  {
    ...cache,
    id: "AIE-CACHE-05",
    severity: "error",
    title: "Valkey is reached by TLS only",
    reason: "Sessions, jobs and messages go through it.",
    remedy: "Set transitEncryptionEnabled: true and transitEncryptionMode required.",
    references: ["FSBP ElastiCache.5", "CKV_AWS_30", "AVD-AWS-0051"],
    scope: "resource",
    check: (r) => [
      ...wants("transitEncryptionEnabled", true, "answers without TLS")(r),
      ...(r.inputs["transitEncryptionMode"] === "preferred" ? ["answers also without TLS"] : []),
    ],
  },
  {
    ...cache,
    id: "AIE-CACHE-06",
    severity: "error",
    title: "Valkey asks for a password",
    reason: "Otherwise whatever reaches its port reads and writes every queue.",
    remedy: "Set authToken, or userGroupIds.",
    references: ["FSBP ElastiCache.6", "CKV_AWS_31"],
    scope: "resource",
    check: (r) =>
      isMissing(r.inputs["authToken"]) &&
      list(r.inputs["userGroupIds"]).length === 0 &&
      !isOpaque(r.inputs["userGroupIds"])
        ? ["asks nobody for a password"]
        : [],
  },
  {
    id: "AIE-CACHE-09",
    severity: "error",
    title: "Valkey throws nothing away",
    reason: "When it is full, other policies delete jobs that wait in a queue.",
    remedy: "Set the parameter maxmemory-policy to noeviction in a parameter group of its own.",
    references: [],
    types: ["aws:elasticache/parameterGroup:ParameterGroup"],
    scope: "resource",
    check: (r) => (has(r, "maxmemory-policy", ["noeviction"]) ? [] : ["may evict data"]),
  },
];
