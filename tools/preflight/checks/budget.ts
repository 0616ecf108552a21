import { AwsRefusal } from "../aws";
import type { Answer, Check, Question } from "../types";

/** Every resource of the stack has it: see the provider of stacks/compose.ts. */
const tag = "ai-ecosystem:stack";
const activate = `aws ce update-cost-allocation-tags-status --cost-allocation-tags-status 'TagKey=${tag},Status=Active'`;

/** A budget below what is always paid warns every month; `undefined` when it is not. */
export const belowFloor = (budgetUsd: number, floorUsd: number): string | undefined =>
  budgetUsd < floorUsd
    ? `the budget of ${budgetUsd} USD is below what is always paid, ${floorUsd.toFixed(2)} USD: it will warn every month`
    : undefined;

/** Until the tag is active, AWS counts nothing for it: the budget stays at 0 USD, without an error. */
async function budget({ plan, ask }: Question): Promise<Answer> {
  const { monthlyBudgetUsd, stack } = plan.settings;
  if (monthlyBudgetUsd === undefined) return { state: "good", says: "none is set" };
  const low = belowFloor(monthlyBudgetUsd, plan.floorUsd);
  const raise = `pulumi config set -s ${stack} ai-ecosystem:monthlyBudgetUsd ${Math.ceil(plan.floorUsd / 10) * 10 + 20}`;
  const also = low === undefined ? { says: "", hint: [] } : { says: `; ${low}`, hint: [raise] };
  let status: string | undefined;
  try {
    // one question costs 0.01 USD (aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing)
    const answer = await ask("ce", "list-cost-allocation-tags", { TagKeys: [tag] });
    const { CostAllocationTags = [] } = answer as {
      CostAllocationTags?: readonly { readonly TagKey: string; readonly Status: string }[];
    };
    status = CostAllocationTags.find((t) => t.TagKey === tag)?.Status;
  } catch (error) {
    // "Linked account doesn't have access to cost allocation tags" (hashicorp/terraform-provider-aws#37636)
    const member = error instanceof AwsRefusal && /linked account/i.test(error.message);
    return {
      state: low === undefined ? "unknown" : "warning",
      says: `${
        member
          ? `only the organization's management account sees whether the tag ${tag} counts`
          : `could not ask whether the tag ${tag} counts`
      }${also.says}`,
      hint: [...(member ? ["in the management account:"] : []), activate, ...also.hint],
    };
  }
  if (status === "Active") {
    return {
      state: low === undefined ? "good" : "warning",
      says: `the tag ${tag} counts${also.says}`,
      hint: also.hint,
    };
  }
  return {
    state: "warning",
    says: `the budget watches nothing yet: the tag ${tag} is ${status === undefined ? "not known to Billing" : "not active"}${also.says}`,
    hint: [
      ...(status === undefined ? ["Billing knows a tag a day after the first resource has it; then:"] : []),
      activate,
      "it counts from a day later on (in an organization: in the management account)",
      ...also.hint,
    ],
  };
}

export const budgetChecks: readonly Check[] = [
  {
    name: "budget",
    title: "Budget",
    asks: "whether the cost allocation tag of the budget is active, and the sum above what is always paid",
    topologies: ["host", "fargate"],
    severity: "warning",
    ask: budget,
  },
];
