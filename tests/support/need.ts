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

/**
 * Path of a program that a suite needs: from the PATH, else the system's folders, which a user's PATH may lack.
 * Without it the suite is skipped, or fails in the full run (`REQUIRE_ALL=1`).
 */
export function need(context: Mocha.Context, program: string): string {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  const found = folders.map((folder) => join(folder, program)).find(isProgram);
  if (found !== undefined) return found;
  const reason = `no ${program} on the PATH: make tools installs it`;
  if (process.env["REQUIRE_ALL"] === "1") throw new Error(reason);
  console.log(`    skipped: ${reason}`);
  return context.skip();
}
