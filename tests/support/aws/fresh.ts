import { spawnSync } from "node:child_process";
import type { Context } from "mocha";
import { expect } from "chai";
import { needVariable } from "../need";

/** Empties the emulated AWS: nothing that was made in it before counts. @returns its address */
export function freshAws(suite: Context): string {
  // never a real account
  const endpoint = needVariable(suite, "AWS_ENDPOINT_URL", "an emulated AWS");
  const fresh = needVariable(suite, "AWS_FRESH", "a command that empties the emulated AWS");
  const { status, stdout, stderr } = spawnSync("bash", ["-c", fresh], { encoding: "utf8" });
  expect(status, `${fresh}\n${stdout}${stderr}`).to.equal(0);
  return endpoint;
}
