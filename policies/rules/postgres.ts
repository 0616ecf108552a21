import { at, isMissing, isObject, isOpaque, list, strings, wants, wantsAny, wantsAtLeast } from "../engine/inputs";
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
    id: "AIE-RDS-04",
    severity: "warning",
    title: "The database has a standby in a second zone",
    reason: "Otherwise the loss of a zone, or a maintenance, stops every application.",
    remedy: "Set multiAz: true (it doubles the price).",
    references: ["FSBP RDS.5", "CKV_AWS_157", "CIS 2.2.4"],
    scope: "resource",
    check: wants("multiAz", true, "is in one zone"),
  },
  {
    ...instance,
    id: "AIE-RDS-05",
    severity: "warning",
    title: "The database has enhanced monitoring",
    reason: "Processes and memory of the machine are seen only there.",
    remedy: "Set monitoringInterval to 60, with a monitoringRoleArn.",
    references: ["FSBP RDS.6", "CKV_AWS_118"],
    scope: "resource",
    check: wantsAtLeast("monitoringInterval", 1, "has no enhanced monitoring"),
  },
  {
    ...instance,
    id: "AIE-RDS-06",
    severity: "warning",
    title: "The database has Performance Insights",
    reason: "It tells which query is slow while it is.",
    remedy: "Set performanceInsightsEnabled: true.",
    references: ["CKV_AWS_353", "AVD-AWS-0133"],
    scope: "resource",
    check: wants("performanceInsightsEnabled", true, "has no Performance Insights"),
  },
  {
    ...instance,
    id: "AIE-RDS-21",
    severity: "warning",
    title: "Performance Insights is encrypted with the stack's own key",
    reason: "The texts of queries in it may hold values of customers.",
    remedy: "Set performanceInsightsKmsKeyId (1 USD a month; it cannot be changed later).",
    references: ["CKV_AWS_354", "AVD-AWS-0078"],
    scope: "resource",
    check: wantsAny("performanceInsightsKmsKeyId", "has Performance Insights encrypted with AWS's key"),
  },
  {
    ...instance,
    id: "AIE-RDS-07",
    severity: "warning",
    title: "AWS refuses to delete the database",
    reason: "Pulumi's protection does not hold in the console.",
    remedy: "Set ai-ecosystem:deletionProtection true (a stack to throw away may go without).",
    references: ["FSBP RDS.8", "CKV_AWS_293", "AVD-AWS-0177"],
    scope: "resource",
    check: wants("deletionProtection", true, "can be deleted in the console"),
  },
  {
    ...instance,
    id: "AIE-RDS-08",
    severity: "warning",
    title: "The database's logs go to CloudWatch",
    reason: "On the instance they are gone after days, and nobody can search them.",
    remedy: 'Set enabledCloudwatchLogsExports: ["postgresql", "upgrade"].',
    references: ["FSBP RDS.9", "FSBP RDS.36", "CKV_AWS_129"],
    scope: "resource",
    check: (r) => {
      const exported = r.inputs["enabledCloudwatchLogsExports"];
      if (isOpaque(exported) || list(exported).some(isOpaque)) return [];
      const missing = ["postgresql", "upgrade"].filter((log) => !strings(exported).includes(log));
      return missing.length > 0 ? [`keeps ${missing.join(" and ")} to itself`] : [];
    },
  },
  {
    ...parameterGroup,
    id: "AIE-RDS-09",
    severity: "warning",
    title: "PostgreSQL logs slow statements and changes of the schema",
    reason: "After an incident they tell what was done, and before one what is slow.",
    remedy: "Set log_statement (ddl or more) and log_min_duration_statement in the parameter group.",
    references: ["CKV2_AWS_30"],
    scope: "resource",
    check: (r) => {
      if (!isPostgres(r) || unknownParameters(r)) return [];
      const missing = ["log_statement", "log_min_duration_statement"].filter((name) => isMissing(parameter(r, name)));
      return missing.length > 0 ? [`does not set ${missing.join(" and ")}`] : [];
    },
  },
  {
    ...instance,
    id: "AIE-RDS-10",
    severity: "warning",
    title: "The database accepts IAM authentication",
    reason: "Tokens live for minutes, passwords until somebody changes them.",
    remedy: "Set iamDatabaseAuthenticationEnabled: true, where the applications can use it.",
    references: ["FSBP RDS.10", "CKV_AWS_161", "AVD-AWS-0176"],
    scope: "resource",
    check: wants("iamDatabaseAuthenticationEnabled", true, "knows passwords only"),
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
    id: "AIE-RDS-12",
    severity: "warning",
    title: "Backups of the database are kept for a week",
    reason: "Damage that is noticed after a long weekend must still be repairable.",
    remedy: "Set ai-ecosystem:backupRetentionDays to 7 or more.",
    references: ["FSBP RDS.11", "CKV_AWS_133", "AVD-AWS-0077"],
    scope: "resource",
    check: wantsAtLeast("backupRetentionPeriod", 7, "keeps its backups for less than a week"),
  },
  {
    ...instance,
    id: "AIE-RDS-13",
    severity: "warning",
    title: "Minor versions are installed by themselves",
    reason: "They close holes; who waits for somebody to find time waits long.",
    remedy: "Set autoMinorVersionUpgrade: true and a maintenanceWindow.",
    references: ["FSBP RDS.13", "CKV_AWS_226", "CIS 2.2.2"],
    scope: "resource",
    check: (r) => (r.inputs["autoMinorVersionUpgrade"] === false ? ["stays on its minor version"] : []),
  },
  {
    ...instance,
    id: "AIE-RDS-14",
    severity: "warning",
    title: "Snapshots carry the database's tags",
    reason: "Nobody knows later whose snapshot it is, and whether it may go.",
    remedy: "Set copyTagsToSnapshot: true on the instance.",
    references: ["FSBP RDS.17", "CKV2_AWS_60"],
    scope: "resource",
    check: wants("copyTagsToSnapshot", true, "has snapshots without tags"),
  },
  {
    ...instance,
    id: "AIE-RDS-15",
    severity: "warning",
    title: "The database has a port of its own",
    reason: "Whoever scans the network looks at 5432 first.",
    remedy: "Set another port, or waive it where nothing but named security groups reaches the database.",
    references: ["FSBP RDS.23"],
    scope: "resource",
    check: (r) => ([5432, 3306].some((port) => r.inputs["port"] === port) ? ["listens on the default port"] : []),
  },
  {
    ...instance,
    id: "AIE-RDS-16",
    severity: "warning",
    title: "The master user has a name of its own",
    reason: "Half of a login is known when it is the default one.",
    remedy: "Set username to anything but postgres or admin.",
    references: ["FSBP RDS.25"],
    scope: "resource",
    check: (r) =>
      strings(r.inputs["username"])
        .filter((name) => ["postgres", "admin", "root"].includes(name))
        .map((name) => `has the master user ${name}`),
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
  {
    ...instance,
    id: "AIE-RDS-18",
    severity: "warning",
    title: "Events of the database reach somebody",
    reason: "A failover or a disk that grows is told by an event, not by a metric.",
    remedy: "Add an aws.rds.EventSubscription to the alarms' topic, or waive it where alarms tell the same.",
    references: ["FSBP RDS.19", "FSBP RDS.20", "FSBP RDS.21", "FSBP RDS.22"],
    scope: "stack",
    check: (_, stack) =>
      stack.ofType("aws:rds/eventSubscription:EventSubscription").length > 0 ? [] : ["tells its events to nobody"],
  },
  {
    ...instance,
    id: "AIE-RDS-19",
    severity: "warning",
    title: "The database's certificate is of a current authority",
    reason: "Clients that check it stop connecting when the authority has expired.",
    remedy: "Leave caCertIdentifier out, or name one of the g1 authorities.",
    references: ["CKV_AWS_211"],
    scope: "resource",
    check: (r) =>
      strings(r.inputs["caCertIdentifier"])
        .filter((ca) => !isOpaque(ca) && !/-g\d$/.test(ca))
        .map((ca) => `has a certificate of ${ca}`),
  },
  {
    id: "AIE-RDS-20",
    severity: "error",
    title: "Snapshots are not public",
    reason: "Whoever finds one has all the data.",
    remedy: "Remove `all` from sharedAccounts, and name accounts.",
    references: ["FSBP RDS.1", "FSBP DocumentDB.3"],
    types: [
      "aws:rds/snapshot:Snapshot",
      "aws:rds/snapshotCopy:SnapshotCopy",
      "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy",
    ],
    scope: "resource",
    check: (r) => (strings(at(r.inputs, "sharedAccounts")).includes("all") ? ["is shared with everybody"] : []),
  },
];
