import { statementsOf, type Statement } from "../engine/documents";
import { isMissing, isOpaque, numeric, strings, wants, wantsAny } from "../engine/inputs";
import type { RecordedResource, Rule } from "../engine/types";

const key = { types: ["aws:kms/key:Key"] } as const;
const topic = { types: ["aws:sns/topic:Topic"] } as const;
const topicPolicy = "aws:sns/topicPolicy:TopicPolicy";
const secret = { types: ["aws:secretsmanager/secret:Secret"] } as const;
const logGroup = { types: ["aws:cloudwatch/logGroup:LogGroup"] } as const;

/** Allows everybody, and no condition narrows it down. */
const open = (s: Statement): boolean =>
  s.allows && s.conditions.length === 0 && s.principals.some((p) => /^(?:AWS:)?\*$/.test(p));
const openTo = (r: RecordedResource, what: string): readonly string[] => (statementsOf(r).some(open) ? [what] : []);

/** Keys, topics, secrets and logs: what other services lean on. */
export const keyRules: readonly Rule[] = [
  {
    ...key,
    id: "AIE-KMS-01",
    severity: "warning",
    title: "Keys are rotated every year",
    reason: "What one version of a key has encrypted stays limited.",
    remedy: "Set enableKeyRotation: true on the key.",
    references: ["FSBP KMS.4", "CKV_AWS_7", "AVD-AWS-0065", "CIS 3.6"],
    scope: "resource",
    check: (r) =>
      strings(r.inputs["keyUsage"]).some((usage) => usage.startsWith("SIGN"))
        ? []
        : wants("enableKeyRotation", true, "is never rotated")(r),
  },
  {
    ...key,
    id: "AIE-KMS-02",
    severity: "error",
    title: "Keys are not for everybody",
    reason: "Any AWS account in the world could decrypt with it.",
    remedy: "Name accounts, roles or services in the key's policy.",
    references: ["FSBP KMS.5", "CKV_AWS_33", "CKV2_AWS_64"],
    scope: "resource",
    check: (r) => openTo(r, "may be used by everybody"),
  },
  {
    ...key,
    id: "AIE-KMS-03",
    severity: "warning",
    title: "Keys can be brought back for a month",
    reason: "What a deleted key has encrypted is lost.",
    remedy: "Leave deletionWindowInDays out, or set 30.",
    references: ["FSBP KMS.3"],
    scope: "resource",
    check: (r) => {
      const days = r.inputs["deletionWindowInDays"];
      return isMissing(days) || isOpaque(days) || numeric(days) >= 30 ? [] : [`is gone after ${numeric(days)} days`];
    },
  },
  {
    ...topic,
    id: "AIE-SNS-01",
    severity: "warning",
    title: "Messages to topics are encrypted",
    reason: "Alarms tell what is broken, and where.",
    remedy: "Set kmsMasterKeyId; alarms need a key of your own, as CloudWatch cannot use the one of AWS.",
    references: ["FSBP SNS.1", "CKV_AWS_26", "AVD-AWS-0095", "AVD-AWS-0136"],
    scope: "resource",
    check: wantsAny("kmsMasterKeyId", "keeps its messages in plain"),
  },
  {
    id: "AIE-SNS-02",
    severity: "error",
    title: "Topics are not for everybody",
    reason: "Anybody could read the alarms, or raise false ones.",
    remedy: "Name services with aws:SourceAccount, or accounts, in the topic's policy.",
    references: ["CKV_AWS_169", "CKV_AWS_385"],
    types: [...topic.types, topicPolicy],
    scope: "resource",
    check: (r) => openTo(r, "may be used by everybody"),
  },
  {
    ...secret,
    id: "AIE-SM-01",
    severity: "warning",
    title: "Secrets are rotated",
    reason: "What leaked unnoticed is worth nothing after a while.",
    remedy: "Add an aws.secretsmanager.SecretRotation, or waive it for keys that data is encrypted with.",
    references: ["FSBP SecretsManager.1", "CKV2_AWS_57"],
    scope: "stack",
    check: (r, stack) =>
      stack.usersOf(r, "aws:secretsmanager/secretRotation:SecretRotation").length > 0 ? [] : ["is never rotated"],
  },
  {
    ...secret,
    id: "AIE-SM-02",
    severity: "warning",
    title: "Secrets are encrypted with a key of your own",
    reason: "Only then can access to them be cut off by the key.",
    remedy: "Set kmsKeyId to an aws.kms.Key (1 USD a month).",
    references: ["CKV_AWS_149", "AVD-AWS-0098"],
    scope: "resource",
    check: wantsAny("kmsKeyId", "uses the key that AWS manages"),
  },
  {
    ...secret,
    id: "AIE-SM-03",
    severity: "warning",
    title: "Deleted secrets can be brought back",
    reason: "A mistaken deletion of an encryption key is the loss of the data.",
    remedy: "Set recoveryWindowInDays to 7 or more, or leave it out.",
    references: ["FSBP SecretsManager.3", "FSBP SecretsManager.4"],
    scope: "resource",
    check: (r) => {
      const days = r.inputs["recoveryWindowInDays"];
      return isMissing(days) || isOpaque(days) || numeric(days) >= 7 ? [] : ["is gone at once when it is deleted"];
    },
  },
  {
    ...logGroup,
    id: "AIE-LOG-01",
    severity: "warning",
    title: "Logs are kept for a time that somebody chose",
    reason: "They grow for ever otherwise, and hold customers' data for longer than anybody agreed to.",
    remedy: "Set retentionInDays (ai-ecosystem:logRetentionDays).",
    references: ["FSBP CloudWatch.16", "CKV_AWS_66"],
    scope: "resource",
    check: (r) => {
      const days = r.inputs["retentionInDays"];
      return isOpaque(days) || numeric(days) > 0 ? [] : ["is kept for ever"];
    },
  },
  {
    ...logGroup,
    id: "AIE-LOG-02",
    severity: "warning",
    title: "Logs are kept for a year",
    reason: "Some break-ins are noticed after months.",
    remedy: "Set ai-ecosystem:logRetentionDays to 365, or waive it where customers' data should go earlier.",
    references: ["CKV_AWS_338"],
    scope: "resource",
    check: (r) => {
      const days = r.inputs["retentionInDays"];
      return isOpaque(days) || isMissing(days) || numeric(days) === 0 || numeric(days) >= 365
        ? []
        : [`is kept for ${numeric(days)} days`];
    },
  },
  {
    ...logGroup,
    id: "AIE-LOG-03",
    severity: "warning",
    title: "Logs are encrypted with a key of your own",
    reason: "Only then can access to them be cut off by the key.",
    remedy: "Set kmsKeyId to an aws.kms.Key that CloudWatch Logs may use.",
    references: ["CKV_AWS_158", "AVD-AWS-0017"],
    scope: "resource",
    check: wantsAny("kmsKeyId", "uses the key that AWS manages"),
  },
];
