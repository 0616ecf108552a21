import { join } from "node:path";
import { describeProblems } from "../../../settings/problems";
import { ofStack } from "../../../settings/of-stack";
import { rawSettings } from "../../../settings/settings";
import { parseStack } from "../../../stacks/read";
import { systemResolver } from "../../stack/delegation";
import { CliError } from "../../cli-error";
import { readStackConfig } from "../../stack/offline-config";
import { paintFor } from "../../preview/table";
import { resourcesIn } from "../../stack/state";
import { inspect, repair, skippedChecks } from "../checks";
import { askAs } from "./identity";
import { planOf } from "../plan";
import { refusal, resultLines } from "../text";

const root = join(__dirname, "../../..");

/**
 * Asks what the stack takes for granted, and tells all of it.
 * @param changes a deployment follows: what is absent and can be made, is made
 * @returns whether nothing is missing
 * @throws CliError, RunError when there is nothing to look at
 */
export async function lookAt(stack: string, changes: boolean): Promise<boolean> {
  const skipped = skippedChecks(process.env["SKIP_CHECKS"]);
  const config = readStackConfig(root, stack);
  const parsed = parseStack(rawSettings(config.values, config.secretKeys), stack);
  if ("problems" in parsed) throw new CliError(describeProblems(parsed.problems, stack), []);
  console.log(`Looking at what ${stack} needs ...`);
  const plan = await planOf(config, resourcesIn(stack));
  const found = await inspect({ plan, ask: askAs(parsed.parsed.aws.value, config), names: systemResolver() }, skipped);
  const results = changes ? await repair(found) : found;
  const paint = paintFor(process.stdout.isTTY && process.env["NO_COLOR"] === undefined);
  const why = changes ? refusal(results, stack) : [];
  console.log(ofStack([...resultLines(results, paint), ...why, ""].join("\n"), stack));
  return !results.some((r) => r.state === "missing");
}

/** Who is asked for addresses: Node's own resolver, or a test's. */
export interface Addresses {
  resolve4(name: string): Promise<readonly string[]>;
}

/** Records that somebody has to make by hand: those that do not lead to the address yet. */
export async function recordsToMake(
  names: readonly string[],
  address: string,
  resolver: Addresses,
): Promise<readonly string[]> {
  const leads = await Promise.all(
    names.map((name) =>
      resolver.resolve4(name).then(
        (found) => found.includes(address),
        () => false,
      ),
    ),
  );
  const left = names.filter((_, i) => leads[i] !== true);
  if (left.length === 0) return [];
  const width = Math.max(...left.map((name) => name.length));
  return [
    "",
    "Records to make where the domain's DNS is kept; the certificate waits for them:",
    ...left.map((name) => `    ${name.padEnd(width)}  A  ${address}`),
  ];
}
