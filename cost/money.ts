import type { Words } from "../services/model/text";
import { priceOf, type Price, type PriceList } from "../settings/prices/prices";
import type { FloorLine, UsageLine } from "./types";

/** Rounded to cents, so that the lines that are shown add up to the total that is shown. */
export const cents = (usd: number): number => Math.round((usd + Number.EPSILON) * 100) / 100;

export const sum = (amounts: readonly number[]): number => cents(amounts.reduce((total, usd) => total + usd, 0));

interface Origin extends Pick<Price, "source" | "date"> {
  readonly otherRegion?: string | undefined;
}

/** Who says a price, and of which region it is. */
export const originOf = ({ source, date, otherRegion }: Origin): Pick<Price, "source" | "date" | "otherRegion"> => ({
  source,
  date,
  ...(otherRegion === undefined ? {} : { otherRegion }),
});

/** What a sum must say of its prices: `3 of 7 prices are us-east-1's`; undefined when all are the region's own. */
export function otherRegionOf(lines: readonly Origin[]): Words | undefined {
  const regions = lines.flatMap(({ otherRegion }) => otherRegion ?? []);
  const [region] = regions;
  return region === undefined
    ? undefined
    : {
        en: `${regions.length} of ${lines.length} prices are ${region}'s`,
        es: `${regions.length} de ${lines.length} precios son de ${region}`,
      };
}

/** A line of the floor: quantity x unit price. */
export function floorLine(
  prices: PriceList,
  id: string,
  key: string,
  quantity: number,
  item: Words,
  note?: Words,
): FloorLine {
  const price = priceOf(prices, key);
  const { unit, usd } = price;
  const monthlyUsd = cents(quantity * usd);
  return {
    id,
    item,
    quantity,
    unit,
    unitPriceUsd: usd,
    monthlyUsd,
    ...originOf(price),
    ...(note === undefined ? {} : { note }),
  };
}

/** A line of the usage range, from `minQuantity` (nothing, unless given) to `maxQuantity`. */
export function usageLine(
  prices: PriceList,
  id: string,
  key: string,
  maxQuantity: number,
  item: Words,
  { minQuantity = 0, ...extra }: { readonly minQuantity?: number; readonly note?: Words; readonly free?: Words } = {},
): UsageLine {
  const price = priceOf(prices, key);
  const { unit, usd } = price;
  return {
    id,
    item,
    unit,
    unitPriceUsd: usd,
    minQuantity,
    maxQuantity,
    minUsd: cents(minQuantity * usd),
    maxUsd: cents(maxQuantity * usd),
    ...originOf(price),
    ...extra,
  };
}
