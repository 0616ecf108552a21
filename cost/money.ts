import { priceOf, type PriceList } from "../settings/prices";
import type { FloorLine, UsageLine } from "./types";

/** Rounded to cents, so that the lines that are shown add up to the total that is shown. */
export const cents = (usd: number): number => Math.round((usd + Number.EPSILON) * 100) / 100;

export const sum = (amounts: readonly number[]): number => cents(amounts.reduce((total, usd) => total + usd, 0));

/** A line of the floor: quantity x unit price. */
export function floorLine(
  prices: PriceList,
  id: string,
  key: string,
  quantity: number,
  item: string,
  note?: string,
): FloorLine {
  const { unit, usd, source, date } = priceOf(prices, key);
  const monthlyUsd = cents(quantity * usd);
  return {
    id,
    item,
    quantity,
    unit,
    unitPriceUsd: usd,
    monthlyUsd,
    source,
    date,
    ...(note === undefined ? {} : { note }),
  };
}

/** A line of the usage range, from `minQuantity` (nothing, unless given) to `maxQuantity`. */
export function usageLine(
  prices: PriceList,
  id: string,
  key: string,
  maxQuantity: number,
  item: string,
  { minQuantity = 0, ...extra }: { readonly minQuantity?: number; readonly note?: string; readonly free?: string } = {},
): UsageLine {
  const { unit, usd, source, date } = priceOf(prices, key);
  return {
    id,
    item,
    unit,
    unitPriceUsd: usd,
    minQuantity,
    maxQuantity,
    minUsd: cents(minQuantity * usd),
    maxUsd: cents(maxQuantity * usd),
    source,
    date,
    ...extra,
  };
}
