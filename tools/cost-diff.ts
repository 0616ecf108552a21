import { existsSync, readFileSync } from "node:fs";
import { costDifference } from "../cost/difference";
import type { CostEstimate } from "../cost/types";

const usage = "usage: tools/cost-diff.ts BASE HEAD     (two cost.json; prints Markdown)";

/** The base may have no estimate: the stack is new, or its settings were wrong. */
const read = (path: string): CostEstimate | undefined =>
  existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as CostEstimate) : undefined;

const [base, head] = process.argv.slice(2);
const after = head === undefined ? undefined : read(head);
if (base === undefined || after === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  console.log(costDifference(read(base), after));
}
