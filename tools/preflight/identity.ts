import type { ParsedAws } from "../../stacks/aws-settings";
import { awsCli, type Ask } from "./aws";

/** A program's environment. */
type Env = Readonly<Record<string, string | undefined>>;

/** Keys by which the provider alone gets at AWS: what the CLI found by other ways would be another account's. */
const providerOnly = ["accessKey", "assumeRoleWithWebIdentity", "endpoints"] as const;

/** Files of the settings in place of the shell's; the CLI takes one of each. */
function filesOf({ sharedConfigFiles, sharedCredentialsFiles }: ParsedAws): Env {
  const [config] = sharedConfigFiles ?? [];
  const [credentials] = sharedCredentialsFiles ?? [];
  return {
    ...(config === undefined ? {} : { AWS_CONFIG_FILE: config }),
    ...(credentials === undefined ? {} : { AWS_SHARED_CREDENTIALS_FILE: credentials }),
  };
}

/** One role after the other, as the provider takes them. */
async function assumed(first: Ask, aws: ParsedAws, cli: (env: Env) => Ask): Promise<Ask> {
  let ask = first;
  for (const role of aws.assumeRoles ?? []) {
    const answer = await ask("sts", "assume-role", {
      RoleArn: role.roleArn,
      RoleSessionName: role.sessionName ?? "ai-ecosystem-doctor",
      ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
    });
    const { Credentials } = answer as {
      Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
    };
    ask = cli({
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
      AWS_PROFILE: undefined,
    });
  }
  return ask;
}

/** Asks AWS as the stack's provider does: in its region, with its profile and its roles. */
export function askAs(aws: ParsedAws): Ask {
  const key = providerOnly.find((name) => aws[name] !== undefined);
  if (key !== undefined) {
    return () => Promise.reject(new Error(`aws:${key} is for the provider alone, and this look cannot use it`));
  }
  const { region, profile } = aws;
  const files = filesOf(aws);
  const first = awsCli({ region, env: files, ...(profile === undefined ? {} : { profile }) });
  if (aws.assumeRoles === undefined) return first;
  let later: Promise<Ask> | undefined;
  return async (...question) => {
    later ??= assumed(first, aws, (env) => awsCli({ region, env: { ...files, ...env } }));
    return (await later)(...question);
  };
}
