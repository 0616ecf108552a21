import { completeSettings } from "../../settings/settings";
import { estimateCost } from "../../cost/estimate";
import type { CostEstimate } from "../../cost/types";
import { record } from "../../record/record";
import { composeStack } from "../../stacks/compose";
import { parse, type Values } from "./answers";

/** In place of what has not been asked yet, and costs nothing. */
const standIns: Values = {
  "aws:region": "us-east-1",
  "ai-ecosystem:adminEmail": "ops@example.com",
  "ai-ecosystem:sshAllowedCidrs": ["203.0.113.7/32"],
};
const fargateStandIns: Values = { "ai-ecosystem:domain": "example.com", "ai-ecosystem:hostedZone": "example.com" };

/**
 * What a stack of these answers costs, without an account; undefined while they are not good enough to say.
 * It takes a second or some: what is billed by the piece is counted in what the program declares.
 */
export async function priceOf(values: Values, stack: string): Promise<CostEstimate | undefined> {
  const fargate = values["ai-ecosystem:topology"] === "fargate";
  const result = parse({ ...standIns, ...(fargate ? fargateStandIns : {}), ...values }, stack);
  if ("problems" in result) return undefined;
  const settings = completeSettings(result.parsed, stack);
  const { resources, result: composed } = await record(() => composeStack(settings), { stack });
  return estimateCost({ settings, catalogue: composed.catalogue, resources });
}
