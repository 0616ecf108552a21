import { at, differs, isMissing, isObject, isOpaque, list, numeric, wantsAtLeast } from "../engine/inputs";
import type { RecordedResource, Rule, Stack } from "../engine/types";

const volume = "aws:ebs/volume:Volume";
const snapshotPolicy = "aws:dlm/lifecyclePolicy:LifecyclePolicy";

const database = "aws:rds/instance:Instance";
const mongo = "aws:docdb/cluster:Cluster";
const balancer = "aws:lb/loadBalancer:LoadBalancer";

/** Whose loss is a loss of data. */
const dataTypes = [
  volume,
  database,
  mongo,
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:efs/fileSystem:FileSystem",
];
/** What AWS itself refuses to delete while this input is true. */
const guards: Readonly<Record<string, string>> = {
  [database]: "deletionProtection",
  [mongo]: "deletionProtection",
  [balancer]: "enableDeletionProtection",
};

/** DLM takes volumes that have any one of the policy's target tags. */
function isSnapshotted(resource: RecordedResource, stack: Stack): boolean {
  const tags = resource.inputs["tags"];
  if (isOpaque(tags)) return true;
  return stack.ofType(snapshotPolicy).some((policy) => {
    const targets = at(policy.inputs, "policyDetails.targetTags");
    if (isOpaque(targets)) return true;
    const volumes = list(at(policy.inputs, "policyDetails.resourceTypes")).includes("VOLUME");
    const pairs = isObject(targets) ? Object.entries(targets) : [];
    return volumes && isObject(tags) && pairs.some(([k, v]) => tags[k] === v || isOpaque(tags[k]) || isOpaque(v));
  });
}

const schedules = (resource: RecordedResource) => list(at(resource.inputs, "policyDetails.schedules")).filter(isObject);

/** At least once a day; a cron expression is taken at its word. */
function isDaily(schedule: Record<string, unknown>): boolean {
  const rule = schedule["createRule"];
  if (isOpaque(rule) || !isMissing(at(rule, "cronExpression"))) return true;
  const interval = at(rule, "interval");
  return isOpaque(interval) || numeric(interval) <= 24;
}

const daysOf: Readonly<Record<string, number>> = { DAYS: 1, WEEKS: 7, MONTHS: 30, YEARS: 365 };

/** Days that a schedule keeps its snapshots, as far as it says so. */
function retention(schedule: Record<string, unknown>): number | undefined {
  const rule = schedule["retainRule"];
  const count = at(rule, "count");
  const interval = at(rule, "interval");
  if ([rule, count, interval].some(isOpaque)) return undefined;
  if (!isMissing(count)) return numeric(count);
  const unit = at(rule, "intervalUnit");
  return numeric(interval) * (typeof unit === "string" ? (daysOf[unit] ?? 1) : 1);
}

/** Data at rest, and what is left of it after an accident. */
export const dataRules: readonly Rule[] = [
  {
    id: "AIE-DATA-01",
    severity: "error",
    title: "Volumes are encrypted",
    reason: "A snapshot or a discarded disk must not be readable.",
    remedy: "Set encrypted: true on the volume; an existing one has to be copied.",
    references: ["FSBP EC2.3", "CKV_AWS_3", "AVD-AWS-0026"],
    types: [volume],
    scope: "resource",
    check: (r) => (differs(r, "encrypted", true) ? ["is not encrypted"] : []),
  },
  {
    id: "AIE-DATA-03",
    severity: "error",
    title: "Volumes are in a snapshot plan",
    reason: "Backups on the same disk are lost with it.",
    remedy: "Give the volume one of the targetTags of the aws.dlm.LifecyclePolicy.",
    references: ["FSBP EC2.28"],
    types: [volume],
    scope: "stack",
    check: (r, stack) => (isSnapshotted(r, stack) ? [] : ["is in no snapshot plan"]),
  },
  {
    id: "AIE-DATA-04",
    severity: "warning",
    title: "Data and what leads to it are protected from deletion",
    reason: "A renamed resource, a mistaken `pulumi destroy` or a click would delete the customers' conversations.",
    remedy: "Set ai-ecosystem:deletionProtection true (a stack to throw away may go without).",
    references: ["FSBP RDS.8", "FSBP DocumentDB.5", "FSBP ELB.6", "CKV_AWS_150", "CKV_AWS_293", "AVD-AWS-0177"],
    types: [...dataTypes, balancer],
    scope: "resource",
    check: (r) => {
      const guard = guards[r.type];
      return [
        ...(r.protect || !dataTypes.includes(r.type) ? [] : ["can be deleted by a `pulumi up`"]),
        ...(guard !== undefined && differs(r, guard, true) ? ["can be deleted in the console"] : []),
      ];
    },
  },
  {
    id: "AIE-DATA-05",
    severity: "error",
    title: "Snapshots are made every day",
    reason: "What was answered since the last one is what an accident costs.",
    remedy: 'Give the plan state "ENABLED" and a schedule with an interval of at most 24 hours.',
    references: ["FSBP EC2.28"],
    types: [snapshotPolicy],
    scope: "resource",
    check: (r) => {
      const state = r.inputs["state"] ?? "ENABLED";
      if (!isOpaque(state) && state !== "ENABLED") return ["is switched off"];
      if (isOpaque(at(r.inputs, "policyDetails.schedules"))) return [];
      return schedules(r).some(isDaily) ? [] : ["has no daily schedule"];
    },
  },
  {
    id: "AIE-DATA-06",
    severity: "warning",
    title: "Backups are kept for a week",
    reason: "Damage that is noticed after a long weekend must still be repairable.",
    remedy: "Set ai-ecosystem:backupRetentionDays to 7 or more.",
    references: ["FSBP RDS.11", "FSBP DocumentDB.2", "CKV_AWS_133", "CKV_AWS_360", "AVD-AWS-0077"],
    types: [snapshotPolicy, database, mongo],
    scope: "resource",
    check: (r) => {
      if (r.type !== snapshotPolicy) {
        return wantsAtLeast("backupRetentionPeriod", 7, "keeps its backups for less than a week")(r);
      }
      return schedules(r)
        .map(retention)
        .filter((days) => days !== undefined && !(days >= 7))
        .map((days) =>
          Number.isNaN(days) ? "does not say how long snapshots are kept" : `keeps snapshots for ${days} days`,
        );
    },
  },
  {
    id: "AIE-DATA-07",
    severity: "warning",
    title: "A volume is detached from a stopped instance only",
    reason: "Pulled from a running host, the databases on it lose their last writes.",
    remedy: "Set stopInstanceBeforeDetaching: true on the aws.ec2.VolumeAttachment.",
    references: [],
    types: ["aws:ec2/volumeAttachment:VolumeAttachment"],
    scope: "resource",
    check: (r) =>
      differs(r, "stopInstanceBeforeDetaching", true) ? ["detaches the volume from the running host"] : [],
  },
];
