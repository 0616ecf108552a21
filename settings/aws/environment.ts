import * as pulumi from "@pulumi/pulumi";
import { chainVariable, type RoleChain, type RoleLogin } from "./login";
import { secondsOf } from "./keys";
import type { ParsedAws } from "./settings";

type Role = NonNullable<ParsedAws["assumeRoles"]>[number];

const login = ({ roleArn, sessionName, externalId, duration }: Partial<Role> & { roleArn: string }): RoleLogin => ({
  roleArn,
  ...(sessionName === undefined ? {} : { sessionName }),
  ...(externalId === undefined ? {} : { externalId }),
  ...(duration === undefined ? {} : { duration: secondsOf(duration) }),
});

function chainOf({ assumeRoles = [], assumeRoleWithWebIdentity: web }: ParsedAws): RoleChain {
  const file = web?.webIdentityTokenFile;
  return {
    ...(web === undefined || file === undefined ? {} : { webIdentity: { ...login(web), webIdentityTokenFile: file } }),
    roles: assumeRoles.map(login),
  };
}

/** Variable of an SDK for a service's address -> its names among the provider's `endpoints`. */
const endpoints: Readonly<Record<string, readonly string[]>> = {
  AWS_ENDPOINT_URL_ECS: ["ecs"],
  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: ["logs", "cloudwatchlogs", "cloudwatchlog"],
  AWS_ENDPOINT_URL_ECR: ["ecr"],
  AWS_ENDPOINT_URL_STS: ["sts"],
};

/** An empty one counts as none, and covers what the shell has. */
const noKeys = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" };

/**
 * The environment of whatever calls AWS beside the provider, so that it is in the same account: the AWS CLI, and the SDK in the
 * jobs of a deployment. Empty for a stack that says nothing of its account, whose credentials are the shell's for all alike.
 * The region is not among it.
 */
export function awsEnvironment(aws: ParsedAws): Readonly<Record<string, string>> {
  const all: Record<string, string | undefined> = {};
  if (aws.profile !== undefined) Object.assign(all, noKeys, { AWS_PROFILE: aws.profile });
  if (aws.accessKey !== undefined) {
    Object.assign(all, { AWS_ACCESS_KEY_ID: aws.accessKey, AWS_SECRET_ACCESS_KEY: aws.secretKey, AWS_PROFILE: "" });
    all["AWS_SESSION_TOKEN"] = aws.token ?? "";
  }
  const chain = chainOf(aws);
  if (chain.webIdentity !== undefined || chain.roles.length > 0) all[chainVariable] = JSON.stringify(chain);
  all["AWS_CONFIG_FILE"] = aws.sharedConfigFiles?.[0];
  all["AWS_SHARED_CREDENTIALS_FILE"] = aws.sharedCredentialsFiles?.[0];
  for (const [variable, names] of Object.entries(endpoints)) {
    all[variable] = aws.endpoints?.flatMap((e) => names.flatMap((name) => e[name] ?? []))[0];
  }
  if (aws["useFipsEndpoint"] === true) all["AWS_USE_FIPS_ENDPOINT"] = "true";
  if (aws["useDualstackEndpoint"] === true) all["AWS_USE_DUALSTACK_ENDPOINT"] = "true";
  const { customCaBundle } = aws;
  // Node knows the second only
  if (typeof customCaBundle === "string")
    Object.assign(all, { AWS_CA_BUNDLE: customCaBundle, NODE_EXTRA_CA_CERTS: customCaBundle });
  return Object.fromEntries(Object.entries(all).filter((e): e is [string, string] => e[1] !== undefined));
}

/** The same as inputs of resources; secret as soon as anything of it is. */
export function awsEnvironmentInputs(
  aws: ParsedAws,
  secretKeys: ReadonlySet<string>,
): Readonly<Record<string, pulumi.Input<string>>> {
  const secret = ["accessKey", "secretKey", "token", "assumeRoles", "assumeRole", "assumeRoleWithWebIdentity"];
  const hide = secret.some((key) => secretKeys.has(key));
  return Object.fromEntries(
    Object.entries(awsEnvironment(aws)).map(([name, value]) => [
      name,
      hide && value !== "" ? pulumi.secret(value) : value,
    ]),
  );
}
