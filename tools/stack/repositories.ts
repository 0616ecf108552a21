import { join } from "node:path";
import { composeRepositories } from "../../stacks/compose";
import { readSettings } from "../../stacks/read";
import { readStackConfig, useConfig } from "./offline-config";
import { record } from "../../record/record";
import { resourcesIn } from "./state";

const root = join(__dirname, "..", "..");

/**
 * An update that makes the image repositories that are missing and touches nothing else: of the whole program only
 * repositories are registered, and each missing one is a target by its name. What is there must be none: the services that
 * use it are not registered, so they would count as deleted.
 */
export async function missingRepositories(stack: string): Promise<string[]> {
  const config = readStackConfig(root, stack);
  useConfig(config);
  const { resources } = await record(() => composeRepositories(readSettings()), {
    project: config.project,
    stack: config.stack,
  });
  const types = ["ai-ecosystem:delivery:Delivery", "aws:ecr/repository:Repository"];
  const known = new Set(resourcesIn(stack).map((r) => r.urn));
  return resources.filter((r) => types.includes(r.type) && !known.has(r.urn)).map((r) => r.urn);
}
