import type { CostEstimate } from "../cost/types";
import { said } from "../services/model/text";
import { usd } from "./preview/table";

/** The sum in one line. */
export function priceLine({ floorUsd, usageMinUsd, usageMaxUsd, region, floorOtherRegion }: CostEstimate): string {
  const other = floorOtherRegion === undefined ? "" : `; ${said(floorOtherRegion)}`;
  return `${usd(floorUsd)} a month always, ${usd(usageMinUsd)} to ${usd(usageMaxUsd)} by use (${region}${other})`;
}
