import type { MongodbUser, OwnedDatabase } from "./database";
import type { MemoryPlan, Service, Store } from "./types";
import type { EnvValue } from "./values";

/** Where a data store is reached. */
export interface StoreEndpoint {
  readonly host: EnvValue;
  readonly port: number;
  /** Who may make roles and databases. @default the image's own superuser */
  readonly adminUser?: string;
  /** Certificates (PEM) that its own is checked with, as a file of the release; absent: no TLS, inside one host. */
  readonly tlsCaFile?: string;
  /** Each role has two logins that take turns with every new password: the user name is a secret beside it. */
  readonly rotatesLogins?: true;
}

export type LlmProvider = "openai" | "anthropic" | "google" | "openrouter";

/** What a service may know about its context: plain values, and references to what only the installation knows. */
export interface Context {
  readonly stack: string;
  readonly topology: "host" | "fargate";
  readonly plan: MemoryPlan;
  /** `economy`: the smallest sizes that work. @default standard */
  readonly costProfile?: "economy" | "standard";
  /** How people reach the services; `http` on somebody's own machine. */
  readonly scheme: "https" | "http";
  /** Public origin of a host label: `origin("desk")` is `https://desk.example.com`; `""` is the apex. */
  readonly origin: (host: string) => EnvValue;
  /** Host name of a label: `hostname("desk")` is `desk.example.com`. */
  readonly hostname: (host: string) => EnvValue;
  /** Address of another service for calls between services, without a slash at the end. */
  readonly internalUrl: (service: string, port: number) => string;
  readonly postgres: StoreEndpoint;
  readonly mongodb: StoreEndpoint;
  readonly redis: StoreEndpoint;
  readonly adminEmail: string;
  /** IANA name, e.g. `Europe/Madrid`: schedules, and the times that people are shown. */
  readonly timezone: string;
  /** Providers whose API key is configured. */
  readonly llm: readonly LlmProvider[];
  /** What the assistant may answer at most; see the setting of that name. */
  readonly assistant: {
    readonly dailyAnswers: number;
    readonly contactAnswersPerHour: number;
    readonly conversationAnswers: number;
  };
  /** Image that the project builds of a folder of templates/ with a Dockerfile, `localhost/<folder>:<tag of its content>`. */
  readonly builtImage: (folder: string) => string;
  /** Whether the release has a file or folder. @default everything is there */
  readonly hasFile?: (source: string) => boolean;
  /** The bucket that a container names in `files`; absent: there is no S3, but volumes. */
  readonly bucket?: (name: string) => { readonly name: EnvValue; readonly region: string };
  /** A MongoDB of the user's own (the secret `mongo-uri`) in place of one that the stack makes. */
  readonly ownMongo?: { readonly ports: readonly number[] };
  /** AWS region for Bedrock; absent when it is off. */
  readonly bedrockRegion?: string;
  readonly smtp?: {
    readonly host: string;
    readonly port: number;
    /** @default by the port, see `mailSecurity` */
    readonly security?: "starttls" | "tls" | "none" | undefined;
    readonly user?: string | undefined;
    /** An address, or `Name <address>`. */
    readonly from: string;
  };
  /** Login by an identity provider (OpenID Connect). */
  readonly oidc?: {
    readonly issuer: string;
    readonly clientId: string;
    readonly buttonLabel?: string | undefined;
    readonly scope: string;
  };
  /** Administrators of LibreChat may read conversations by way of its models. */
  readonly deskConversations?: boolean;
  /** Chatwoot's own AI for people gets OpenAI's key. */
  readonly deskAi?: boolean;
  /** Mobile push goes through Chatwoot's server (title and text), where no Firebase credentials are set. */
  readonly pushRelay: boolean;
  /** Proxies between the internet and a service, as far as they are in X-Forwarded-For. */
  readonly proxyHops: number;
  /** Production is dumped every night, into a bucket of its own. @default false */
  readonly dumps?: boolean;
  /** Managed stores that exist and hold data, and whether the settings protect it. @default none */
  readonly existing?: { readonly stores: readonly Store[]; readonly protected: boolean };
  /** What else to do where the region is without what AWS runs in a store's place ({@link Service.managed}). @default it has all */
  readonly without?: (managed: string) => string | undefined;
  /**
   * Whether a service, or a store that somebody needs, is part of the stack; `buildCatalogue` answers. Who asks for a store
   * here, and does not just name it in `uses`, can do without it. @default everything is
   */
  readonly has?: (name: string) => boolean;
  /** What the services say in `database`, also those that are off; `buildCatalogue` answers. @default none */
  readonly databases?: readonly OwnedDatabase[];
  /** The same of `mongodbUser`. @default none */
  readonly mongodbUsers?: readonly MongodbUser[];
}

/** See {@link Context.has}. */
export const has = (context: Context, name: string): boolean => context.has?.(name) ?? true;

export type ServiceFactory = (context: Context) => Service;

/** Ids of the secrets that come from the configuration and not from a generator. */
export const configuredSecrets = {
  openai: "openai-api-key",
  anthropic: "anthropic-api-key",
  google: "google-api-key",
  openrouter: "openrouter-api-key",
  smtp: "smtp-password",
  oidc: "oidc-client-secret",
  mongo: "mongo-uri",
} as const;

/** Environment variables of a proxy or client that are set only in some installations. */
export const when = <T extends object>(condition: boolean, entries: T): T | Record<string, never> =>
  condition ? entries : {};

/** Where the certificates of managed stores are mounted. */
export const caFile = "/certs/aws.pem";

/** The mount of the certificates, for containers that talk to stores with TLS. */
export const caMounts = (...stores: readonly StoreEndpoint[]) =>
  stores
    .flatMap(({ tlsCaFile }) => (tlsCaFile === undefined ? [] : [{ source: tlsCaFile, target: caFile }]))
    .slice(0, 1);

/** Where the mailboxes of customers' own mail servers are. */
const mailPorts = { 465: "Mail servers", 587: "Mail servers", 993: "Mailboxes" } as const;

/** The settings' mail server, and those of mailboxes that are entered in an application. */
export const mailServers = (context: Context): Readonly<Record<number, string>> => ({
  ...mailPorts,
  ...sender(context),
});

/** The settings' mail server alone. */
export const sender = ({ smtp }: Context): Readonly<Record<number, string>> =>
  smtp === undefined ? {} : { [smtp.port]: "Mail servers" };

/** vCPU of a Fargate task that idles most of the time; the smallest size starts slower. */
export const idleCpu = ({ costProfile }: Context): number => (costProfile === "economy" ? 0.25 : 0.5);
