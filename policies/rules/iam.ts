import { statementsOf, trustOf, type Statement } from "../engine/documents";
import { strings } from "../engine/inputs";
import type { RecordedResource, Rule } from "../engine/types";
import { isUnscoped } from "./unscoped-actions";

const role = "aws:iam/role:Role";
const documents = {
  types: [
    role,
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/userPolicy:UserPolicy",
  ],
} as const;
const attachments = ["rolePolicyAttachment", "policyAttachment", "groupPolicyAttachment", "userPolicyAttachment"].map(
  (name) => `aws:iam/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`,
);

const allowed = (resource: RecordedResource) => statementsOf(resource).filter((s) => s.allows);

const isEverything = (action: string) => /^\*+(:\*+)?$/.test(action);
const isWholeService = (action: string) => /^[A-Za-z0-9-]+:\*+$/.test(action);

/** `*`, or an ARN whose resource part is. */
const isWildcard = (resource: string) =>
  resource
    .split(":")
    .slice(resource.startsWith("arn:") ? 5 : 0)
    .join(":") === "*";

/** AWS's own policies that grant next to everything of the account or of a service. */
const adminPolicy = /:policy\/(?:.*\/)?(?:AdministratorAccess.*|PowerUserAccess|[A-Za-z0-9]*FullAccess.*)$/;

const github = "token.actions.githubusercontent.com";
/** `repo:owner/name:…`, since 2026 also with numeric ids (`repo:owner@12/name@34:…`); owner and name without wildcards. */
const namesRepository = /^repo:[A-Za-z0-9][A-Za-z0-9-]*(?:@\d+)?\/[A-Za-z0-9._-]+(?:@\d+)?:.+$/;
/** The same with any ids: enough beside an exact `repository`, which no branch or environment can imitate. */
const namesRepositoryByClaim = /^repo:[A-Za-z0-9][A-Za-z0-9-]*(?:@(?:\d+|\*))?\/[A-Za-z0-9._-]+(?:@(?:\d+|\*))?:.+$/;

function githubTrust(s: Statement): readonly string[] {
  const trusted = s.principals.some((p) => p.startsWith("Federated:") && p.includes(github));
  if (!s.allows || !trusted) return [];
  const values = (claim: string, operators: readonly string[]) =>
    s.conditions
      .filter((c) => c.key === `${github}:${claim}` && operators.includes(c.operator.replace(/^ForAnyValue:/, "")))
      .flatMap((c) => c.values);
  const subjects = values("sub", ["StringEquals", "StringLike"]);
  const exact = values("repository", ["StringEquals"]).length > 0;
  const loose = subjects.filter((sub) => !(exact ? namesRepositoryByClaim : namesRepository).test(sub));
  return [
    ...(subjects.length === 0 ? ["trusts every repository on GitHub: no condition on sub"] : []),
    ...loose.map((sub) => `trusts ${sub}, which does not name one repository`),
    ...(values("aud", ["StringEquals"]).includes("sts.amazonaws.com")
      ? []
      : ["accepts GitHub tokens made for others: no condition on aud"]),
  ];
}

/** Who may do what. */
export const iamRules: readonly Rule[] = [
  {
    ...documents,
    id: "AIE-IAM-01",
    severity: "error",
    title: "No policy allows every action",
    reason: "Whoever takes over the identity owns the account.",
    remedy: "Name the actions that are needed; never use Action * or Allow with NotAction.",
    references: ["FSBP IAM.1", "CKV_AWS_62", "CKV_AWS_63", "AVD-AWS-0057"],
    scope: "resource",
    check: (r) =>
      allowed(r).flatMap((s) => [
        ...s.actions.filter(isEverything).map((a) => `allows the action ${a}`),
        ...(s.notActions.length > 0 ? ["allows everything but some actions (NotAction)"] : []),
      ]),
  },
  {
    ...documents,
    id: "AIE-IAM-02",
    severity: "error",
    title: "No policy allows a whole service",
    reason: "It includes deletion, sharing and the change of permissions, today's and future ones.",
    remedy: "Name the actions that are needed instead of <service>:*.",
    references: ["FSBP IAM.21", "CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288", "CKV_AWS_289", "AVD-AWS-0057"],
    scope: "resource",
    check: (r) =>
      allowed(r)
        .flatMap((s) => s.actions)
        .filter(isWholeService)
        .map((a) => `allows ${a}`),
  },
  {
    ...documents,
    id: "AIE-IAM-03",
    severity: "error",
    title: "Policies name their resources",
    reason: "Rights on everything reach the data of other stacks in the same account.",
    remedy: "Give ARNs; an action that AWS cannot limit goes into policies/rules/unscoped-actions.ts with the reason.",
    references: ["CKV_AWS_290", "CKV_AWS_355", "CKV_AWS_356", "AVD-AWS-0057"],
    scope: "resource",
    check: (r) =>
      allowed(r)
        .filter((s) => s.resources.some(isWildcard) || s.notResources.length > 0)
        .flatMap((s) => s.actions)
        .filter((a) => !isUnscoped(a) && !isEverything(a))
        .map((a) => `allows ${a} on every resource`),
  },
  {
    ...documents,
    id: "AIE-IAM-04",
    severity: "error",
    title: "Roles are passed on by name",
    reason: "Whoever may pass any role to a service gets the rights of the strongest one.",
    remedy: "Name the role's ARN in the statement with iam:PassRole.",
    references: ["AVD-AWS-0342", "CKV_AWS_286"],
    scope: "resource",
    check: (r) =>
      allowed(r)
        .filter((s) => s.actions.some((a) => a.toLowerCase() === "iam:passrole"))
        .flatMap((s) => s.resources)
        .filter((resource) => isWildcard(resource) || /:role\/\*/.test(resource))
        .map((resource) => `passes on ${resource}`),
  },
  {
    id: "AIE-IAM-05",
    severity: "error",
    title: "No AWS policy for administrators is attached",
    reason: "It grants next to everything, and AWS widens it without asking.",
    remedy: "Write an aws.iam.RolePolicy with the actions and ARNs that are needed.",
    references: ["FSBP IAM.1", "CKV_AWS_274", "AVD-AWS-0057"],
    types: [role, ...attachments],
    scope: "resource",
    check: (r) =>
      [...strings(r.inputs["policyArn"]), ...strings(r.inputs["managedPolicyArns"])]
        .filter((arn) => adminPolicy.test(arn))
        .map((arn) => `attaches ${arn}`),
  },
  {
    id: "AIE-IAM-06",
    severity: "error",
    title: "No role trusts everybody",
    reason: "Any AWS account in the world could take it.",
    remedy: "Name the service, account or provider in Principal of assumeRolePolicy.",
    references: ["CKV_AWS_60", "CKV_AWS_61"],
    types: [role],
    scope: "resource",
    check: (r) =>
      trustOf(r)
        .filter((s) => s.allows)
        .flatMap((s) => s.principals)
        .filter((p) => /^(?:[A-Za-z]+:)?\*$/.test(p))
        .map((p) => `trusts the principal ${p}`),
  },
  {
    id: "AIE-IAM-07",
    severity: "error",
    title: "A role for GitHub Actions trusts one repository",
    reason: "Without it, every workflow on GitHub can deploy to this account.",
    remedy: `Set ai-ecosystem:githubRepository; the trust needs StringEquals or StringLike on ${github}:sub and :aud.`,
    references: ["CKV_AWS_358"],
    types: [role],
    scope: "resource",
    check: (r) => trustOf(r).flatMap(githubTrust),
  },
];
