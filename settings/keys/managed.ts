import { z } from "zod";
import { oncePerAccount, size, storeClass, type SettingKey } from "./kinds";

/** Read on fargate, and on a host whose data is managed. */
const ofStores = { only: "fargate", managedData: true } as const;

/** What AWS runs, and what there is one of in an account. */
export const managedKeys = {
  costProfile: {
    schema: z.enum(["economy", "standard"]).default("standard"),
    doc: "sizes of the managed stores and, on fargate, how much is measured: the cheapest that is still highly available, or room to grow",
    allowed: "economy or standard",
    example: "economy",
    defaultText: "standard",
    ...ofStores,
  },
  postgresClass: { ...storeClass("postgresClass", "PostgreSQL", "db.t4g.medium"), ...ofStores },
  documentDbClass: {
    ...storeClass("documentDbClass", "DocumentDB (`db.serverless` grows by itself)", "db.r6g.large"),
    ...ofStores,
  },
  valkeyClass: { ...storeClass("valkeyClass", "Valkey", "cache.t4g.small"), ...ofStores },
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
    ...ofStores,
  },
  deployment: {
    schema: z.enum(["rolling", "blueGreen"]).default("rolling"),
    doc: "how ECS replaces Chatwoot's and LibreChat's web services: task by task, or all at once with both sets side by side",
    allowed: "rolling or blueGreen",
    example: "blueGreen",
    defaultText: "rolling",
    only: "fargate",
  },
  originSecretGeneration: {
    ...size(
      "counted up by one, it changes the secret between CloudFront and the load balancer; docs/production.md has the steps",
      1,
      1_000_000,
      1,
    ),
    only: "fargate",
  },
  guardDuty: {
    ...oncePerAccount("GuardDuty, which is one per account and region", ["create", "existing", "off"]),
    only: "fargate",
  },
  accountPublicAccessBlock: {
    ...oncePerAccount("S3's block of public access for the whole account, which is one per account", [
      "create",
      "existing",
    ]),
    only: "fargate",
  },
  githubOidc: {
    ...oncePerAccount("GitHub's identity provider, which is one per account", ["create", "existing"]),
    only: "fargate",
  },
} as const satisfies Record<string, SettingKey>;
