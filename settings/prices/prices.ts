import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { z } from "zod";
import { suggestion } from "../nearest";
import { wordsOf } from "../words";

const priceSchema = z.strictObject({
  item: z.string(),
  unit: z.string(),
  usd: z.number().nonnegative(),
  source: z.string(),
  date: z.string(),
  /** Why it is the same wherever the stack is. */
  everywhere: z.string().optional(),
});
const listSchema = z.strictObject({
  region: z.string(),
  currency: z.literal("USD"),
  pricesAsOf: z.string(),
  hoursPerMonth: z.number(),
  prices: z.record(z.string(), priceSchema),
});
/** What other regions ask: region -> source -> key of the price -> USD. */
const regionsSchema = z.strictObject({
  sources: z.record(z.string(), z.strictObject({ source: z.string(), date: z.string() })),
  regions: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number().positive()))),
});
const overridesSchema = z.record(
  z.string(),
  z.union([
    z.number().nonnegative(),
    z.strictObject({ usd: z.number().nonnegative(), source: z.string(), date: z.string() }),
  ]),
);

/** What one unit of something costs, and who says so. */
export interface Price extends z.output<typeof priceSchema> {
  /** The region that it is of, when that is another than the list's: for its own no price was found. */
  readonly otherRegion?: string;
}
/** The prices in one region. */
export interface PriceList extends Omit<z.output<typeof listSchema>, "prices"> {
  readonly prices: Readonly<Record<string, Price>>;
}

/**
 * Beside Pulumi.yaml: `{ "ec2.t3.medium": 0.0464 }` or `{ "…": { "usd", "source", "date" } }` per price; also prices of
 * further classes of the stores, `{ "rds.db.m8g.large.multi-az": 0.35 }`.
 */
export const overridesName = "prices.overrides.json";
const overridesPath = join(__dirname, "..", "..", overridesName);

/** Which of the stores' prices a class has; the key of the list is the prefix, the class and the suffix. */
const classes = {
  postgresClass: { prefix: "rds.", suffix: ".multi-az", pattern: /^rds\.db\.[a-z0-9]+\.[a-z0-9]+\.multi-az$/ },
  documentDbClass: { prefix: "docdb.", suffix: "", pattern: /^docdb\.db\.[a-z0-9]+\.[a-z0-9]+$/ },
  valkeyClass: {
    prefix: "elasticache.valkey.",
    suffix: "",
    pattern: /^elasticache\.valkey\.cache\.[a-z0-9]+\.[a-z0-9]+$/,
  },
} as const;
/** The settings that choose a store's class. */
export type ClassSetting = keyof typeof classes;

/** Key of a class's price, e.g. `rds.db.t4g.small.multi-az`. */
export const classPriceKey = (setting: ClassSetting, instanceClass: string): string =>
  `${classes[setting].prefix}${instanceClass}${classes[setting].suffix}`;

/** The classes of a store that have a price, cheapest first. */
export function pricedClasses(setting: ClassSetting, list: PriceList): string[] {
  const { prefix, suffix, pattern } = classes[setting];
  return Object.entries(list.prices)
    .filter(([key]) => pattern.test(key) || key === classPriceKey(setting, "db.serverless"))
    .sort(([, a], [, b]) => a.usd - b.usd)
    .map(([key]) => key.slice(prefix.length, key.length - suffix.length));
}

const isClass = (key: string): boolean => Object.values(classes).some(({ pattern }) => pattern.test(key));

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new RunError(`${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The one region of which every price is known. */
const complete = listSchema.parse(parse(join(__dirname, "us-east-1.json")));
const others = regionsSchema.parse(parse(join(__dirname, "regions.json")));

/** Regions with prices of their own. */
export const pricedRegions: readonly string[] = [complete.region, ...Object.keys(others.regions)];

/** The shipped prices in a region; those that were not found are those of us-east-1, and say so. */
function shipped(region: string): PriceList {
  if (region === complete.region) return complete;
  const known = new Map<string, Pick<Price, "usd" | "source" | "date">>();
  for (const [name, prices] of Object.entries(others.regions[region] ?? {})) {
    const source = others.sources[name];
    if (source === undefined) throw new Error(`prices of ${region}: the source ${name} is not described`);
    for (const [key, usd] of Object.entries(prices)) known.set(key, { usd, ...source });
  }
  const priced = Object.entries(complete.prices).map(([key, price]): [string, Price] => [
    key,
    price.everywhere === undefined ? { ...price, ...(known.get(key) ?? { otherRegion: complete.region }) } : price,
  ]);
  const dates = priced.map(([, { date }]) => date.slice(0, 7)).sort();
  const pricesAsOf = `${dates[0] ?? ""} to ${dates.at(-1) ?? ""}`;
  return { ...complete, region, pricesAsOf, prices: Object.fromEntries(priced) };
}

/**
 * The price list of a region, with the user's own prices in place of ours.
 * @throws RunError that lists every entry of the overrides that is not understood.
 */
export function loadPrices(overrides: string = overridesPath, region: string = complete.region): PriceList {
  const list = shipped(region);
  if (!existsSync(overrides)) return list;
  const own = overridesSchema.safeParse(parse(overrides));
  if (!own.success) {
    const lines = own.error.issues.map((i) => `- ${i.path.join(".")}: ${wordsOf(i)}`);
    throw new RunError(`${overrides}: a price is a number, or { "usd", "source", "date" }:\n${lines.join("\n")}`);
  }
  const known = Object.keys(list.prices);
  // instances have more classes than the list: whoever uses another one brings its price
  const unknown = Object.keys(own.data).filter((key) => !known.includes(key) && !isClass(key));
  if (unknown.length > 0) {
    const lines = unknown.map((key) => `- ${key} is not known${suggestion(key, known)}`);
    throw new RunError(`${overrides}:\n${lines.join("\n")}`);
  }
  const prices = { ...list.prices };
  for (const [key, value] of Object.entries(own.data)) {
    const { item, unit } = prices[key] ?? { item: key, unit: "hour" };
    const given = typeof value === "number" ? { usd: value, source: overridesName, date: "your own" } : value;
    prices[key] = { item, unit, ...given };
  }
  return { ...list, prices };
}

/**
 * One price of the list.
 * @throws Error when it is not in the list: a mistake of the program, not of the user.
 */
export function priceOf(list: PriceList, key: string): Price {
  const price = list.prices[key];
  if (price === undefined) throw new Error(`no price for ${key}`);
  return price;
}
