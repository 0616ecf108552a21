import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { joined, said, words, type Words } from "../../services/model/text";
import { loadPrices } from "../../settings/prices/prices";
import { profileEstimate } from "./profiles";
import type { CostEstimate, FloorLine, UsageLine } from "../../cost/types";
import { between } from "./generated";

const begin = "<!-- cost: made by `make docs` from cost/ -->";
const end = "<!-- end of cost -->";
/** The document with the tables of the two profiles. */
export const productionDocument = join(__dirname, "..", "..", "docs", "production.md");

const usd = (amount: number): string => amount.toFixed(2);
const count = (n: number): string => n.toLocaleString("en-US", { maximumFractionDigits: 1 });
const cell = (text: string): string => text.replaceAll("|", "\\|");

const times = (line: FloorLine): string => `${count(line.quantity)} ${line.unit} × ${line.unitPriceUsd}`;
const upTo = (line: UsageLine): string => `${usd(line.minUsd)} – ${usd(line.maxUsd)}`;

/** Lines of both estimates by id, those of the first in their order, then those that only the second has. */
function paired<T extends { readonly id: string }>(a: readonly T[], b: readonly T[]): [T | undefined, T | undefined][] {
  const others = b.filter((line) => !a.some((l) => l.id === line.id));
  return [
    ...a.map((line): [T, T | undefined] => [line, b.find((l) => l.id === line.id)]),
    ...others.map((line): [undefined, T] => [undefined, line]),
  ];
}

/** Both names where the profiles differ. */
const either = (a: Words | undefined, b: Words | undefined): string =>
  cell([...new Set([a, b].flatMap((text) => (text === undefined ? [] : said(text))))].join("; economy: "));

function floorTable(standard: CostEstimate, economy: CostEstimate): string[] {
  const rows = paired(standard.floor, economy.floor).map(([a, b]) => {
    const source = (a ?? b)?.source ?? "";
    const quantity = either(a === undefined ? undefined : times(a), b === undefined ? undefined : times(b));
    const amounts = [a, b].map((l) => (l === undefined ? "–" : usd(l.monthlyUsd)));
    return `| ${either(a?.item, b?.item)} | ${quantity} | ${amounts.join(" | ")} | ${cell(source)}, ${(a ?? b)?.date ?? ""} |`;
  });
  return [
    "| Always paid | quantity × USD | standard | economy | source |",
    "| --- | --- | ---: | ---: | --- |",
    ...rows,
    `| **Floor** | | **${usd(standard.floorUsd)}** | **${usd(economy.floorUsd)}** | |`,
  ];
}

function usageTable(standard: CostEstimate, economy: CostEstimate): string[] {
  const rows = paired(standard.usage, economy.usage).map(([a, b]) => {
    const line = a ?? b;
    const remarks = [line?.note, line?.free && words`free: ${line.free}`].filter((text) => text !== undefined);
    const amounts = [a, b].map((l) => (l === undefined ? "–" : upTo(l)));
    const price = line === undefined ? "" : `${line.unitPriceUsd} per ${line.unit}`;
    return `| ${either(a?.item, b?.item)} | ${price} | ${amounts.join(" | ")} | ${cell(joined(remarks, "; ").en)} |`;
  });
  const range = (e: CostEstimate): string => `**${usd(e.usageMinUsd)} – ${usd(e.usageMaxUsd)}**`;
  return [
    "| By use, from a small desk to a heavy month | USD | standard | economy | remarks |",
    "| --- | --- | ---: | ---: | --- |",
    ...rows,
    `| **Range** | | ${range(standard)} | ${range(economy)} | |`,
  ];
}

function savingsList(standard: CostEstimate): string[] {
  return standard.savings.map(
    (l) =>
      `- ${usd(l.savesUsd)}${l.of === "usage" ? " of a heavy month" : ""}: ${said(l.title)} (${said(l.price)}). \`${l.command}\``,
  );
}

/** The cost of production in both profiles as Markdown. */
export function costMarkdown(standard: CostEstimate, economy: CostEstimate): string {
  return [
    `USD per month in ${standard.region}, on demand, ${standard.hoursPerMonth} hours, prices as of ${standard.pricesAsOf}, default settings in two zones.`,
    "",
    ...floorTable(standard, economy),
    "",
    ...usageTable(standard, economy),
    "",
    "What would cost less than the standard profile:",
    "",
    ...savingsList(standard),
    "",
    `Free: ${joined(standard.free, "; ").en}.`,
    "",
    ...standard.notes.map((note) => `- ${said(note)}`),
  ].join("\n");
}

/** A document with the tables of today between its marks. */
export async function withCost(document: string): Promise<string> {
  // the prices of the list, whatever somebody has overridden here
  const list = loadPrices("");
  const text = costMarkdown(await profileEstimate("standard", list), await profileEstimate("economy", list));
  return between(document, begin, end, text);
}

if (require.main === module && existsSync(productionDocument)) {
  void withCost(readFileSync(productionDocument, "utf8")).then((text) => {
    writeFileSync(productionDocument, text);
  });
}
