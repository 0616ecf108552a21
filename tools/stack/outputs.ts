import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { textOf } from "../../components/fargate/diagnosis";
import { CliError } from "../cli-error";
import { noCli } from "./cli";

/**
 * The outputs of a stack, secrets among them when they are asked for; they are in memory only.
 * @throws CliError when the stack or its outputs cannot be read
 */
export function outputsOf<T extends object>(stack: string, secrets: "secrets" | "plain"): Partial<T> {
  const { status, stdout, stderr, error } = spawnSync(
    "pulumi",
    ["stack", "output", "--json", ...(secrets === "secrets" ? ["--show-secrets"] : []), "--stack", stack],
    { cwd: join(__dirname, "..", ".."), encoding: "utf8", maxBuffer: 1 << 26 },
  );
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") throw noCli();
  if (error !== undefined || status !== 0) {
    const absent = /no stack named/.test(stderr);
    throw new CliError(`The outputs of the stack ${stack} cannot be read: ${stderr || textOf(error)}`, [
      absent ? `pulumi stack init ${stack}` : `make outputs STACK=${stack}`,
    ]);
  }
  return JSON.parse(stdout) as Partial<T>;
}
