import { CliError } from "../cli-error";

/** What everything but the preview needs. */
export const noCli = (): CliError =>
  new CliError("The pulumi CLI is not installed.", [
    "curl -fsSL https://get.pulumi.com | sh      # https://www.pulumi.com/docs/install/",
    "`make preview` works without it.",
  ]);

/** Ways to credentials of AWS. */
export const loginHints: readonly string[] = [
  "aws configure sso     # or: aws configure; a session that ran out: aws sso login",
  "or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
];

/** Whether AWS does not know who asks: whatever is asked next fails as well. */
export const notLoggedIn = (error: unknown): error is Error =>
  error instanceof Error && /CredentialsProvider|ExpiredToken|UnrecognizedClient|InvalidClientToken/.test(error.name);
