import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import type { OutFile } from "../report/data";

/** Left behind by a run that was killed while it wrote. */
const staleAfterMs = 10 * 60 * 1000;

function removeStale(folder: string, prefix: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(prefix)) continue;
    // another run may take it away in the meantime
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > staleAfterMs) rmSync(path, { recursive: true, force: true });
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What is in the way, and the way out. */
const cannotWrite = (path: string, error: unknown): RunError =>
  new RunError(
    `Could not write to ${path}: ${reason(error)}\nSee whose it is (ls -ld ${path}), move it away or let yourself write there, and then once more.`,
  );

/**
 * Asked before the program is run, which takes seconds; makes nothing.
 * @throws RunError when the folder that `target` is to be in is none, or may not be written.
 */
export function checkWritable(target: string): void {
  let folder = dirname(target);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    if (!statSync(folder).isDirectory()) throw new Error("it is no folder");
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

/**
 * Makes `target` a folder with exactly these files. They are written beside it and swapped in at the end:
 * whoever looks sees the old folder or the new one. Synchronous, so Ctrl-C waits for the swap.
 * @throws RunError when it cannot be written; `target` is then as it was.
 */
export function swapIn(target: string, files: readonly OutFile[]): void {
  const folder = dirname(target);
  const prefix = `.${basename(target)}-`;
  let fresh: string;
  try {
    mkdirSync(folder, { recursive: true });
    removeStale(folder, prefix);
    fresh = mkdtempSync(join(folder, prefix));
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  const old = `${fresh}-old`;
  try {
    for (const file of files) {
      const path = join(fresh, file.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file.text, { mode: file.executable === true ? 0o755 : 0o644 });
    }
    chmodSync(fresh, 0o755);
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } catch (error) {
    if (!existsSync(target) && existsSync(old)) renameSync(old, target);
    throw new RunError(`Could not write ${target}: ${reason(error)}`);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
