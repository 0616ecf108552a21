import { masterUser } from "../components/data/master-user";
import type { Context, StoreEndpoint } from "../services/model/context";
import { address, type Store } from "../services/model/values";
import { builtImage } from "../templates/built-images";
import { hasTemplate } from "../templates/text";
import { without } from "../settings/aws/regions";
import { llmProviders, type Settings } from "../settings/settings";

/** The certificates of RDS and DocumentDB, a file of the release. */
export const managedCaFile = "certs/aws.pem";

const endpoint = (store: Store, port: number): StoreEndpoint => ({ host: address({ store, value: "host" }), port });

/** What the services know wherever they run. */
const everywhere = {
  scheme: "https",
  origin: (origin) => address({ origin, value: "url" }),
  hostname: (origin) => address({ origin, value: "hostname" }),
  postgres: endpoint("postgres", 5432),
  mongodb: endpoint("mongodb", 27017),
  redis: endpoint("redis", 6379),
  builtImage: (folder) => builtImage(folder).image,
  hasFile: (source) => hasTemplate(source) || source === managedCaFile,
  // nginx; the load balancer leaves X-Forwarded-For as CloudFront wrote it
  proxyHops: 1,
} as const satisfies Partial<Context>;

/** What they know on every host, whoever it belongs to. */
export const onHost = {
  ...everywhere,
  topology: "host",
  // a name with a dot: an application may take no other
  internalUrl: (service, port) => `http://${service}.internal:${port}`,
} as const satisfies Partial<Context>;

/** What the settings say to all of them. */
const told = (settings: Settings) => ({
  stack: settings.stack,
  adminEmail: settings.adminEmail,
  timezone: settings.timezone,
  pushRelay: settings.pushRelay,
  assistant: settings.assistant,
  deskConversations: settings.deskConversations,
  deskAi: settings.deskAi,
  llm: llmProviders.filter((p) => settings.secrets.apiKeys[p] !== undefined),
  ...(settings.bedrock ? { bedrockRegion: settings.region } : {}),
  ...(settings.smtp === undefined ? {} : { smtp: settings.smtp }),
  ...(settings.oidc === undefined ? {} : { oidc: settings.oidc }),
});

const managedPostgres = { ...everywhere.postgres, adminUser: masterUser, tlsCaFile: managedCaFile };

/** The data stores that AWS runs, and what the settings say of them. */
const managedData = (settings: Settings) => ({
  postgres: managedPostgres,
  mongodb: { ...everywhere.mongodb, adminUser: masterUser, tlsCaFile: managedCaFile },
  redis: { ...everywhere.redis, tlsCaFile: managedCaFile },
  ...(settings.secrets.mongoUri === undefined ? {} : { ownMongo: { ports: settings.mongoPorts } }),
  existing: { stores: settings.existingStores, protected: settings.deletionProtection },
  ...(settings.provider.skipRegionValidation === true
    ? {}
    : { without: (managed: string) => without(settings.region, managed) }),
});

/** Everything on one host; its data as well, unless that is managed. */
export const hostContext = (settings: Settings): Context => ({
  ...onHost,
  ...told(settings),
  plan: settings.memoryPlan,
  ...(settings.data === "managed" ? managedData(settings) : {}),
});

/** Several tasks behind CloudFront and a load balancer, with managed stores. */
export const fargateContext = (settings: Settings): Context => ({
  ...everywhere,
  ...told(settings),
  topology: "fargate",
  plan: "standard",
  costProfile: settings.costProfile,
  // by Service Connect
  internalUrl: (service, port) => `http://${service}:${port}`,
  ...managedData(settings),
  postgres: { ...managedPostgres, rotatesLogins: true },
  bucket: (bucket) => ({ name: address({ bucket }), region: settings.region }),
  dumps: settings.backups === "s3",
});

/** What the services of a stack know. */
export const contextOf = (settings: Settings): Context =>
  (settings.topology === "host" ? hostContext : fargateContext)(settings);
