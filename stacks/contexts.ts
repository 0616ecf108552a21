import type { Context, StoreEndpoint } from "../services/model/context";
import { builtImage } from "../templates/built-images";
import { releaseHas } from "../templates/release";
import { originOf, type Hosts } from "../templates/hosts";
import { without } from "../settings/aws/regions";
import { llmProviders, type Settings } from "../settings/settings";

/** The certificates of RDS and DocumentDB, a file of the release. */
export const managedCaFile = "certs/aws.pem";

/** What the services know in either topology. */
const common = (settings: Settings, hosts: Hosts) => ({
  stack: settings.stack,
  origin: (label: string) => originOf(hosts, label),
  adminEmail: settings.adminEmail,
  timezone: settings.timezone,
  pushRelay: settings.pushRelay,
  builtImage: (folder: string) => builtImage(folder).image,
  hasFile: (source: string) => releaseHas(source) || source === managedCaFile,
  llm: llmProviders.filter((p) => settings.secrets.apiKeys[p] !== undefined),
  ...(settings.bedrock ? { bedrockRegion: settings.region } : {}),
  ...(settings.smtp === undefined ? {} : { smtp: settings.smtp }),
  ...(settings.oidc === undefined ? {} : { oidc: settings.oidc }),
});

/** Everything on one host. */
export const hostContext = (settings: Settings, hosts: Hosts): Context => ({
  ...common(settings, hosts),
  topology: "host",
  plan: settings.memoryPlan,
  // a name with a dot: Chatwoot takes no other
  internalUrl: (service, port) => `http://${service}.internal:${port}`,
  postgres: { host: "postgres", port: 5432 },
  mongodb: { host: "mongodb", port: 27017 },
  redis: { host: "redis", port: 6379 },
  proxyHops: 1,
});

/** What Fargate's services are told of the managed stores. */
export interface ManagedStores {
  readonly postgres: Pick<StoreEndpoint, "host" | "adminUser">;
  readonly mongodb: Pick<StoreEndpoint, "host" | "adminUser">;
  readonly redis: Pick<StoreEndpoint, "host">;
  /** Name of a bucket among the services -> its name in AWS. */
  readonly buckets: Readonly<Record<string, string>>;
}

/** Names that stand for stores which do not exist yet: enough to know which services there are. */
export const draftStores: ManagedStores = {
  postgres: { host: "postgres" },
  mongodb: { host: "mongodb" },
  redis: { host: "redis" },
  buckets: {},
};

/** Several tasks behind CloudFront and a load balancer, with managed stores. */
export const fargateContext = (settings: Settings, hosts: Hosts, stores = draftStores): Context => ({
  ...common(settings, hosts),
  topology: "fargate",
  plan: "standard",
  costProfile: settings.costProfile,
  // by Service Connect
  internalUrl: (service, port) => `http://${service}:${port}`,
  postgres: { ...stores.postgres, port: 5432, tlsCaFile: managedCaFile, rotatesLogins: true },
  mongodb: { ...stores.mongodb, port: 27017, tlsCaFile: managedCaFile },
  redis: { ...stores.redis, port: 6379, tlsCaFile: managedCaFile },
  bucket: (name) => ({ name: stores.buckets[name] ?? name, region: settings.region }),
  ...(settings.secrets.mongoUri === undefined ? {} : { ownMongo: { ports: settings.mongoPorts } }),
  existing: { stores: settings.existingStores, protected: settings.deletionProtection },
  ...(settings.provider.skipRegionValidation === true
    ? {}
    : { without: (managed) => without(settings.region, managed) }),
  // the load balancer leaves X-Forwarded-For as CloudFront wrote it
  proxyHops: 1,
});
