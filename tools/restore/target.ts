import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { GeneratedSecret } from "../../services/model/types";
import { CliError } from "../cli-error";
import { takenOver } from "./secrets";
import type { Source } from "./source";

const root = join(__dirname, "..", "..");
const setting = "ai-ecosystem:secretOverrides";

export function pulumi(words: readonly string[], input?: string): { ok: boolean; said: string } {
  const { status, stderr } = spawnSync("pulumi", [...words, "--non-interactive"], {
    cwd: root,
    encoding: "utf8",
    input,
  });
  return { ok: status === 0, said: stderr };
}

/** What the stack is to have before its first release: with other keys the data could not be read. */
export function takeSecretsOver(
  stack: string,
  source: Pick<Source, "secretOf" | "told">,
  secrets: readonly GeneratedSecret[],
): void {
  const values = takenOver(source.secretOf, secrets);
  if (Object.keys(values).length === 0) throw new CliError(`${source.told} brings no secrets of this project.`, []);
  const set = pulumi(["config", "set", "--secret", "--stack", stack, setting], JSON.stringify(values));
  if (!set.ok) throw new CliError(`The secrets could not be set: ${set.said}`, [`pulumi stack init ${stack}`]);
  console.log(`${stack} takes over ${Object.keys(values).length} secrets of the archive (${setting}).`);
}

/** One of the project's own commands, in this terminal. */
export const tool = (file: string, ...words: readonly string[]): boolean =>
  spawnSync(process.execPath, ["--import", "tsx", join(root, "tools", file), ...words], { cwd: root, stdio: "inherit" })
    .status === 0;

export const makeUp = (stack: string, yes: boolean): boolean =>
  tool("pulumi.ts", stack, "up", ...(yes ? ["--yes"] : []));
