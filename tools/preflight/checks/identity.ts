import type { ParsedAws } from "../../../settings/aws/settings";
import { useAccount } from "../../mirror/account";
import { CliError } from "../../cli-error";
import type { OfflineConfig } from "../../stack/offline-config";
import { awsCli, Unasked, type Ask } from "../aws";

/**
 * Asks AWS as the stack's provider does: its region, its account. Where the CLI cannot become that, nobody is asked: what
 * another account has would be no answer.
 */
export function askAs(aws: ParsedAws, config: OfflineConfig): Ask {
  const refuse = (error: Unasked) => () => Promise.reject(error);
  if (aws.endpoints !== undefined) {
    return refuse(new Unasked("aws:endpoints leads the provider elsewhere, where this look does not go"));
  }
  const env = { ...process.env };
  try {
    useAccount(aws, config, env);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return refuse(new Unasked(error.message, error.hint));
  }
  const { AWS_PROFILE: profile } = env;
  return awsCli({ region: aws.region, env, ...(profile ? { profile } : {}) });
}
