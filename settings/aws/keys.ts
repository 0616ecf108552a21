import type * as aws from "@pulumi/aws";
import { z } from "zod";
import type { SettingKey } from "../keys/kinds";

/** A key of the AWS provider: what it may be, for a person as well. */
export type AwsKey = Pick<SettingKey, "schema" | "allowed" | "example" | "secret" | "howTo"> & {
  /** A list that may also be written as one value, or with commas. */
  readonly list?: true;
  /** A list of objects that may also be one object. */
  readonly objects?: true;
};

const text = z.string().regex(/^\P{Cc}+$/u, "is empty or holds control characters");
const url = z.url({ protocol: /^https?$/, error: "is not an http or https address" });
/** YAML takes digits without quotes for a number. */
const accountId = z.preprocess(
  (value) => (typeof value === "number" ? String(value) : value),
  z.string().regex(/^\d{12}$/, "is not the number of an account: 12 digits, in quotes when the first one is 0"),
);
const arn = (kind: string, resource: string) =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws:iam::(\\d{12}|aws):${resource}/[\\w+=,.@/-]+$`),
      `is not the ARN of ${kind}, such as arn:aws:iam::123456789012:${resource}/name`,
    );
const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** `1h30m` -> 5400; NaN for what is none. */
export const secondsOf = (duration: string): number =>
  /^(\d+[hms])+$/.test(duration)
    ? [...duration.matchAll(/(\d+)([hms])/g)].reduce(
        (sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ""] ?? 0),
        0,
      )
    : NaN;
const duration = z.string().refine((value) => {
  const seconds = secondsOf(value);
  return seconds >= 900 && seconds <= 43200;
}, "is not a duration from 15m to 12h, such as 1h or 30m");

const role = {
  roleArn: arn("a role", "role"),
  sessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, "is not 2 to 64 letters, digits and +=,.@-")
    .optional(),
  duration: duration.optional(),
  policy: text.optional(),
  policyArns: z.array(arn("a policy", "policy")).optional(),
};
export const assumedRole = z.strictObject({
  ...role,
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, "is not 2 to 1224 letters, digits and +=,.@:/-")
    .optional(),
  sourceIdentity: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, "is not 2 to 64 letters, digits and +=,.@-")
    .optional(),
  tags: z.record(z.string(), z.string()).optional(),
  transitiveTagKeys: z.array(z.string()).optional(),
});
export const webIdentityRole = z.strictObject({
  ...role,
  webIdentityToken: text.optional(),
  webIdentityTokenFile: text.optional(),
});

/** AWS takes letters, digits, blanks and + - = . _ : / @ in a tag. */
const tagText = (max: number) => new RegExp(`^[\\p{L}\\p{N}\\p{Z}_.:/=+@-]{0,${max}}$`, "u");
const tagName = z
  .string()
  .regex(tagText(128), "is not 128 letters, digits, blanks and _.:/=+@-")
  .refine((name) => name !== "" && !/^aws:/i.test(name), "is empty, or begins with aws:, which AWS keeps for itself");
const tagValue = z.preprocess(
  (value) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value),
  z.string().regex(tagText(256), "is not up to 256 letters, digits, blanks and _.:/=+@-"),
);

const one = (...choices: readonly [string, ...string[]]): AwsKey => ({
  schema: z.enum(choices),
  allowed: choices.join(" or "),
  example: choices[0],
});
const flag: AwsKey = { schema: z.boolean(), allowed: "true or false", example: "true" };
const count = (min: number, max: number, example: number): AwsKey => ({
  schema: z.int().min(min).max(max),
  allowed: `a whole number from ${min} to ${max}`,
  example: String(example),
});
const address: AwsKey = { schema: url, allowed: "an http or https address", example: "http://proxy.example.com:3128" };
const files = (example: string): AwsKey => ({
  schema: z.array(text).min(1),
  list: true,
  allowed: "a list of paths",
  example,
});
const accounts: AwsKey = {
  schema: z.array(accountId).min(1),
  list: true,
  allowed: "a list of account numbers, 12 digits each",
  example: "123456789012",
};
const roles: AwsKey = {
  schema: z.array(assumedRole).min(1),
  objects: true,
  allowed: "{ roleArn, sessionName, duration, externalId, … }, or a list of them: each role assumes the next",
  example: "…",
  howTo: "pulumi config set --path 'aws:assumeRoles[0].roleArn' arn:aws:iam::123456789012:role/deploy",
};
const key = (schema: z.ZodType, allowed: string, example: string, secret?: true): AwsKey => ({
  schema,
  allowed,
  example,
  ...(secret === undefined ? {} : { secret }),
});

/**
 * Every key of the namespace `aws:`: what the provider takes. An explicit provider sees none of them by itself
 * (https://github.com/pulumi/pulumi-aws/issues/3259), so whatever stands here is handed on. A key that a newer provider has
 * is an error of types here.
 */
export const awsKeys = {
  region: key(
    // what is wrong with it, and what was meant, is told by regionProblem
    z.string(),
    "a region of AWS's commercial partition",
    "eu-central-1",
  ),
  profile: key(text, "a profile of ~/.aws/config", "customer-a"),
  allowedAccountIds: accounts,
  forbiddenAccountIds: accounts,
  assumeRoles: roles,
  // its name before version 7 of the provider
  assumeRole: roles,
  assumeRoleWithWebIdentity: {
    schema: webIdentityRole,
    allowed: "{ roleArn, webIdentityTokenFile, sessionName, duration }",
    example: "…",
    howTo: "pulumi config set --path aws:assumeRoleWithWebIdentity.roleArn arn:aws:iam::123456789012:role/deploy",
  },
  accessKey: key(z.string().regex(/^[\x21-\x7e]{16,128}$/, "is no access key"), "an access key", "AKIA…"),
  secretKey: key(text, "the secret of the access key", "<key>", true),
  token: key(text, "a session token", "<token>", true),
  sharedConfigFiles: files("~/.aws/config"),
  sharedCredentialsFiles: files("~/.aws/credentials"),
  defaultTags: {
    schema: z.strictObject({ tags: z.record(tagName, tagValue) }),
    allowed: "{ tags: { name: value } }; the program's own tags are added",
    example: "…",
    howTo: "pulumi config set --path aws:defaultTags.tags.team support",
  },
  ignoreTags: {
    schema: z.strictObject({ keys: z.array(z.string()).optional(), keyPrefixes: z.array(z.string()).optional() }),
    allowed: "{ keys: [name], keyPrefixes: [beginning] }",
    example: "…",
    howTo: "pulumi config set --path 'aws:ignoreTags.keyPrefixes[0]' cost-center",
  },
  endpoints: {
    schema: z.array(z.record(z.string(), url)).min(1),
    objects: true,
    allowed: "{ service: address }, or a list of them",
    example: "…",
    howTo: "pulumi config set --path 'aws:endpoints[0].ecs' https://vpce-0123.ecs.eu-central-1.vpce.amazonaws.com",
  },
  maxRetries: count(0, 1000, 25),
  retryMode: one("standard", "adaptive"),
  tokenBucketRateLimiterCapacity: count(0, 1_000_000, 10000),
  useFipsEndpoint: flag,
  useDualstackEndpoint: flag,
  stsRegion: key(z.string(), "a region of AWS's commercial partition", "eu-central-1"),
  customCaBundle: key(text, "the path of a file of certificates", "/etc/ssl/certs/company.pem"),
  httpProxy: address,
  httpsProxy: address,
  noProxy: key(text, "hosts, with commas", "169.254.169.254,.internal.example.com"),
  insecure: flag,
  ec2MetadataServiceEndpoint: address,
  ec2MetadataServiceEndpointMode: one("IPv4", "IPv6"),
  s3UsePathStyle: flag,
  s3UsEast1RegionalEndpoint: one("regional", "legacy"),
  skipCredentialsValidation: flag,
  skipMetadataApiCheck: flag,
  skipRegionValidation: flag,
  skipRequestingAccountId: flag,
  tagPolicyCompliance: one("error", "warning", "disabled"),
  userAgents: { schema: z.array(text).min(1), list: true, allowed: "a list of names", example: "acme-desk/1.0" },
} as const satisfies Record<keyof aws.ProviderArgs | "assumeRole", AwsKey>;

export type AwsKeyName = keyof typeof awsKeys;

/** Keys that Pulumi or older providers know, and why they are not for this stack. */
export const foreignKeys: Readonly<Record<string, string>> = {
  version:
    "would choose the version of a default provider; the program's is in package.json (npm install @pulumi/aws@…)",
  pluginDownloadURL: "is for a default provider, which this program has not; `pulumi plugin install --server` takes it",
  skipGetEc2Platforms: "is gone from the provider and did nothing any more: pulumi config rm aws:skipGetEc2Platforms",
};
