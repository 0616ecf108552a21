import { join } from "node:path";
import { describeProblems } from "../settings/problems";
import { parseSettings, rawSettings } from "../settings/settings";
import { readStackConfig } from "./stack/offline-config";

/** Prints the region of a stack, for workflows that log in to AWS there. */
function main([stack]: readonly string[]): number {
  if (stack === undefined) {
    console.error("usage: tools/region.ts STACK");
    return 2;
  }
  try {
    const config = readStackConfig(join(__dirname, ".."), stack);
    const result = parseSettings(rawSettings(config.values, config.secretKeys));
    if ("problems" in result) throw new Error(describeProblems(result.problems, stack));
    console.log(result.parsed.aws.value.region);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
