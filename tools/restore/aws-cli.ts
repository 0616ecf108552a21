import { spawnSync } from "node:child_process";
import { CliError } from "../cli-error";

/**
 * Standard output of the AWS CLI.
 * @param profile of the account that is asked. @default the present one
 * @throws CliError when it is not installed, or AWS refuses
 */
export function aws(words: readonly string[], profile?: string): string {
  const { status, stdout, stderr, error } = spawnSync("aws", words, {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env: { ...process.env, AWS_PAGER: "", ...(profile === undefined ? {} : { AWS_PROFILE: profile }) },
  });
  if (error !== undefined) {
    throw new CliError("The AWS CLI is not installed: it lists what there is to restore.", [
      "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    ]);
  }
  if (status !== 0) {
    throw new CliError(`AWS does not tell what there is to restore: ${stderr.trim()}`, [
      "FROM_PROFILE=NAME is the AWS profile of the account that has it",
    ]);
  }
  return stdout;
}
