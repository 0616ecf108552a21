import * as ipaddr from "ipaddr.js";
import { z } from "zod";
import { pinnedImage } from "../formats/image";
import { mailbox, quoted } from "../formats/mailbox";
import { networkProblem } from "../formats/networks";
import { hostProblem } from "../formats/reachable";
import { timezoneProblem } from "../formats/timezone";
import { loadPrices, pricedClasses, type ClassSetting } from "../prices/prices";

export const topologies = ["host", "fargate"] as const;
export type Topology = (typeof topologies)[number];

/** One key of the stack configuration: its schema and what a person needs to know to set it. */
export interface SettingKey {
  readonly schema: z.ZodType;
  /** What it means, one line (the README's table is made from it). */
  readonly doc: string;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** A value as it is typed after `pulumi config set`. */
  readonly example: string;
  /** Shown in the README instead of the schema's default. */
  readonly defaultText: string;
  /** The topology that reads it. The other takes it, so that one file is good for both. */
  readonly only?: Topology;
  /** Of fargate, but read by a host as well, whose data is managed. */
  readonly managedData?: true;
  /** Must be set with `--secret`. `inside`: a property of the value is the secret. */
  readonly secret?: true;
  /** How to set it, when a plain `pulumi config set KEY VALUE` is not enough. */
  readonly howTo?: string;
}

/** Instance types of the host: family and size. */
export const instanceFamilies = ["t3", "t3a", "t4g"] as const;
export const instanceSizes = ["micro", "small", "medium", "large"] as const;
export const instanceTypes = instanceFamilies.flatMap((f) => instanceSizes.map((s) => `${f}.${s}`));

const singleLine = /^\P{Cc}+$/u;

/** A text with which nothing is wrong; `problem` says what is. */
const checked = (problem: (text: string) => string | undefined) =>
  z.string().check(({ value, issues }) => {
    const message = problem(value);
    if (message !== undefined) issues.push({ code: "custom", message, input: value });
  });
export const cidr = checked(networkProblem);
export const timezone = checked(timezoneProblem);
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map((r) =>
  ipaddr.parseCIDR(r),
);
export const vpcCidr = z.string().refine((value) => {
  if (networkProblem(value) !== undefined || !ipaddr.IPv4.isValidCIDR(value)) return false;
  const [address, bits] = ipaddr.IPv4.parseCIDR(value);
  const network = ipaddr.IPv4.networkAddressFromCIDR(value).toString();
  return (
    bits >= 16 && bits <= 20 && network === address.toString() && privateRanges.some((range) => address.match(range))
  );
}, "is not a private network of /16 to /20, written by its first address");

export const service = z.strictObject({
  enabled: z.boolean().optional(),
  image: z
    .string()
    .regex(pinnedImage, "must be an image with a tag other than latest, e.g. docker.n8n.io/n8nio/n8n:2.42.5")
    .optional(),
  memoryMb: z.int().min(16).max(30720).optional(),
  cpu: z.number().min(0.05).max(16).optional(),
  minTasks: z.int().min(0).max(50).optional(),
  maxTasks: z.int().min(1).max(100).optional(),
  spot: z.boolean().optional(),
});
/**
 * `pulumi config set --path`, and a YAML file without quotes, make a number of a text of digits; one of more than fifteen may
 * have lost some by then, such as the id of a client.
 */
const line = z
  .union([z.string(), z.number()])
  .check(({ value, issues }) => {
    if (typeof value === "string" || Number.isSafeInteger(value)) return;
    issues.push({
      code: "custom",
      message: "is read as a number, which loses digits: put it in quotes in the file",
      input: value,
    });
  })
  .transform(String)
  .refine((text) => singleLine.test(text), "must be one line of text, and not empty");
const smtp = z.strictObject({
  host: checked((host) => hostProblem(host.toLowerCase())).toLowerCase(),
  port: z.int().min(1).max(65535).default(587),
  security: z.enum(["starttls", "tls", "none"]).optional(),
  user: line.optional(),
  password: line.optional(),
  from: z
    .string()
    .refine((text) => mailbox(text) !== undefined, "is neither an address nor Name <address>")
    .transform(quoted),
});

export const mailServer = {
  schema: smtp.optional(),
  doc: "outgoing mail of Chatwoot, n8n and LibreChat: host, port (587), user, password (secret), from, security (by the port). Without it nobody is sent an invitation",
  allowed:
    "an object { host, port, user, password, from, security }; security is tls (465, 2465, 8465), starttls (all others) or none",
  example: "smtp.example.com",
  defaultText: "none",
  howTo: "pulumi config set --path 'ai-ecosystem:smtp.host' smtp.example.com; the password with --secret",
} as const;

const issuer = checked((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const sound = url?.protocol === "https:" && url.username === "" && url.search === "" && url.hash === "";
  return sound ? hostProblem(url.hostname.replace(/^\[|\]$/g, "")) : "is not the https address of an identity provider";
});
const oidc = z.strictObject({
  issuer,
  clientId: line,
  clientSecret: line,
  buttonLabel: line.optional(),
  scope: line.refine((text) => text.split(" ").includes("openid"), "is without openid").default("openid profile email"),
});

export const identityProvider = {
  schema: oidc.optional(),
  doc: "LibreChat's login by your identity provider (OpenID Connect): issuer, clientId, clientSecret (secret), buttonLabel, scope (openid profile email). Whom the provider lets in has an account",
  allowed: "an object { issuer, clientId, clientSecret, buttonLabel, scope }; issuer is an https address",
  example: "https://login.example.com",
  defaultText: "none",
  howTo: "pulumi config set --path 'ai-ecosystem:oidc.issuer' https://login.example.com; clientSecret with --secret",
} as const;

const most = (max: number, preset: number) => z.int().min(0).max(max).default(preset);
const limits = z.strictObject({
  dailyAnswers: most(10_000, 300),
  contactAnswersPerHour: most(1000, 20),
  conversationAnswers: most(50, 15),
});

export const assistantLimits = {
  schema: limits.prefault({}),
  doc: "what the assistant may answer at most: dailyAnswers (300), contactAnswersPerHour (20), conversationAnswers (15); 0 is none. Staff can set less in n8n",
  allowed: "an object { dailyAnswers, contactAnswersPerHour, conversationAnswers } of whole numbers, 0 or more",
  example: "100",
  defaultText: "300, 20 and 15",
  howTo: "pulumi config set --path 'ai-ecosystem:assistant.dailyAnswers' 100",
} as const satisfies SettingKey;

const apiKey = z
  .string()
  .min(8)
  .regex(/^[\x21-\x7e]+$/, "holds blanks or characters outside ASCII");
export const secretKey = (what: string, example: string) =>
  ({
    schema: apiKey.optional(),
    doc: `API key of ${what}; LibreChat and the starter flow offer the providers whose key exists`,
    allowed: "an API key, 8 or more printable characters without blanks",
    example,
    defaultText: "none",
    secret: true,
  }) as const;
export const size = (doc: string, min: number, max: number, preset: number) => ({
  schema: z.int().min(min).max(max).default(preset),
  doc,
  allowed: `a whole number from ${min} to ${max}`,
  example: String(preset),
  defaultText: String(preset),
});
export const flag = (doc: string, preset: boolean) => ({
  schema: z.boolean().default(preset),
  doc,
  allowed: "true or false",
  example: "true",
  defaultText: String(preset),
});

const prices = loadPrices("");
/** A class of AWS for one store, such as `db.t4g.small`; the cost estimate must know its price. */
export const storeClass = (setting: ClassSetting, store: string, example: string) => {
  const family = setting === "valkeyClass" ? "cache" : "db";
  const serverless = setting === "documentDbClass" ? "|^db\\.serverless$" : "";
  const pattern = new RegExp(`^${family}\\.[a-z][0-9][a-z]*\\.(micro|small|medium|large|[0-9]*xlarge)$${serverless}`);
  return {
    schema: z.string().regex(pattern, `is no class of AWS such as ${example}`).optional(),
    doc: `class of ${store} on fargate, in place of the profile's`,
    allowed: `${pricedClasses(setting, prices).join(", ")}, and any other whose price is in prices.overrides.json`,
    example,
    defaultText: "by costProfile",
  } as const;
};

export const oncePerAccount = <const T extends readonly ["create", ...string[]]>(what: string, choices: T) => ({
  schema: z.enum(choices).default("create" as T[number]),
  doc: `${what}: ${choices.length > 2 ? "make it, use the one that is there, or neither" : "make it, or use the one that is there"}`,
  allowed: choices.join(" or "),
  example: "existing",
  defaultText: "create",
});
/** The retentions that CloudWatch knows, days. */
export const logRetentions = [7, 14, 30, 60, 90, 180, 365, 731] as const;

/** Where the nightly archives are. */
export const backupPlace = {
  schema: z.enum(["s3", "host", "snapshots"]).default("s3"),
  doc: "where the nightly archives go: `s3`, to a bucket of the stack, encrypted and locked; `host`, on the host's data volume alone; on fargate `snapshots`, none are made",
  allowed: "s3, host (topology host) or snapshots (topology fargate)",
  example: "host",
  defaultText: "s3",
} as const satisfies SettingKey;

/** Characters that a generated secret, or its bcrypt hash, can have. */
const generated = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string().regex(/^[A-Za-z0-9._~$/-]{8,256}$/));

/** An object, or its JSON text: undefined when it is neither, or holds what no generated secret has. */
function generatedIn(value: unknown): Readonly<Record<string, string>> | undefined {
  try {
    return generated.parse(typeof value === "string" ? JSON.parse(value) : value);
  } catch {
    return undefined;
  }
}

/** Generated secrets with the values that another stack gave them. */
export const secretOverrides = {
  schema: z
    .custom<unknown>((value) => generatedIn(value) !== undefined, "is no JSON object of secrets' names and values")
    .transform((value) => generatedIn(value) ?? {})
    .optional(),
  doc: "values of generated secrets, for a stack that takes over the data of another one: `make restore` sets it",
  allowed: "a JSON object: name of a generated secret -> value of 8 to 256 letters, digits or . _ ~ - $ /",
  example: "{}",
  defaultText: "none",
  secret: true,
  howTo: "pulumi config set --secret ai-ecosystem:secretOverrides < secrets.json",
} as const satisfies SettingKey;

/** Of RDS and DocumentDB: a name, or the ARN of one that another account shares. */
const snapshot = z
  .string()
  .regex(
    /^(rds:)?[A-Za-z](-?[A-Za-z0-9])*$|^arn:aws:rds:[a-z0-9-]+:\d{12}:(cluster-)?snapshot:[A-Za-z0-9:-]+$/,
    "is neither the name nor the ARN of a snapshot",
  );
const restored = z.strictObject({
  postgres: z.array(snapshot).max(5).optional(),
  mongodb: z.array(snapshot).max(5).optional(),
  keepReplaced: z.boolean().default(true),
});

/** Where the managed databases of today come from. */
export const restoredFrom = {
  schema: restored.optional(),
  doc: "snapshots that PostgreSQL and DocumentDB were restored from, on fargate, the last one live: postgres, mongodb, and keepReplaced (true) for those that they took the place of. `make restore` sets it, docs/restore.md says how",
  allowed: "an object { postgres: [snapshots], mongodb: [snapshots], keepReplaced }",
  example: "ai-ecosystem-prod-data-postgres-0a1b2c3d-before-4e5f6a7b",
  defaultText: "none",
  howTo: "pulumi config set --path 'ai-ecosystem:restoredFrom.postgres[0]' NAME-OF-THE-SNAPSHOT",
} as const satisfies SettingKey;
