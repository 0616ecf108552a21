import { z } from "zod";
import { isGithubRepository } from "../formats/github-repository";
import { kmsKeyArn, ownBucket, stateBucket } from "../formats/state-bucket";
import { backupPlace, flag, logRetentions, restoredFrom, secretOverrides, size, type SettingKey } from "./kinds";

/** Watching, delivering and keeping. */
export const operationKeys = {
  logRetentionDays: {
    schema: z.union(logRetentions.map((days) => z.literal(days))).default(30),
    doc: "days that CloudWatch keeps logs",
    allowed: logRetentions.join(", "),
    example: "90",
    defaultText: "30",
    only: "fargate",
    managedData: true,
  },
  alertEmail: {
    schema: z.email().optional(),
    doc: "where alarms and the budget alert go",
    allowed: "an e-mail address",
    example: "ops@example.com",
    defaultText: "none",
  },
  language: {
    schema: z.enum(["en", "es"]).default("en"),
    doc: "of the report, the dashboard in CloudWatch and what alarms say, by mail and in Slack; the terminal, the policies and what AWS writes around it are in English",
    allowed: "en or es",
    example: "es",
    defaultText: "en",
  },
  slackWebhookUrl: {
    schema: z.url({ protocol: /^https$/ }).optional(),
    doc: "Slack incoming webhook for alarms",
    allowed: "an https address",
    example: "https://hooks.slack.com/services/...",
    defaultText: "none",
    secret: true,
    only: "fargate",
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
  onCall: {
    ...flag(
      "makes a role with the rights of the runbooks about a host, as production has one: output `onCallRoleArn`. Its sessions are root's on the host",
      false,
    ),
    only: "host",
  },
  githubRepository: {
    schema: z.string().refine(isGithubRepository, "is not owner/name").optional(),
    doc: "`owner/name`: makes the roles of its workflows; with GitHub's numeric ids, `owner@1/name@2`, they survive a renaming",
    allowed: "owner/name, or owner@id/name@id",
    example: "acme/desk",
    defaultText: "none",
    only: "fargate",
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
    only: "fargate",
  },
  stateKmsKeyArn: {
    schema: z.string().regex(kmsKeyArn, "is not the ARN of a KMS key (an alias is none)").optional(),
    doc: "KMS key of `--secrets-provider=awskms://…`, and of the bucket where it has one: the GitHub roles may use it",
    allowed: "arn:aws:kms:REGION:ACCOUNT:key/ID",
    example: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    defaultText: "none",
    only: "fargate",
  },
  backups: backupPlace,
  restoredFrom: { ...restoredFrom, only: "fargate" },
  secretOverrides,
  backupRetentionDays: size("days that nightly backups and snapshots are kept", 1, 35, 7),
  deletionProtection: flag("refuse to delete data: protects it in Pulumi and in AWS", true),
} as const satisfies Record<string, SettingKey>;
