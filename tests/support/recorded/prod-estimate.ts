import { estimateCost } from "../../../cost/estimate";
import type { CostEstimate } from "../../../cost/types";
import { record, type RecordedResource } from "../../../record/record";
import { catalogue as factories } from "../../../services/catalogue";
import type { ServiceFactory } from "../../../services/model/context";
import { loadPrices } from "../../../settings/prices/prices";
import { composeStack } from "../../../stacks/compose";
import { prodCatalogue, prodSettings } from "./profile";

const prices = loadPrices("/nowhere/prices.overrides.json");
const recorded = new Map<string, Promise<readonly RecordedResource[]>>();
/** What a stack declares; its sizes do not change how much of anything there is. */
const declared = (values: Record<string, string>, from: readonly ServiceFactory[]) => {
  const counted = Object.entries(values).filter(([key]) => !key.endsWith("Class"));
  const key = JSON.stringify([counted, from.length]);
  const made = async () => {
    const settings = prodSettings(Object.fromEntries(counted));
    return (await record(() => composeStack(settings, from), { stack: settings.stack })).resources;
  };
  const found = recorded.get(key) ?? made();
  recorded.set(key, found);
  return found;
};
/** What a production stack costs, by its settings. */
export const prodEstimate = async (
  values: Record<string, string> = {},
  from: readonly ServiceFactory[] = factories,
): Promise<CostEstimate> => {
  const settings = prodSettings(values);
  const resources = await declared(values, from);
  return estimateCost({ settings, catalogue: prodCatalogue(settings, from), resources, prices });
};
