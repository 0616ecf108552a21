import type { MemoryPlan, Service } from "./types";

/** Where a data store is reached. */
export interface StoreEndpoint {
  readonly host: string;
  readonly port: number;
}

export type LlmProvider = "openai" | "anthropic" | "google" | "openrouter";

/** What a service may know about its surroundings. Plain values only. */
export interface Context {
  readonly stack: string;
  readonly topology: "host" | "fargate";
  readonly plan: MemoryPlan;
  /** Public origin of a host label: `origin("desk")` is `https://desk.example.com`; `""` is the apex. */
  readonly origin: (host: string) => string;
  /** Address of another service for calls between services, without a slash at the end. */
  readonly internalUrl: (service: string, port: number) => string;
  readonly postgres: StoreEndpoint;
  readonly mongodb: StoreEndpoint;
  readonly redis: StoreEndpoint;
  readonly adminEmail: string;
  /** Providers whose API key is configured. */
  readonly llm: readonly LlmProvider[];
  /** AWS region for Bedrock; absent when it is off. */
  readonly bedrockRegion?: string;
  readonly smtp?: {
    readonly host: string;
    readonly port: number;
    readonly user?: string | undefined;
    readonly from: string;
  };
  /** Proxies between the internet and a service. */
  readonly proxyHops: number;
}

export type ServiceFactory = (context: Context) => Service;

/** Ids of the secrets that come from the configuration and not from a generator. */
export const configuredSecrets = {
  openai: "openai-api-key",
  anthropic: "anthropic-api-key",
  google: "google-api-key",
  openrouter: "openrouter-api-key",
  smtp: "smtp-password",
} as const;

/** Environment variables of a proxy or client that are set only in some installations. */
export const when = <T extends object>(condition: boolean, entries: T): T | Record<string, never> =>
  condition ? entries : {};
