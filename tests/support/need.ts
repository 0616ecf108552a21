import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Skips a suite that needs something else, or fails in the full run (`REQUIRE_ALL=1`). */
export function unmet(context: Mocha.Context, reason: string): never {
  if (process.env["REQUIRE_ALL"] === "1") throw new Error(reason);
  console.log(`    skipped: ${reason}`);
  return context.skip();
}

/**
 * Path of a program that a suite needs: from the PATH, else the system's folders, which a user's PATH may lack.
 * Without it the suite is skipped, or fails in the full run (`REQUIRE_ALL=1`).
 */
export function need(context: Mocha.Context, program: string): string {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  const found = folders.map((folder) => join(folder, program)).find(isProgram);
  return found ?? unmet(context, `no ${program} on the PATH: make tools installs it`);
}

/** Value of an environment variable that a suite needs; without it the same happens. */
export function needVariable(context: Mocha.Context, name: string, meaning: string): string {
  const value = process.env[name];
  return value === undefined || value === "" ? unmet(context, `${name} is not set: ${meaning}`) : value;
}
