import { unblocked } from "./buckets";
import { statementsOf } from "../engine/documents";
import { isOpaque } from "../engine/inputs";
import type { RecordedResource, Rule, Stack } from "../engine/types";

/** Settings of the account are looked for beside the cluster: the one-host topology shares its account with others. */
const production = { types: ["aws:ecs/cluster:Cluster"] } as const;
const group = { types: ["aws:iam/group:Group"] } as const;

/** Whether the settings say that the account has it already; from here that cannot be seen. */
const elsewhere = (stack: Stack, what: "guardDuty" | "publicAccessBlock"): boolean =>
  stack.ofType("ai-ecosystem:guardrails:Guardrails").some((g) => g.inputs[what] === "existing");

const detector = "aws:guardduty/detector:Detector";
const enabled = (d: RecordedResource): boolean => d.inputs["enable"] !== false;

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
];
