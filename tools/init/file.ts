import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { CliError } from "../cli-error";
import { ownFile } from "../stack/file";
import { askedKeys, type Values } from "./answers";

/** @throws CliError when a file is there that must not be lost. */
export function refuseExisting(folder: string, stack: string, force: boolean): void {
  if (force || !existsSync(join(folder, ownFile(stack)))) return;
  throw new CliError(`${ownFile(stack)} is there already: it is left as it is.`, [
    `make preview STACK=${stack}                   # what it says`,
    `pulumi config set -s ${stack} KEY VALUE       # one setting; README.md lists them`,
    `make init STACK=${stack} ARGS=--force         # asks all again; other settings of the file stay, comments do not`,
  ]);
}

/** The file's text; of one that is there, what no answer sets stays: the key of the secrets, and the secrets. */
function textOf(path: string, stack: string, values: Values): string {
  const old = (existsSync(path) ? load(readFileSync(path, "utf8")) : {}) as Record<string, unknown> | null;
  const config = (old?.["config"] ?? {}) as Record<string, unknown>;
  const asked: readonly string[] = askedKeys;
  const others = Object.entries(config).filter(([key]) => !asked.includes(key));
  const document = { ...old, config: { ...values, ...Object.fromEntries(others) } };
  return `# Settings of the stack ${stack}, made by \`make init\`. README.md lists every key.\n${dump(document, { lineWidth: -1 })}`;
}

/**
 * Writes the settings of a stack as a whole or not at all.
 * @throws CliError when the file is there meanwhile, or the folder takes none.
 */
export function writeStackFile(folder: string, stack: string, values: Values, force: boolean): void {
  const path = join(folder, ownFile(stack));
  const beside = `${path}.new-${process.pid}`;
  try {
    writeFileSync(beside, textOf(path, stack, values), { flag: "wx" });
    // a link is refused where a file is: nobody's is overwritten that came since the question
    if (force) renameSync(beside, path);
    else linkSync(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") refuseExisting(folder, stack, false);
    throw new CliError(
      `${ownFile(stack)} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    rmSync(beside, { force: true });
  }
}
