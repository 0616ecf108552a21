import { z } from "zod";
import { isGithubRepository } from "./github-repository";
import { kmsKeyArn, ownBucket, stateBucket } from "./state-bucket";
import {
  backupPlace,
  cidr,
  flag,
  hostname,
  identityProvider,
  instanceFamilies,
  instanceSizes,
  instanceTypes,
  isTimezone,
  logRetentions,
  mailServer,
  oncePerAccount,
  restoredFrom,
  secretKey,
  secretOverrides,
  service,
  size,
  storeClass,
  vpcCidr,
  type SettingKey,
} from "./key-kinds";

export { instanceFamilies, instanceSizes, type SettingKey } from "./key-kinds";

/** Every key of the namespace `ai-ecosystem:`, in the order of the documentation. */
export const settingKeys = {
  topology: {
    schema: z.enum(["host", "fargate"]),
    doc: "the switch: one EC2 host, or the highly available installation",
    allowed: "host or fargate",
    example: "host",
    defaultText: "required",
  },
  instanceType: {
    schema: z.enum(instanceTypes).default("t3.medium"),
    doc: "size of the host; `small` and `micro` get the compact memory plan and a warning",
    allowed: `${instanceFamilies.join(", ")} in the sizes ${instanceSizes.join(", ")}`,
    example: "t3.medium",
    defaultText: "t3.medium",
  },
  memoryPlan: {
    schema: z.enum(["compact", "standard"]).optional(),
    doc: "memory limits: compact = 2,688 MiB in all, fewer threads, no notebook kernels; standard = what the applications need",
    allowed: "compact or standard",
    example: "standard",
    defaultText: "by instance",
  },
  cpuCredits: {
    schema: z.enum(["standard", "unlimited"]).optional(),
    doc: "T-instances: `unlimited` may cost extra under load, `standard` throttles instead",
    allowed: "standard or unlimited",
    example: "standard",
    defaultText: "unlimited",
  },
  sshAllowedCidrs: {
    schema: z.array(cidr).min(1).max(30).optional(),
    doc: "networks that may reach port 22",
    allowed: "a list of CIDR blocks; wider than /8 only with allowPublicSsh",
    example: "203.0.113.7/32",
    defaultText: "required for host",
    howTo: "pulumi config set --path 'ai-ecosystem:sshAllowedCidrs[0]' 203.0.113.7/32",
  },
  allowPublicSsh: flag("accept `0.0.0.0/0` or `::/0` in sshAllowedCidrs", false),
  sshPublicKey: {
    schema: z
      .string()
      .regex(
        /^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( [^\r\n]*)?$/,
        "is not an OpenSSH public key of a kind that EC2 takes (ssh-ed25519, ssh-rsa)",
      )
      .optional(),
    doc: "your own key pair instead of a generated one (both halves)",
    allowed: "one line in OpenSSH format, ssh-ed25519 or ssh-rsa",
    example: '"ssh-ed25519 AAAAC3Nz... me@laptop"',
    defaultText: "generated",
  },
  sshPrivateKey: {
    schema: z
      .string()
      .regex(
        /^-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+-----END [A-Z ]*PRIVATE KEY-----\s*$/,
        "is not a private key in PEM format",
      )
      .optional(),
    doc: "the private half of sshPublicKey, without a passphrase",
    allowed: "a private key in PEM or OpenSSH format",
    example: "<key>",
    defaultText: "generated",
    secret: true,
    howTo: "pulumi config set --secret ai-ecosystem:sshPrivateKey < ~/.ssh/id_ed25519",
  },
  swapSizeGb: size("swap file of the host, GB", 0, 32, 4),
  rootVolumeGb: size("root volume of the host (images, system), GB", 16, 1024, 30),
  dataVolumeGb: size("data volume of the host, GB; it outlives the instance and can only grow", 10, 16384, 20),
  domain: {
    schema: z.string().regex(hostname, "is not a domain name in lower case").optional(),
    doc: "your domain; the names are `desk.` `n8n.` `chat.` `data.` and the apex. Without one: `<app>.<ip-with-dashes>.sslip.io`",
    allowed: "a domain name in lower case",
    example: "example.com",
    defaultText: "none (required for fargate)",
  },
  hostedZone: {
    schema: z
      .string()
      .regex(new RegExp(`^Z[A-Z0-9]{4,31}$|${hostname.source}`), "is neither a zone id (Z…) nor a zone name")
      .optional(),
    doc: "Route 53 zone (id or name) that gets the domain's records; without it you make them yourself",
    allowed: "a zone id such as Z0123456789ABC or a zone name",
    example: "example.com",
    defaultText: "none (required for fargate)",
  },
  adminEmail: {
    schema: z.email().default("admin@example.com"),
    doc: "login of the first administrators, and Let's Encrypt's contact",
    allowed: "an e-mail address",
    example: "you@example.com",
    defaultText: "admin@example.com (required with a domain)",
  },
  timezone: {
    schema: z.string().refine(isTimezone, "is no time zone of the IANA database").default("UTC"),
    doc: "time zone of the applications: when a flow of every day at 8 starts, and the times in reports",
    allowed: "an IANA name such as Europe/Madrid, America/Bogota or UTC",
    example: "Europe/Madrid",
    defaultText: "UTC",
  },
  tls: {
    schema: z.enum(["letsencrypt", "self-signed"]).default("letsencrypt"),
    doc: "certificate of the host; it starts self-signed in either case",
    allowed: "letsencrypt or self-signed",
    example: "letsencrypt",
    defaultText: "letsencrypt",
  },
  vpcCidr: {
    schema: vpcCidr.default("10.0.0.0/16"),
    doc: "network of the VPC; subnets are its /24 number 1, 2 (public) and 10, 11 (private)",
    allowed: "a private network of /16 to /20",
    example: "10.0.0.0/16",
    defaultText: "10.0.0.0/16",
  },
  azCount: size("availability zones", 1, 3, 2),
  zones: {
    schema: z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "is not the name of an availability zone"))
      .optional(),
    doc: "names of the availability zones, `azCount` of them; subnets that are there keep theirs",
    allowed: "a list of names of availability zones of the region, as many as azCount; no Local or Wavelength Zones",
    example: "us-east-1a",
    defaultText: "the first that have Fargate and NAT gateways",
    howTo: "pulumi config set --path 'ai-ecosystem:zones[0]' us-east-1a",
  },
  natGateways: {
    schema: z.int().min(0).max(3).optional(),
    doc: "NAT gateways, at most one per zone",
    allowed: "a whole number from 0 to 3, not above azCount; at least 1 on fargate",
    example: "2",
    defaultText: "0 for host, 2 for fargate (1 with costProfile economy)",
  },
  services: {
    schema: z.record(z.string(), service).default({}),
    doc: "per service: enabled, image, memoryMb, cpu, minTasks, maxTasks, spot",
    allowed: "an object: service name -> { enabled, image, memoryMb, cpu, minTasks, maxTasks, spot }",
    example: "640",
    defaultText: "all on",
    howTo: "pulumi config set --path 'ai-ecosystem:services.n8n.memoryMb' 640",
  },
  openaiApiKey: secretKey("OpenAI", "sk-..."),
  anthropicApiKey: secretKey("Anthropic", "sk-ant-..."),
  googleApiKey: secretKey("Google Gemini", "AIza..."),
  openrouterApiKey: secretKey("OpenRouter", "sk-or-..."),
  bedrock: flag(
    "LibreChat may use Amazon Bedrock through the IAM role; no other container of the host reaches that role",
    false,
  ),
  smtp: mailServer,
  oidc: identityProvider,
  pushRelay: flag(
    "notifications of Chatwoot's mobile app, through Chatwoot's own server, which reads who wrote what",
    false,
  ),
  costProfile: {
    schema: z.enum(["economy", "standard"]).default("standard"),
    doc: "sizes of the managed stores and how much is measured, on fargate: the cheapest that is still highly available, or room to grow",
    allowed: "economy or standard",
    example: "economy",
    defaultText: "standard",
  },
  postgresClass: storeClass("postgresClass", "PostgreSQL", "db.t4g.medium"),
  documentDbClass: storeClass("documentDbClass", "DocumentDB (`db.serverless` grows by itself)", "db.r6g.large"),
  valkeyClass: storeClass("valkeyClass", "Valkey", "cache.t4g.small"),
  mongoUri: {
    schema: z
      .string()
      .regex(/^mongodb(\+srv)?:\/\/[\x21-\x7e]+$/, "is not a MongoDB connection string")
      .optional(),
    doc: "a MongoDB of your own (Atlas) for LibreChat, in place of DocumentDB; its ports are let out to (`+srv`: 27015 to 27017)",
    allowed: "a connection string mongodb://… or mongodb+srv://…",
    example: "mongodb+srv://user:password@cluster.example.net/librechat",
    defaultText: "DocumentDB",
    secret: true,
  },
  deployment: {
    schema: z.enum(["rolling", "blueGreen"]).default("rolling"),
    doc: "how ECS replaces Chatwoot's and LibreChat's web services: task by task, or all at once with both sets side by side",
    allowed: "rolling or blueGreen",
    example: "blueGreen",
    defaultText: "rolling",
  },
  originSecretGeneration: size(
    "counted up by one, it changes the secret between CloudFront and the load balancer; docs/production.md has the steps",
    1,
    1_000_000,
    1,
  ),
  guardDuty: oncePerAccount("GuardDuty, which is one per account and region", ["create", "existing", "off"]),
  accountPublicAccessBlock: oncePerAccount(
    "S3's block of public access for the whole account, which is one per account",
    ["create", "existing"],
  ),
  githubOidc: oncePerAccount("GitHub's identity provider, which is one per account", ["create", "existing"]),
  logRetentionDays: {
    schema: z.union(logRetentions.map((days) => z.literal(days))).default(30),
    doc: "days that CloudWatch keeps logs",
    allowed: logRetentions.join(", "),
    example: "90",
    defaultText: "30",
  },
  alertEmail: {
    schema: z.email().optional(),
    doc: "where alarms and the budget alert go",
    allowed: "an e-mail address",
    example: "ops@example.com",
    defaultText: "none",
  },
  slackWebhookUrl: {
    schema: z.url({ protocol: /^https$/ }).optional(),
    doc: "Slack incoming webhook for alarms",
    allowed: "an https address",
    example: "https://hooks.slack.com/services/...",
    defaultText: "none",
    secret: true,
  },
  monthlyBudgetUsd: {
    schema: z
      .number()
      .refine((usd) => usd >= 0.01 && usd <= 1_000_000 && Number(usd.toFixed(2)) === usd, "is not an amount of money")
      .optional(),
    doc: "AWS budget with alerts at 80 and 100 %; it watches nothing until the cost allocation tag `ai-ecosystem:stack` is active: `make doctor` says how",
    allowed: "an amount in USD from 0.01 to 1000000, with two decimals at most",
    example: "60",
    defaultText: "none",
  },
  githubRepository: {
    schema: z.string().refine(isGithubRepository, "is not owner/name").optional(),
    doc: "`owner/name`: makes the roles of its workflows; with GitHub's numeric ids, `owner@1/name@2`, they survive a renaming",
    allowed: "owner/name, or owner@id/name@id",
    example: "acme/desk",
    defaultText: "none",
  },
  runbookBaseUrl: {
    // the description of an alarm, which has 1,024 characters in all, ends with it
    schema: z
      .url({ protocol: /^https?$/ })
      .max(512, "is longer than 512 characters")
      .optional(),
    doc: "where `docs/runbooks` is read: each alarm links its page below it",
    allowed: "an address that begins with https:// or http://, 512 characters at most",
    example: "https://git.example.com/acme/desk/-/blob/main/docs/runbooks",
    defaultText: "on fargate with `githubRepository`, its main branch; else alarms name the path",
  },
  stateBucket: {
    schema: z
      .string()
      .refine((text) => stateBucket(text) !== undefined, "is neither the name of a bucket nor s3://name")
      .refine((text) => !ownBucket(text), "begins as the stack's own buckets do, which its roles may change")
      .optional(),
    doc: "S3 bucket of `pulumi login s3://…`: the GitHub roles get the rights on this stack's state. Pulumi Cloud needs none",
    allowed: "a bucket's name, or the address s3://name/folder that pulumi login takes; not ai-ecosystem-…",
    example: "acme-pulumi-state",
    defaultText: "none",
  },
  stateKmsKeyArn: {
    schema: z.string().regex(kmsKeyArn, "is not the ARN of a KMS key (an alias is none)").optional(),
    doc: "KMS key of `--secrets-provider=awskms://…`, and of the bucket where it has one: the GitHub roles may use it",
    allowed: "arn:aws:kms:REGION:ACCOUNT:key/ID",
    example: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    defaultText: "none",
  },
  backups: backupPlace,
  restoredFrom,
  secretOverrides,
  backupRetentionDays: size("days that nightly backups and snapshots are kept", 1, 35, 7),
  deletionProtection: flag("refuse to delete data: protects it in Pulumi and in AWS", true),
} as const satisfies Record<string, SettingKey>;

export type SettingName = keyof typeof settingKeys;
