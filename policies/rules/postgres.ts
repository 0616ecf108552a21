import { isObject, isOpaque, list, strings, wants, wantsAny, wantsAtLeast } from "../engine/inputs";
import type { RecordedResource, Rule } from "../engine/types";

const instance = { types: ["aws:rds/instance:Instance"] } as const;
const parameterGroup = { types: ["aws:rds/parameterGroup:ParameterGroup"] } as const;

/** Value of a parameter; `undefined` when it is not set, or cannot be known. */
function parameter(group: RecordedResource, name: string): unknown {
  return list(group.inputs["parameters"])
    .filter(isObject)
    .find((p) => p["name"] === name)?.["value"];
}
const unknownParameters = (group: RecordedResource): boolean =>
  isOpaque(group.inputs["parameters"]) || list(group.inputs["parameters"]).some(isOpaque);
const isPostgres = (group: RecordedResource): boolean =>
  strings(group.inputs["family"]).some((f) => f.startsWith("postgres"));

/** Relational databases. */
export const postgresRules: readonly Rule[] = [
  {
    ...instance,
    id: "AIE-RDS-01",
    severity: "error",
    title: "The database is not on the internet",
    reason: "Passwords of a public database are tried day and night.",
    remedy: "Set publiclyAccessible: false, and use private subnets (components/data/postgres.ts).",
    references: ["FSBP RDS.2", "CKV_AWS_17", "AVD-AWS-0180", "CIS 2.2.3"],
    scope: "resource",
    check: (r) => (r.inputs["publiclyAccessible"] === true ? ["has a public address"] : []),
  },
  {
    ...instance,
    id: "AIE-RDS-02",
    severity: "error",
    title: "The database is encrypted at rest",
    reason: "A copied disk or snapshot must not be readable.",
    remedy: "Set storageEncrypted: true; an existing database has to be restored from an encrypted copy.",
    references: ["FSBP RDS.3", "CKV_AWS_16", "AVD-AWS-0080", "CIS 2.2.1"],
    scope: "resource",
    check: wants("storageEncrypted", true, "is not encrypted"),
  },
  {
    ...parameterGroup,
    id: "AIE-RDS-03",
    severity: "error",
    title: "PostgreSQL refuses connections without TLS",
    reason: "A client with a wrong setting would send its password and the customers' data in plain.",
    remedy: "Set the parameter rds.force_ssl to 1 in the parameter group.",
    references: ["FSBP RDS.38", "CKV2_AWS_69"],
    scope: "resource",
    check: (r) => {
      const value = parameter(r, "rds.force_ssl");
      return !isPostgres(r) || unknownParameters(r) || isOpaque(value) || value === "1" ? [] : ["does not force TLS"];
    },
  },
  {
    ...instance,
    id: "AIE-RDS-11",
    severity: "error",
    title: "The database is backed up",
    reason: "A mistaken statement is on the standby in the same moment; only a backup undoes it.",
    remedy: "Set backupRetentionPeriod to 1 or more (ai-ecosystem:backupRetentionDays).",
    references: ["FSBP RDS.11", "CKV_AWS_133", "AVD-AWS-0077"],
    scope: "resource",
    check: wantsAtLeast("backupRetentionPeriod", 1, "has no backups"),
  },
  {
    ...instance,
    id: "AIE-RDS-17",
    severity: "warning",
    title: "A deletion leaves a snapshot",
    reason: "The automatic backups go with the database.",
    remedy: "Set skipFinalSnapshot: false and a finalSnapshotIdentifier.",
    references: [],
    scope: "resource",
    check: (r) => {
      if (r.inputs["skipFinalSnapshot"] === true) return ["is deleted without a last snapshot"];
      return isOpaque(r.inputs["skipFinalSnapshot"])
        ? []
        : wantsAny("finalSnapshotIdentifier", "names no last snapshot")(r);
    },
  },
];
