import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsEnvironmentInputs } from "./aws/environment";
import { parseAws, type ParsedAws, type RawValues } from "./aws/settings";
import { instanceSizes, settingKeys, type SettingKey } from "./keys";
import { canonical, canonicalNetworks } from "./formats/networks";
import { mongoPorts } from "./formats/mongo-ports";
import { isKnown, unknownKey, type Problem } from "./problems";
import { unreadKeys } from "./namespaces";
import { settingsSchema, type ParsedSettings as OwnSettings } from "./schema";
import { wordsOf } from "./words";
import { soundOf } from "./sound";

const namespace = "ai-ecosystem:";

/** LLM providers whose API key can be configured. */
export const llmProviders = ["openai", "anthropic", "google", "openrouter"] as const;
export type LlmProvider = (typeof llmProviders)[number];

/** Secrets that come from the configuration; every one is a secret output. */
export interface ConfiguredSecrets {
  readonly sshPrivateKey?: pulumi.Output<string>;
  readonly slackWebhookUrl?: pulumi.Output<string>;
  readonly mongoUri?: pulumi.Output<string>;
  readonly smtpPassword?: pulumi.Output<string>;
  readonly oidcClientSecret?: pulumi.Output<string>;
  /** Of generated secrets: name -> value in place of the generated one. */
  readonly overrides: Readonly<Record<string, pulumi.Output<string>>>;
  readonly apiKeys: Partial<Record<LlmProvider, pulumi.Output<string>>>;
}

/** What the stack's last update that ended well has left: image of each service, and the tag of each snapshot before an upgrade. */
export interface Previous {
  readonly images: Readonly<Record<string, string>>;
  readonly upgradeSnapshots: Readonly<Partial<Record<ManagedStore, string>>>;
}

/** By its name among the services. */
type ManagedStore = "postgres" | "mongodb" | "redis";

type SecretSetting = "sshPrivateKey" | "secretOverrides" | "slackWebhookUrl" | "mongoUri" | `${LlmProvider}ApiKey`;
type Smtp = Omit<NonNullable<ParsedSettings["smtp"]>, "password">;
type Oidc = Omit<NonNullable<ParsedSettings["oidc"]>, "clientSecret">;

/** The configuration after validation, defaults filled in; secrets are still plain here. */
export interface ParsedSettings extends OwnSettings {
  readonly aws: { readonly value: ParsedAws; readonly secretKeys: ReadonlySet<string> };
}

/** The stack's settings, checked and complete. Holds no secret in plain. */
export interface Settings extends Omit<
  ParsedSettings,
  SecretSetting | "aws" | "smtp" | "oidc" | "memoryPlan" | "natGateways"
> {
  /** Name of the stack, e.g. `sandbox`. */
  readonly stack: string;
  /** Where the stack is, e.g. `eu-central-1`: the one answer that there is. */
  readonly region: string;
  /** Every other key `aws:…`, as the provider takes it; what is stored encrypted is a secret. */
  readonly provider: Omit<aws.ProviderArgs, "region">;
  /** The environment in which other programs than the provider are in the stack's account; without the region. */
  readonly awsEnvironment: Readonly<Record<string, pulumi.Input<string>>>;
  /** What was made of values that were not as AWS writes them, a line each. */
  readonly notes: readonly string[];
  readonly memoryPlan: "compact" | "standard";
  readonly natGateways: number;
  readonly smtp: Smtp | undefined;
  readonly oidc: Oidc | undefined;
  /** Where a MongoDB of the user's own listens; empty without one. */
  readonly mongoPorts: readonly number[];
  /** Stores that the stack has already; see `Context.existing`. */
  readonly existingStores: readonly ManagedStore[];
  /** Empty before the first update. */
  readonly previous: Previous;
  readonly secrets: ConfiguredSecrets;
}

/** The raw configuration: the program's own namespace, and the provider's. */
export interface RawSettings extends RawValues {
  readonly aws: RawValues;
  /** Keys of other namespaces, whole. @default none */
  readonly others?: readonly string[];
}

/** Splits a configuration, full key -> text, by namespaces. */
export function rawSettings(values: Readonly<Record<string, string>>, secretKeys: Iterable<string>): RawSettings {
  const secret = [...secretKeys];
  const of = (prefix: string): RawValues => {
    const name = (key: string) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []);
    return {
      values: Object.fromEntries(Object.entries(values).flatMap(([key, text]) => name(key).map((k) => [k, text]))),
      secretKeys: new Set(secret.flatMap(name)),
    };
  };
  const ours = [namespace, "aws:"];
  const others = Object.keys(values).filter((key) => !ours.some((prefix) => key.startsWith(prefix)));
  return { ...of(namespace), aws: of("aws:"), others };
}

const known = Object.keys(settingKeys);
const definition = (key: string): SettingKey | undefined => (isKnown(key) ? settingKeys[key] : undefined);
const isSecret = (key: string) => definition(key)?.secret === true;

/** Configuration values are texts: numbers, booleans, lists and objects arrive as JSON. */
function fromText(key: string, text: string): unknown {
  const list = key === "sshAllowedCidrs" || key === "zones";
  if (list && !text.trimStart().startsWith("[")) return text.split(",").map((s) => s.trim());
  // a key whose schema takes the text as it is (a domain, a key of digits) must not become a number
  if (definition(key)?.schema.safeParse(text).success) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What stands at a path in a value; undefined when nothing does. */
const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (v, key) => (typeof v === "object" && v !== null ? (v as Readonly<Record<string, unknown>>)[key] : undefined),
    value,
  );
const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * Checks the raw configuration; returns either settings without defaults missing, or every problem that it has by itself, and
 * what is sound of it.
 */
export function parseSettings(
  raw: RawSettings,
): { parsed: ParsedSettings } | { problems: Problem[]; sound: ParsedSettings | undefined } {
  const input = Object.fromEntries(Object.entries(raw.values).map(([k, v]) => [k, fromText(k, v)]));
  const problems: Problem[] = [];
  for (const key of known) {
    if (key in raw.values && isSecret(key) && !raw.secretKeys.has(key)) {
      problems.push({
        key,
        message: "is a secret and stands in plain text; set it again with --secret, and revoke this one",
      });
    }
  }
  for (const [key, { secret }] of Object.entries(objects)) {
    if (secret === undefined || !raw.values[key]?.includes(`"${secret}"`) || raw.secretKeys.has(key)) continue;
    problems.push({
      key: `${key}.${secret}`,
      message: "is a secret and stands in plain text; set it again with --secret",
    });
  }
  problems.push(...unreadKeys(raw.others ?? []));
  const { topology } = input;
  const aws = parseAws(raw.aws, {
    topology: topology === "host" || topology === "fargate" ? topology : undefined,
  });
  if ("problems" in aws) problems.push(...aws.problems);
  const region = "parsed" in aws ? aws.parsed.region : undefined;
  const elsewhere = (settingKeys.zones.schema.safeParse(input["zones"]).data ?? []).filter(
    (zone) => region !== undefined && zone.slice(0, -1) !== region,
  );
  if (elsewhere.length > 0) {
    const message = `has ${elsewhere.join(", ")}, which is not in aws:region, ${region ?? ""}`;
    problems.push({ key: "zones", message, value: raw.values["zones"] ?? "" });
  }
  const result = settingsSchema.safeParse(input);
  if (result.success && "parsed" in aws && problems.length === 0) {
    return { parsed: { ...result.data, aws: { value: aws.parsed, secretKeys: raw.aws.secretKeys } } };
  }
  for (const issue of result.error?.issues ?? []) {
    const path = issue.path.map(String);
    const top = path[0] ?? "";
    // an object with a secret in it is one as a whole, whatever shape it was given
    const whole = path.length === 1;
    const inside = objects[top]?.secret;
    const hidden =
      path.some(isSecret) || raw.secretKeys.has(top) || (inside !== undefined && (whole || path.includes(inside)));
    if (issue.code === "unrecognized_keys") {
      for (const name of issue.keys) {
        const siblings = path.length === 0 ? known : (objects[top]?.keys ?? []);
        problems.push({ key: [...path, name].join("."), message: unknownKey(name, siblings) });
      }
      continue;
    }
    const key = path.join(".");
    const given = whole ? raw.values[top] : asText(valueAt(input, path));
    const missing = given === undefined && issue.code !== "custom";
    const message = missing ? "is required" : wordsOf(issue);
    problems.push({ key, message, ...(given === undefined || hidden ? {} : { value: given }) });
  }
  const sound = soundOf(input);
  const account = "parsed" in aws ? aws.parsed : { region: "us-east-1" };
  return { problems, sound: sound && { ...sound, aws: { value: account, secretKeys: raw.aws.secretKeys } } };
}

/** Settings that are objects, or hold some: what is in them, and which of it is a secret. */
const objects: Readonly<Record<string, { readonly keys: readonly string[]; readonly secret?: string }>> = {
  smtp: { keys: ["host", "port", "user", "password", "from", "security"], secret: "password" },
  oidc: { keys: ["issuer", "clientId", "clientSecret", "buttonLabel", "scope"], secret: "clientSecret" },
  restoredFrom: { keys: ["postgres", "mongodb", "keepReplaced"] },
  assistant: { keys: ["dailyAnswers", "contactAnswersPerHour", "conversationAnswers"] },
  services: { keys: ["enabled", "image", "memoryMb", "cpu", "minTasks", "maxTasks", "spot"] },
};

/** `small` and `micro` hosts cannot hold the standard plan. */
const planFor = (instanceType: string) =>
  instanceSizes.indexOf(instanceType.split(".")[1] as (typeof instanceSizes)[number]) < 2 ? "compact" : "standard";

/** With one NAT gateway the loss of its zone stops outgoing calls, while the sites stay up: economy accepts that. */
const defaultNats = ({ topology, costProfile, azCount }: ParsedSettings): number => {
  if (topology === "host") return 0;
  return costProfile === "economy" ? 1 : Math.min(2, azCount);
};

/** Fills in what depends on other keys, and wraps the secrets. */
export function completeSettings(
  parsed: ParsedSettings,
  stack: string,
  existingStores: readonly ManagedStore[] = [],
): Settings {
  const {
    sshPrivateKey,
    slackWebhookUrl,
    mongoUri,
    secretOverrides = {},
    openaiApiKey,
    anthropicApiKey,
    googleApiKey,
    openrouterApiKey,
    aws: { value, secretKeys },
    ...rest
  } = parsed;
  const { region, ...provider } = value;
  const keys: Record<LlmProvider, string | undefined> = {
    openai: openaiApiKey,
    anthropic: anthropicApiKey,
    google: googleApiKey,
    openrouter: openrouterApiKey,
  };
  const apiKeys: Partial<Record<LlmProvider, pulumi.Output<string>>> = {};
  for (const provider of llmProviders) {
    const key = keys[provider];
    if (key !== undefined) apiKeys[provider] = pulumi.secret(key);
  }
  const { password: smtpPassword, ...smtp } = parsed.smtp ?? { password: undefined };
  const { clientSecret, ...oidc } = parsed.oidc ?? { clientSecret: undefined };
  return {
    ...rest,
    stack,
    existingStores,
    previous: { images: {}, upgradeSnapshots: {} },
    region,
    provider: Object.fromEntries(
      Object.entries(provider).map(([key, v]) => [key, secretKeys.has(key) ? pulumi.secret(v) : v]),
    ),
    sshAllowedCidrs: parsed.sshAllowedCidrs === undefined ? undefined : canonicalNetworks(parsed.sshAllowedCidrs),
    notes: (parsed.sshAllowedCidrs ?? [])
      .filter((text) => canonical(text) !== text)
      .map((text) => `ai-ecosystem:sshAllowedCidrs: ${text} is ${canonical(text)}`),
    awsEnvironment: awsEnvironmentInputs(value, secretKeys),
    memoryPlan: parsed.memoryPlan ?? (parsed.topology === "host" ? planFor(parsed.instanceType) : "standard"),
    natGateways: parsed.natGateways ?? defaultNats(parsed),
    smtp: parsed.smtp === undefined ? undefined : (smtp as Smtp),
    oidc: parsed.oidc === undefined ? undefined : (oidc as Oidc),
    mongoPorts: mongoUri === undefined ? [] : mongoPorts(mongoUri),
    secrets: {
      apiKeys,
      overrides: Object.fromEntries(Object.entries(secretOverrides).map(([id, text]) => [id, pulumi.secret(text)])),
      ...(sshPrivateKey === undefined ? {} : { sshPrivateKey: pulumi.secret(sshPrivateKey) }),
      ...(slackWebhookUrl === undefined ? {} : { slackWebhookUrl: pulumi.secret(slackWebhookUrl) }),
      ...(mongoUri === undefined ? {} : { mongoUri: pulumi.secret(mongoUri) }),
      ...(smtpPassword === undefined ? {} : { smtpPassword: pulumi.secret(smtpPassword) }),
      ...(clientSecret === undefined ? {} : { oidcClientSecret: pulumi.secret(clientSecret) }),
    },
  };
}

/** Whether a key is stored encrypted; the SDK has this function and leaves it out of its typings. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/** The configuration of the running stack. */
export function configOfStack(): RawSettings {
  const all = pulumi.runtime.allConfig();
  return rawSettings(all, Object.keys(all).filter(isConfigSecret));
}
