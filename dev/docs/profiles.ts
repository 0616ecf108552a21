import type { Catalogue } from "../../services/catalogue";
import { buildCatalogue, shipped as factories } from "../../services/catalogue";
import type { ServiceFactory } from "../../services/model/context";
import { record } from "../../record/record";
import { composeStack } from "../../stacks/compose";
import { fargateContext } from "../../stacks/contexts";
import { completeSettings, parseSettings, rawSettings, type RawSettings, type Settings } from "../../settings/settings";
import { estimateCost } from "../../cost/estimate";
import type { PriceList } from "../../settings/prices/prices";
import type { CostEstimate } from "../../cost/types";

/** The provider's keys of a stack that has its region and, by their full names, others; the pair's secrets are encrypted. */
export const inRegion = (others: Readonly<Record<string, string>> = {}): RawSettings["aws"] =>
  rawSettings({ "aws:region": "us-east-1", ...others }, ["aws:secretKey", "aws:token"]).aws;

/** What a production stack cannot do without, and otherwise its defaults. Values are texts, as in a stack file. */
export function defaultProdSettings(
  values: Readonly<Record<string, string>> = {},
  aws: Readonly<Record<string, string>> = {},
): Settings {
  const required = {
    topology: "fargate",
    domain: "example.com",
    hostedZone: "example.com",
    adminEmail: "ops@example.com",
  };
  const all = { ...required, ...values };
  const result = parseSettings({ values: all, secretKeys: new Set(Object.keys(all)), aws: inRegion(aws) });
  if ("problems" in result) throw new Error(result.problems.map((p) => `${p.key} ${p.message}`).join("; "));
  return completeSettings(result.parsed, "prod");
}

/** The catalogue of a production stack, as far as what it costs depends on it. */
export const prodCatalogue = (settings: Settings, from: readonly ServiceFactory[] = factories): Catalogue =>
  buildCatalogue(from, fargateContext(settings), settings.services);

/** What a production stack costs with its default settings in one of the profiles. */
export async function profileEstimate(profile: Settings["costProfile"], prices?: PriceList): Promise<CostEstimate> {
  const settings = defaultProdSettings({ costProfile: profile });
  const { resources } = await record(() => composeStack(settings), { stack: settings.stack });
  return estimateCost({
    settings,
    catalogue: prodCatalogue(settings),
    resources,
    ...(prices === undefined ? {} : { prices }),
  });
}
