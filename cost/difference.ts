import { said } from "../services/model/text";
import type { CostEstimate, FloorLine } from "./types";

type Part = Pick<CostEstimate, "floor" | "floorUsd" | "usageMinUsd" | "usageMaxUsd">;

const usd = (amount: number): string => amount.toFixed(2);
const signed = (amount: number): string =>
  Math.abs(amount) < 0.005 ? "=" : `${amount > 0 ? "+" : "−"}${usd(Math.abs(amount))}`;
/** A bar or a line break would end the cell. */
const cell = (text: string): string => text.replace(/\|/g, "\\|").replace(/\s+/g, " ");
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

const describe = (line: FloorLine | undefined): string =>
  line === undefined ? "–" : `${Number(line.quantity.toFixed(3))} ${line.unit} = ${usd(line.monthlyUsd)}`;

/** What changes in the monthly cost, as Markdown for a pull request; without `before` the whole floor is new. */
export function costDifference(before: Part | undefined, after: Part): string {
  const lines = new Map<string, { before?: FloorLine; after?: FloorLine }>();
  for (const line of before?.floor ?? []) lines.set(line.id, { before: line });
  for (const line of after.floor) lines.set(line.id, { ...lines.get(line.id), after: line });
  const changed = [...lines.values()]
    .map((pair) => ({ ...pair, by: (pair.after?.monthlyUsd ?? 0) - (pair.before?.monthlyUsd ?? 0) }))
    .filter(({ by }) => Math.abs(by) >= 0.005)
    .sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
  const total = (key: "floorUsd" | "usageMinUsd" | "usageMaxUsd") => {
    const [was, is] = [before?.[key], after[key]];
    return [was === undefined ? "–" : usd(was), usd(is), was === undefined ? "new" : signed(is - was)];
  };
  return [
    "### Monthly cost (USD, list prices)",
    "",
    row("", "before", "after", "change"),
    "| --- | ---: | ---: | ---: |",
    row("fixed", ...total("floorUsd")),
    row("usage, quiet month", ...total("usageMinUsd")),
    row("usage, heavy month", ...total("usageMaxUsd")),
    ...(changed.length === 0
      ? []
      : [
          "",
          "<details><summary>What changes</summary>",
          "",
          row("item", "before", "after", "change"),
          "| --- | --- | --- | ---: |",
          ...changed.map((c) =>
            row(said((c.after ?? c.before)?.item ?? ""), describe(c.before), describe(c.after), signed(c.by)),
          ),
          "",
          "</details>",
        ]),
  ].join("\n");
}
