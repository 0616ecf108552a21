import { composeStack } from "../../stacks/compose";
import { storesAmong } from "../../stacks/existing-stores";
import { readSettings } from "../../stacks/read";
import { estimateCost } from "../../cost/estimate";
import { useConfig, type OfflineConfig } from "../stack/offline-config";
import { record } from "../../record/record";
import type { StateResource } from "../stack/state";
import type { Plan } from "./types";

/**
 * Runs the stack's program in this process, for what it declares.
 * @param state what the stack has already
 * @throws RunError that says what is wrong with the settings.
 */
export async function planOf(config: OfflineConfig, state: readonly StateResource[]): Promise<Plan> {
  useConfig(config);
  const { project, stack } = config;
  const { resources, result } = await record(
    () => composeStack({ ...readSettings(), existingStores: storesAmong(state.map(({ type }) => type)) }),
    { project, stack },
  );
  const { settings, catalogue } = result;
  return { settings, catalogue, resources, state, floorUsd: estimateCost({ settings, catalogue, resources }).floorUsd };
}
