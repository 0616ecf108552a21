import * as ipaddr from "ipaddr.js";
import { z } from "zod";
import { classPriceKey, loadPrices, type ClassSetting } from "./prices/prices";
import { settingKeys, type SettingName } from "./keys";

const shape = Object.fromEntries(Object.entries(settingKeys).map(([name, key]) => [name, key.schema])) as {
  [K in SettingName]: (typeof settingKeys)[K]["schema"];
};

/** What a rule over several keys may look at: any key can be missing or wrong when it runs. */
type Draft = Partial<z.output<ReturnType<typeof strict>>>;
const strict = () => z.strictObject(shape);

interface Rule {
  readonly key: SettingName;
  readonly message: string | ((s: Draft) => string);
  readonly broken: (s: Draft) => boolean;
}

const tooWide = (block: string) => {
  if (!ipaddr.isValidCIDR(block)) return false;
  return ipaddr.parseCIDR(block)[1] < 8;
};

const priced = (key: ClassSetting, priceExample: string): Rule => ({
  key,
  message: `has no price, so the estimate would be wrong: choose one of those below, or give it yours in prices.overrides.json, e.g. { "${priceExample}": 0.4 }`,
  broken: ({ [key]: instanceClass }) =>
    instanceClass !== undefined && !Object.hasOwn(loadPrices().prices, classPriceKey(key, instanceClass)),
});

/** ACM refuses a longer first name: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const longestCertificateName = 64;
/** Of a name in DNS. */
const longestName = 253;

const rules: readonly Rule[] = [
  {
    key: "sshAllowedCidrs",
    message: "is required when topology is host",
    broken: (s) => s.topology === "host" && s.sshAllowedCidrs === undefined,
  },
  {
    key: "sshAllowedCidrs",
    message: "opens SSH to the whole internet; name your own network, or set allowPublicSsh: true if you mean it",
    broken: (s) => s.allowPublicSsh !== true && Array.isArray(s.sshAllowedCidrs) && s.sshAllowedCidrs.some(tooWide),
  },
  {
    key: "sshPrivateKey",
    message: "is required with sshPublicKey: the program logs in with it",
    broken: (s) => s.sshPublicKey !== undefined && s.sshPrivateKey === undefined,
  },
  {
    key: "sshPublicKey",
    message: "is required with sshPrivateKey",
    broken: (s) => s.sshPrivateKey !== undefined && s.sshPublicKey === undefined,
  },
  {
    key: "domain",
    message: "is required when topology is fargate",
    broken: (s) => s.topology === "fargate" && s.domain === undefined,
  },
  {
    key: "domain",
    message: ({ domain = "" }) =>
      `has ${domain.length} characters, and 64 are the most on fargate: it is the first name of ACM's certificates`,
    broken: (s) => s.topology === "fargate" && (s.domain?.length ?? 0) > longestCertificateName,
  },
  {
    key: "domain",
    message: ({ domain = "" }) =>
      `has ${domain.length} characters, and the names below it (desk.${domain.slice(0, 8)}…) may have ${longestName} in all`,
    broken: (s) => s.topology === "host" && (s.domain?.length ?? 0) > longestName - "desk.".length,
  },
  {
    key: "hostedZone",
    message: "is required when topology is fargate: certificates are validated there",
    broken: (s) => s.topology === "fargate" && s.hostedZone === undefined,
  },
  {
    key: "hostedZone",
    message: "needs domain",
    broken: (s) => s.hostedZone !== undefined && s.domain === undefined,
  },
  {
    key: "hostedZone",
    message: "is not the domain's zone: domain must be it or end with it",
    broken: (s) =>
      s.hostedZone !== undefined &&
      s.domain !== undefined &&
      s.hostedZone.includes(".") &&
      s.domain !== s.hostedZone &&
      !s.domain.endsWith(`.${s.hostedZone}`),
  },
  {
    key: "adminEmail",
    message: "is required with a domain: an address that you read",
    broken: (s) => (s.domain !== undefined || s.topology === "fargate") && s.adminEmail === "admin@example.com",
  },
  {
    key: "natGateways",
    message: "is above azCount",
    broken: (s) => s.natGateways !== undefined && s.azCount !== undefined && s.natGateways > s.azCount,
  },
  {
    key: "natGateways",
    message: "must be at least 1 when topology is fargate: tasks get their images and secrets that way",
    broken: (s) => s.topology === "fargate" && s.natGateways === 0,
  },
  {
    key: "azCount",
    message: "must be at least 2 when topology is fargate: a load balancer needs two zones",
    broken: (s) => s.topology === "fargate" && s.azCount !== undefined && s.azCount < 2,
  },
  {
    key: "azCount",
    message: "must be at least 2 when data is managed: the stores have a standby in a second zone",
    broken: (s) => s.topology === "host" && s.data === "managed" && s.azCount !== undefined && s.azCount < 2,
  },
  {
    key: "zones",
    message: "must be as many as azCount, each once",
    broken: (s) => s.zones !== undefined && (s.zones.length !== s.azCount || new Set(s.zones).size < s.zones.length),
  },
  {
    key: "monthlyBudgetUsd",
    message: "needs alertEmail: a budget without an address warns nobody",
    broken: (s) => s.monthlyBudgetUsd !== undefined && s.alertEmail === undefined,
  },
  priced("postgresClass", "rds.db.m8g.large.multi-az"),
  priced("documentDbClass", "docdb.db.r8g.large"),
  priced("valkeyClass", "elasticache.valkey.cache.r8g.large"),
  {
    key: "documentDbClass",
    message: "is of no use with mongoUri, in whose stead there is no DocumentDB",
    broken: (s) => s.documentDbClass !== undefined && s.mongoUri !== undefined,
  },
  ...(["stateBucket", "stateKmsKeyArn"] as const).map((key) => ({
    key,
    message: "needs githubRepository: it is for the roles of its workflows",
    broken: (s: Draft) => s[key] !== undefined && s.githubRepository === undefined,
  })),
  {
    key: "backups",
    message: "is host, and fargate has none: s3, or snapshots for the managed stores' own alone",
    broken: (s) => s.topology === "fargate" && s.backups === "host",
  },
  {
    key: "backups",
    message: "is snapshots, which fargate alone has: s3, or host for the host's data volume alone",
    broken: (s) => s.topology === "host" && s.backups === "snapshots",
  },
  {
    key: "deskAi",
    message:
      "needs openaiApiKey, as the desk's own AI knows no other provider: pulumi config set --secret ai-ecosystem:openaiApiKey sk-..., or set deskAi to false",
    broken: (s) => s.deskAi === true && s.openaiApiKey === undefined,
  },
  {
    key: "deskConversations",
    message:
      "needs a model that reads them to the administrators: the key of a provider (pulumi config set --secret ai-ecosystem:openaiApiKey sk-..., or anthropicApiKey, googleApiKey, openrouterApiKey), bedrock set to true, or set deskConversations to false",
    broken: (s) =>
      s.deskConversations === true &&
      s.bedrock !== true &&
      [s.openaiApiKey, s.anthropicApiKey, s.googleApiKey, s.openrouterApiKey].every((key) => key === undefined),
  },
  {
    key: "smtp",
    message: "has a user without a password, or a password without a user",
    broken: (s) => s.smtp !== undefined && (s.smtp.user === undefined) !== (s.smtp.password === undefined),
  },
];

/** Only what is valid by itself: rules look across keys, and must not trip over a value that has its own problem. */
function draftOf(input: object): Draft {
  const valid = Object.entries(settingKeys).flatMap(([name, key]) => {
    const result = key.schema.safeParse((input as Record<string, unknown>)[name]);
    return result.success && result.data !== undefined ? [[name, result.data]] : [];
  });
  return Object.fromEntries(valid) as Draft;
}

/** A rule that looks at a value with a problem of its own is not judged: that value may be there, and is none. */
function breaks(rule: Rule, input: object, draft: Draft): boolean {
  const own = (key: string | symbol) => Object.hasOwn(draft, key);
  let blind = false;
  const seen = new Proxy(draft, {
    get: (target, key) => {
      if (Object.hasOwn(input, key) && Reflect.get(input, key) !== undefined && !own(key)) blind = true;
      return Reflect.get(target, key) as unknown;
    },
  });
  return rule.broken(seen) && !blind;
}

/** The whole configuration as one strict schema; rules over several keys run even when other keys are wrong. */
export const settingsSchema = strict().superRefine(
  (input, context) => {
    const draft = draftOf(input);
    for (const rule of rules) {
      if (!breaks(rule, input, draft)) continue;
      const message = typeof rule.message === "string" ? rule.message : rule.message(draft);
      context.addIssue({ code: "custom", path: [rule.key], message });
    }
  },
  { when: () => true },
);

/** The configuration after validation, defaults filled in; secrets are still plain here. */
export type ParsedSettings = z.output<typeof settingsSchema>;
