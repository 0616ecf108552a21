import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CliError } from "../cli-error";

/** A resource that a stack has; its secrets are still encrypted. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * What the stack has.
 * @throws CliError when the state cannot be read.
 */
export function resourcesIn(stack: string): readonly StateResource[] {
  const { status, stdout } = spawnSync("pulumi", ["stack", "export", "--stack", stack, "--non-interactive"], {
    cwd: join(__dirname, "..", ".."),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new CliError(`The state of the stack ${stack} could not be read.`, []);
  const { deployment } = JSON.parse(stdout) as {
    deployment?: { resources?: readonly (StateResource & { readonly delete?: boolean })[] };
  };
  return (deployment?.resources ?? []).filter((r) => r.delete !== true);
}
