import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import type { AssistantLimits } from "../../../../services/n8n/assistant";
import type { LlmProvider, Workflow } from "../../../../services/n8n/workflows";
import { root } from "../../root";

/** What a release says about n8n. */
export interface Release {
  readonly provider?: LlmProvider;
  readonly limits?: AssistantLimits;
  /** What differs from the release's workflow. */
  readonly change?: (flow: Workflow) => Workflow;
}

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** How n8n runs in a test; with PostgreSQL, and with `fake-desk.js` as Chatwoot, data bridge, models and mail server. */
export interface Processes {
  readonly images: readonly string[];
  /** Containers. */
  readonly postgres: string;
  readonly desk: string;
  /** The one that takes webhooks. */
  readonly webhooks: string;
  /** n8n's role in its database. */
  readonly user: string;
  /** All but n8n. @param folder of `fake-desk.js` */
  prepare(folder: string): Promise<void>;
  /** Files of jobs from now on. */
  release(given: Release): void;
  /** Runs a script of n8n's folder in its job, with more of an environment. */
  job(script: string, args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<Ended>;
  start(): Promise<void>;
  log(): string;
  end(): void;
}

export const n8nImage = "docker.n8n.io/n8nio/n8n:2.42.5";
export const postgresImage = "pgvector/pgvector:0.8.4-pg17";

/** What only the tests know: the stand-in's names in the network, and who gets the mail. */
export const chatwootUrl = "http://chatwoot-web:3000";
export const bridgeUrl = "http://data-bridge:8000";
export const mail = { host: "desk", port: 2525, from: "Acme <desk@acme.example>", to: "boss@acme.example" };
export const botSecret = "bot-secret";
/** Of a password. */
export const ownerHash = "$2a$10$NquaIiyrdBOLlfl2DOoy1ebrHv28yyGgHFp75v3KzSOnWXmlBneua";
export const known = { botToken: "bot-token", botSecret, bridgeToken: "bridge-token" };
export const keyOf = (provider: LlmProvider): string => `key-of-${provider}`;
export const baseUrls: Readonly<Record<string, string>> = {
  OPENAI_BASE_URL: "http://desk:3000/openai/v1",
  ANTHROPIC_BASE_URL: "http://desk:3000/anthropic",
  GOOGLE_BASE_URL: "http://desk:3000/google",
  OPENROUTER_BASE_URL: "http://desk:3000/openrouter/v1",
};
/** Of `docker run`: the stand-in with its names and its port. */
export const deskArguments = (folder: string): readonly string[] => [
  ...["chatwoot-web", "data-bridge", "desk"].flatMap((name) => ["--network-alias", name]),
  ...["-p", "127.0.0.1::3000", "-v", `${folder}:/desk:ro`, "--entrypoint", "node", n8nImage, "/desk/fake-desk.js"],
];
export const importFolder = join(root, "services", "n8n", "files");

export const docker = (...args: readonly string[]): string =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

export const logOf = (container: string): string => {
  const { stdout, stderr } = spawnSync("docker", ["logs", container], { encoding: "utf8", maxBuffer: 1 << 26 });
  return stdout + stderr;
};
