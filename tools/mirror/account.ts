import { logIn } from "../../settings/aws/login";
import { awsEnvironment } from "../../settings/aws/environment";
import type { ParsedAws } from "../../settings/aws/settings";
import type { OfflineConfig } from "../stack/offline-config";
import { CliError, run } from "./programs";

/** Keys that say whose account it is; the first ones are no secrets. */
const plain =
  /^aws:(profile|allowedAccountIds|forbiddenAccountIds|assumeRoles?|assumeRoleWithWebIdentity|shared\w+Files)\b/;
const keyPair = /^aws:(accessKey|secretKey|token)\b/;

/**
 * Makes the account of a stack the one that the AWS CLI of this process is in. Nothing is decrypted for it.
 * @throws CliError when the stack's file has its account encrypted.
 */
export function useAccount(aws: ParsedAws, config: OfflineConfig, env: NodeJS.ProcessEnv = process.env): void {
  const hidden = config.placeholders.find((key) => plain.test(key));
  if (hidden !== undefined) {
    throw new CliError(`${hidden} is encrypted, and nothing is decrypted here: it is no secret.`, [
      `pulumi config set -s ${config.stack} --plaintext --path '${hidden}' …`,
    ]);
  }
  if (!config.placeholders.some((key) => keyPair.test(key))) {
    Object.assign(env, awsEnvironment(aws));
  } else {
    if (!env["AWS_ACCESS_KEY_ID"] || (aws.allowedAccountIds ?? []).length === 0) {
      throw new CliError(
        "aws:secretKey is encrypted, and nothing is decrypted here: the key must come from the shell, and the stack must say which account it has to be.",
        [
          "export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…",
          `pulumi config set -s ${config.stack} --path 'aws:allowedAccountIds[0]' 123456789012`,
        ],
      );
    }
    const shell = Object.entries(aws).filter(([key]) => !keyPair.test(`aws:${key}`));
    Object.assign(env, awsEnvironment({ ...Object.fromEntries(shell), region: aws.region }));
  }
  Object.assign(env, { AWS_REGION: aws.region, AWS_DEFAULT_REGION: aws.region });
  logIn(env);
}

/**
 * Runs the AWS CLI in the stack's account, or that of a profile. It prefers keys of the environment to AWS_PROFILE, unless the
 * profile is an argument.
 */
export function awsCli(args: readonly string[], profile = process.env["AWS_PROFILE"]): Promise<string> {
  return run("aws", profile ? [...args, "--profile", profile] : args);
}

/**
 * The account that answers.
 * @throws CliError when the stack does not allow it.
 */
export async function accountThatAnswers(aws: ParsedAws, stack: string): Promise<string> {
  const account = (await awsCli(["sts", "get-caller-identity", "--query", "Account", "--output", "text"])).trim();
  const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden = [] } = aws;
  const key =
    allowed?.includes(account) === false
      ? "allowedAccountIds"
      : forbidden.includes(account)
        ? "forbiddenAccountIds"
        : "";
  if (key === "") return account;
  const list = (allowed ?? forbidden).join(", ");
  throw new CliError(
    `AWS answers as account ${account}, which aws:${key} of the stack ${stack} (${list}) does not let in.`,
    [
      `pulumi config set -s ${stack} aws:profile NAME     or AWS_PROFILE=NAME before the command: a profile of the right account`,
    ],
  );
}
