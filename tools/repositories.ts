import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { composeRepositories } from "../stacks/compose";
import { readSettings } from "../stacks/settings";
import { readStackConfig, useConfig } from "./offline-config";
import { record } from "./record";

const root = join(__dirname, "..");

/** What the stack has, as URNs. */
function urnsIn(stack: string): ReadonlySet<string> {
  const { stdout } = spawnSync("pulumi", ["stack", "export", "--stack", stack, "--non-interactive"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { deployment } = JSON.parse(stdout) as { deployment?: { resources?: readonly { readonly urn: string }[] } };
  return new Set((deployment?.resources ?? []).map((r) => r.urn));
}

/**
 * An update that makes the image repositories that are missing and touches nothing else: of the whole program only
 * repositories are registered, and each missing one is a target by its name. What is there must be none: the services that
 * use it are not registered, so they would count as deleted.
 */
export async function missingRepositories(stack: string): Promise<string[]> {
  const config = readStackConfig(root, stack);
  useConfig(config);
  const { resources } = await record(() => composeRepositories(readSettings()), { project: config.project, stack });
  const types = ["ai-ecosystem:delivery:Delivery", "aws:ecr/repository:Repository"];
  const known = urnsIn(stack);
  return resources.filter((r) => types.includes(r.type) && !known.has(r.urn)).map((r) => r.urn);
}
