import { CliError } from "../cli-error";

/** What everything but the preview needs. */
export const noCli = (): CliError =>
  new CliError("The pulumi CLI is not installed.", [
    "curl -fsSL https://get.pulumi.com | sh      # https://www.pulumi.com/docs/install/",
    "`make preview` works without it.",
  ]);
