import { unblocked } from "./buckets";
import { statementsOf } from "../engine/documents";
import { at, isOpaque, list, strings } from "../engine/inputs";
import type { RecordedResource, Rule, Stack } from "../engine/types";

/** Settings of the account are looked for beside the cluster: the one-host topology shares its account with others. */
const production = { types: ["aws:ecs/cluster:Cluster"] } as const;
const group = { types: ["aws:iam/group:Group"] } as const;

/** Whether the settings say that the account has it already; from here that cannot be seen. */
const elsewhere = (stack: Stack, what: "guardDuty" | "publicAccessBlock"): boolean =>
  stack.ofType("ai-ecosystem:guardrails:Guardrails").some((g) => g.inputs[what] === "existing");

const detector = "aws:guardduty/detector:Detector";
const enabled = (d: RecordedResource): boolean => d.inputs["enable"] !== false;

/** Plans of GuardDuty that a stack has switched on. */
function plans(stack: Stack): readonly string[] {
  const features = stack
    .ofType("aws:guardduty/detectorFeature:DetectorFeature")
    .filter((f) => isOpaque(f.inputs["status"]) || f.inputs["status"] === "ENABLED")
    .flatMap((f) => strings(f.inputs["name"]));
  const old = stack
    .ofType(detector)
    .filter((d) => at(d.inputs, "datasources.s3Logs.enable") === true)
    .map(() => "S3_DATA_EVENTS");
  return [...features, ...old];
}

/** Refuses what is asked without a second factor. */
const asksForMfa = (policy: RecordedResource): boolean =>
  isOpaque(policy.inputs["policy"]) ||
  statementsOf(policy).some((s) =>
    s.conditions.some(
      (c) =>
        c.key === "aws:MultiFactorAuthPresent" &&
        c.values.includes(s.allows ? "true" : "false") &&
        /^Bool(?:IfExists)?$/.test(c.operator),
    ),
  );

/** What is one per account, and who may act in it. */
export const accountRules: readonly Rule[] = [
  {
    ...group,
    id: "AIE-IAM-09",
    severity: "error",
    title: "People in a group need a second factor",
    reason: "A password that leaked is otherwise enough.",
    remedy: "Add a group policy that denies everything but setting up MFA where aws:MultiFactorAuthPresent is false.",
    references: ["AVD-AWS-0123"],
    scope: "stack",
    check: (r, stack) => {
      const own = stack.usersOf(r, "aws:iam/groupPolicy:GroupPolicy");
      const attached = stack
        .usersOf(r, "aws:iam/groupPolicyAttachment:GroupPolicyAttachment")
        .flatMap((a) => stack.usedBy(a, "aws:iam/policy:Policy"));
      return [...own, ...attached].some(asksForMfa) ? [] : ["lets its members in by a password alone"];
    },
  },
  {
    ...production,
    id: "AIE-ACCT-01",
    severity: "warning",
    title: "GuardDuty watches the account",
    reason: "It notices stolen keys and machines that talk to the wrong ones.",
    remedy: "Set ai-ecosystem:guardDuty create, or existing where the account has it.",
    references: ["FSBP GuardDuty.1", "CKV_AWS_238", "CKV2_AWS_3"],
    scope: "stack",
    check: (_, stack) =>
      stack.ofType(detector).some(enabled) || elsewhere(stack, "guardDuty")
        ? []
        : ["is in an account without GuardDuty"],
  },
  {
    ...production,
    id: "AIE-ACCT-02",
    severity: "warning",
    title: "GuardDuty also watches buckets and database logins",
    reason: "Attachments and conversations are what somebody would come for.",
    remedy: "Add aws.guardduty.DetectorFeature for S3_DATA_EVENTS and RDS_LOGIN_EVENTS (billed apart), or waive it.",
    references: ["FSBP GuardDuty.9", "FSBP GuardDuty.10"],
    scope: "stack",
    check: (_, stack) => {
      // without a detector there is a finding already
      if (!stack.ofType(detector).some(enabled)) return [];
      const missing = ["RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"].filter((plan) => !plans(stack).includes(plan));
      return missing.length > 0 ? [`has GuardDuty without ${missing.join(" and ")}`] : [];
    },
  },
  {
    ...production,
    id: "AIE-ACCT-03",
    severity: "warning",
    title: "The account refuses public buckets",
    reason: "It holds for buckets of every program, also of those that nobody remembers.",
    remedy: "Set ai-ecosystem:accountPublicAccessBlock create, or existing where the account has it.",
    references: ["FSBP S3.1"],
    scope: "stack",
    check: (_, stack) => {
      const found = stack.ofType("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock");
      if (found.length === 0 && elsewhere(stack, "publicAccessBlock")) return [];
      if (found.length === 0) return ["is in an account that may have public buckets"];
      const open = found.flatMap(unblocked);
      return open.length > 0 ? [`is in an account that leaves ${open.join(", ")} off`] : [];
    },
  },
  {
    ...production,
    id: "AIE-ACCT-04",
    severity: "warning",
    title: "The account records who changed what (CloudTrail)",
    reason: "Without it nobody can tell afterwards whose key did it.",
    remedy: "Make a trail of all regions once per account, outside this stack, and waive it here.",
    references: ["FSBP CloudTrail.1", "CIS 3.1"],
    scope: "stack",
    check: (_, stack) => (stack.ofType("aws:cloudtrail/trail:Trail").length > 0 ? [] : ["has no trail of its stack"]),
  },
  {
    ...production,
    id: "AIE-ACCT-05",
    severity: "warning",
    title: "The account records what resources looked like (Config)",
    reason: "Security Hub needs it, and an auditor asks for it.",
    remedy: "Switch AWS Config on once per account, outside this stack, and waive it here.",
    references: ["FSBP Config.1"],
    scope: "stack",
    check: (_, stack) => (stack.ofType("aws:cfg/recorder:Recorder").length > 0 ? [] : ["has no recorder of its stack"]),
  },
  {
    ...production,
    id: "AIE-ACCT-06",
    severity: "warning",
    title: "Backups have a vault of their own",
    reason: "Whoever may delete a database may not delete its copies in a vault of another account.",
    remedy: "Add an AWS Backup plan with a vault in another account or region, or waive it.",
    references: ["FSBP Backup.1"],
    scope: "stack",
    check: (_, stack) =>
      list(stack.ofType("aws:backup/plan:Plan")).length > 0 ? [] : ["has no backup plan of its stack"],
  },
];
