import type { z } from "zod";
import { awsKeys, foreignKeys, type assumedRole, type AwsKey, type AwsKeyName, type webIdentityRole } from "./keys";
import { suggestion } from "../nearest";
import type { Problem } from "../problems";
import { regionProblem } from "./regions";

/** Configuration of one namespace: key without namespace -> text; `secretKeys` are those stored encrypted. */
export interface RawValues {
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: ReadonlySet<string>;
}

/**
 * The keys of the provider after their check, in the provider's own names; those that somebody reads, and all others as they
 * are. Secrets are still plain here.
 */
export interface ParsedAws {
  readonly region: string;
  readonly profile?: string;
  readonly allowedAccountIds?: readonly string[];
  readonly forbiddenAccountIds?: readonly string[];
  readonly assumeRoles?: readonly z.output<typeof assumedRole>[];
  readonly assumeRoleWithWebIdentity?: z.output<typeof webIdentityRole>;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly token?: string;
  readonly sharedConfigFiles?: readonly string[];
  readonly sharedCredentialsFiles?: readonly string[];
  readonly defaultTags?: { readonly tags: Readonly<Record<string, string>> };
  readonly ignoreTags?: { readonly keys?: readonly string[]; readonly keyPrefixes?: readonly string[] };
  readonly endpoints?: readonly Readonly<Record<string, string>>[];
  readonly stsRegion?: string;
  readonly skipRegionValidation?: boolean;
  readonly skipRequestingAccountId?: boolean;
  readonly [other: string]: unknown;
}

/** What the rest of the configuration means for these keys. */
export interface AwsNeeds {
  readonly topology: "host" | "fargate" | undefined;
}

const known = Object.keys(awsKeys) as AwsKeyName[];
const isAwsKey = (name: string): name is AwsKeyName => Object.hasOwn(awsKeys, name);

/** What is known of a key `aws:…`, for the hints of a problem; a leaf belongs to its key. */
export const awsKey = (name: string): AwsKey | undefined => (isAwsKey(name) ? awsKeys[name] : undefined);

/** Values are texts: lists and objects arrive as JSON. */
function fromText(definition: AwsKey, text: string): unknown {
  if (definition.list === true && !text.trimStart().startsWith("[")) return text.split(",").map((s) => s.trim());
  if (definition.schema.safeParse(text).success) return text;
  try {
    const value = JSON.parse(text) as unknown;
    return definition.objects === true && !Array.isArray(value) ? [value] : value;
  } catch {
    return text;
  }
}

/** Names of the tags that the program sets on everything, or on single resources; IAM tells no case apart. */
const ownTags = ["ai-ecosystem:stack", "ai-ecosystem:project", "ManagedBy", "Name"];
const isOwnTag = (name: string) => ownTags.some((own) => own.toLowerCase() === name.toLowerCase());

interface Rule {
  readonly key: string;
  readonly message: string;
  readonly broken: (s: Partial<ParsedAws>) => boolean;
}

const both = (a: AwsKeyName, b: AwsKeyName, message: string): Rule => ({
  key: `aws:${b}`,
  message,
  broken: (s) => s[a] !== undefined && s[b] !== undefined,
});
const alone = (a: AwsKeyName, b: AwsKeyName): Rule => ({
  key: `aws:${a}`,
  message: `needs aws:${b}: pulumi config set --secret aws:${b} …`,
  broken: (s) => s[a] !== undefined && s[b] === undefined,
});

const tagNames = (s: Partial<ParsedAws>): readonly string[] => Object.keys(s.defaultTags?.tags ?? {});
/** AWS takes no more tags on a resource; `ownTags` are among them. */
const resourceTags = 50 - ownTags.length;

const rules: readonly Rule[] = [
  alone("accessKey", "secretKey"),
  alone("secretKey", "accessKey"),
  alone("token", "accessKey"),
  both("accessKey", "profile", "and aws:accessKey are two answers to whose account it is: remove one of them"),
  both("allowedAccountIds", "forbiddenAccountIds", "is of no use with aws:allowedAccountIds: remove one of them"),
  {
    key: "aws:skipRequestingAccountId",
    message: "leaves nobody who looks whether the account is allowed: remove it, or aws:allowedAccountIds",
    broken: (s) => s.skipRequestingAccountId === true && (s.allowedAccountIds ?? s.forbiddenAccountIds) !== undefined,
  },
  {
    key: "aws:defaultTags",
    message: `sets a tag that the program sets itself (${ownTags.join(", ")}): choose another name`,
    broken: (s) => tagNames(s).some(isOwnTag),
  },
  {
    key: "aws:defaultTags",
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html: `Costcenter` and `costcenter` are one there
    message: "has names that differ by case alone, which IAM refuses on a role: keep one of them",
    broken: (s) => new Set(tagNames(s).map((name) => name.toLowerCase())).size < tagNames(s).length,
  },
  {
    key: "aws:defaultTags",
    message: `has more than ${resourceTags} tags, and AWS takes 50 on a resource, the program's own among them`,
    broken: (s) => tagNames(s).length > resourceTags,
  },
  {
    key: "aws:ignoreTags",
    message: `covers a tag that the program sets (${ownTags.join(", ")}), which costs, budget and roles go by: leave it out`,
    broken: (s) =>
      (s.ignoreTags?.keys ?? []).some(isOwnTag) ||
      (s.ignoreTags?.keyPrefixes ?? []).some((prefix) => ownTags.some((own) => own.startsWith(prefix))),
  },
];

/** AWS takes no more tags on an object of S3; three are the program's. */
const objectTags = 10 - 3;
/** What a job's own login to AWS cannot have: a profile of the shared configuration has no word for it. */
const beyondProfiles = ["policy", "policyArns", "sourceIdentity", "tags", "transitiveTagKeys", "webIdentityToken"];

const fargateRules: readonly Rule[] = [
  ...(["httpProxy", "httpsProxy"] as const).map((key) => ({
    key: `aws:${key}`,
    message: "is not for fargate, whose jobs call AWS without a proxy: deploy from a machine that reaches AWS itself",
    broken: (s: Partial<ParsedAws>) => s[key] !== undefined,
  })),
  {
    key: "aws:insecure",
    message: "is not for fargate, whose jobs look at certificates: name the authority in aws:customCaBundle",
    broken: (s) => s["insecure"] === true,
  },
  {
    key: "aws:assumeRoleWithWebIdentity",
    message: "needs webIdentityTokenFile on fargate, whose jobs log in with it, too",
    broken: ({ assumeRoleWithWebIdentity: web }) => web !== undefined && web.webIdentityTokenFile === undefined,
  },
  {
    key: "aws:defaultTags",
    message: `has more than ${objectTags} tags, and S3 takes 10 on an object, the program's own among them`,
    broken: (s) => tagNames(s).length > objectTags && tagNames(s).length <= resourceTags,
  },
  ...(["assumeRoles", "assumeRoleWithWebIdentity"] as const).map((key) => ({
    key: `aws:${key}`,
    message: `has one of ${beyondProfiles.join(", ")}, with which the jobs of fargate cannot log in: put it into the role itself (a file instead of webIdentityToken)`,
    broken: (s: Partial<ParsedAws>) =>
      [s[key] ?? []].flat().some((role) => beyondProfiles.some((name) => Object.hasOwn(role, name))),
  })),
  ...(["sharedConfigFiles", "sharedCredentialsFiles"] as const).map((key) => ({
    key: `aws:${key}`,
    message: "has more than one file, and the jobs of fargate read one, as the AWS CLI does: merge them",
    broken: (s: Partial<ParsedAws>) => (s[key]?.length ?? 0) > 1,
  })),
];

const setRegion = "pulumi config set aws:region eu-central-1 (AWS_REGION and profiles do not count)";

function regionProblems(s: Partial<ParsedAws>, raw: RawValues): Problem[] {
  const { region, stsRegion } = s;
  if (region === undefined) {
    const message = `is required: the region that the stack is in, once and for all: ${setRegion}`;
    return "region" in raw.values ? [] : [{ key: "aws:region", message }];
  }
  const anyWellFormed = s.skipRegionValidation === true;
  const problems: Problem[] = [];
  const wrong = regionProblem(region, anyWellFormed);
  if (wrong !== undefined && raw.secretKeys.has("region")) {
    const message =
      "is encrypted, and no secret, so it cannot be looked at: pulumi config set --plaintext aws:region …";
    problems.push({ key: "aws:region", message });
  } else if (wrong !== undefined) problems.push({ key: "aws:region", message: wrong, value: region });
  const sts = stsRegion === undefined ? undefined : regionProblem(stsRegion, anyWellFormed);
  if (sts !== undefined) problems.push({ key: "aws:stsRegion", message: sts, value: stsRegion ?? "" });
  return problems;
}

/** Message of an issue, in words of ours where the schema's own say nothing. */
function messageOf(issue: z.core.$ZodIssue, siblings: readonly string[]): string {
  if (issue.code === "unrecognized_keys") {
    const [name = ""] = issue.keys;
    return `has ${issue.keys.join(", ")}, which it does not know${suggestion(name, siblings)}`;
  }
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  return issue.code === "invalid_type" && issue.input === undefined
    ? "is required"
    : issue.message.replace(/^Invalid (input|option): /, "");
}

const fields: Readonly<Record<string, readonly string[]>> = {
  defaultTags: ["tags"],
  ignoreTags: ["keys", "keyPrefixes"],
  assumeRoleWithWebIdentity: ["roleArn", "webIdentityTokenFile", "sessionName", "duration", "policy", "policyArns"],
};
const roleFields = [
  "roleArn",
  "sessionName",
  "duration",
  "externalId",
  "policy",
  "policyArns",
  "sourceIdentity",
  "tags",
];

/** Checks one key; its problems are added to the list. */
function parseKey(name: AwsKeyName, raw: RawValues, problems: Problem[]): unknown {
  const definition: AwsKey = awsKeys[name];
  const text = raw.values[name] ?? "";
  const encrypted = raw.secretKeys.has(name);
  if (definition.secret === true && !encrypted) {
    const message = "is a secret and stands in plain text; set it again with --secret, and revoke this one";
    problems.push({ key: `aws:${name}`, message });
  }
  if (/"webIdentityToken"\s*:/.test(text) && !encrypted) {
    const message = "is a secret and stands in plain text; set it again with --secret";
    problems.push({ key: `aws:${name}.webIdentityToken`, message });
  }
  const result = definition.schema.safeParse(fromText(definition, text), { reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const key = `aws:${[name, ...issue.path.map(String)].join(".")}`;
    const hidden = encrypted || definition.secret === true || /secret|token|password/i.test(text);
    problems.push({ key, message: messageOf(issue, fields[name] ?? roleFields), ...(hidden ? {} : { value: text }) });
  }
  return undefined;
}

/**
 * Checks the keys of the namespace `aws:`. Everything that the provider takes comes back; whatever it would not see, or AWS
 * would refuse, is a problem.
 */
export function parseAws(raw: RawValues, needs: AwsNeeds): { parsed: ParsedAws } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const parsed: Record<string, unknown> = {};
  for (const name of Object.keys(raw.values)) {
    const foreign = foreignKeys[name];
    if (foreign !== undefined) problems.push({ key: `aws:${name}`, message: foreign });
    else if (!isAwsKey(name)) {
      problems.push({
        key: `aws:${name}`,
        message: `is not known${suggestion(name, known).replace("mean ", "mean aws:")}`,
      });
    } else {
      const value = parseKey(name, raw, problems);
      if (value !== undefined) parsed[name === "assumeRole" ? "assumeRoles" : name] = value;
    }
  }
  if ("assumeRole" in raw.values && "assumeRoles" in raw.values) {
    const message = "is the older name of aws:assumeRoles, which is there as well: remove one of them";
    problems.push({ key: "aws:assumeRole", message });
  }
  const s = parsed as Partial<ParsedAws>;
  problems.push(...regionProblems(s, raw));
  for (const { key, message, broken } of [...rules, ...(needs.topology === "fargate" ? fargateRules : [])]) {
    if (broken(s)) problems.push({ key, message });
  }
  return problems.length === 0 ? { parsed: s as ParsedAws } : { problems };
}
