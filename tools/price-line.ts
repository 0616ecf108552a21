import type { CostEstimate } from "../cost/types";
import { usd } from "./report/html";

/** The sum in one line. */
export function priceLine({ floorUsd, usageMinUsd, usageMaxUsd, region, floorOtherRegion }: CostEstimate): string {
  const other = floorOtherRegion === undefined ? "" : `; ${floorOtherRegion}`;
  return `${usd(floorUsd)} a month always, ${usd(usageMinUsd)} to ${usd(usageMaxUsd)} by use (${region}${other})`;
}
