import { buildCatalogue, catalogue as factories, type Catalogue } from "../../../../services/catalogue";
import { configuredSecrets, type Context } from "../../../../services/model/context";
import type { Container, Job } from "../../../../services/model/types";
import { starterProviders, type Workflow } from "../../../../services/n8n/workflows";
import { fargateContext } from "../../../../stacks/contexts";
import { shellArchive } from "../../../../templates/release/shell-archive";
import { renderTaskFiles } from "../../../../templates/release/task-files";
import { prodSettings } from "../../recorded/profile";
import { FargateRun, secretValues } from "../fargate-run";
import {
  baseUrls,
  bridgeUrl,
  deskArguments,
  keyOf,
  known,
  logOf,
  mail,
  n8nImage,
  postgresImage,
  type Ended,
  type Processes,
  type Release,
} from "./processes";

const redisImage = "redis:7.4.11-alpine";

/** As in production but for the stores, which have no TLS, and for what the stand-in is in place of. */
function contextOf({ provider, limits }: Release): Context {
  const context = fargateContext(prodSettings());
  return {
    ...context,
    postgres: { host: "postgres", port: 5432 },
    mongodb: { host: "mongodb", port: 27017 },
    redis: { host: "redis", port: 6379 },
    adminEmail: mail.to,
    smtp: { host: mail.host, port: mail.port, from: mail.from, security: "none" },
    llm: provider === undefined ? [] : [provider],
    assistant: limits ?? context.assistant,
  };
}

/** n8n in queue mode: the main process, webhooks and a worker with the task runners beside it, as production's task definitions say. */
export class AsFargate implements Processes {
  readonly user = "n8n";
  readonly #services = ["n8n", "n8n-worker", "n8n-webhook"] as const;
  readonly #values: Readonly<Record<string, string>>;
  #run: FargateRun | undefined;
  readonly images: readonly string[];
  #catalogue: Catalogue;

  constructor() {
    this.#catalogue = buildCatalogue(factories, contextOf({}), {});
    this.#values = {
      ...secretValues(this.#catalogue.secrets),
      ...{ "chatwoot-bot-secret": known.botSecret, "chatwoot-bot-token": known.botToken },
      "data-api-token": known.bridgeToken,
      ...Object.fromEntries(starterProviders.map((provider) => [configuredSecrets[provider], keyOf(provider)])),
    };
    const containers = this.#services.map((name) => this.#service(name)).flatMap((s) => [s, ...(s.sidecars ?? [])]);
    this.images = [...new Set([...containers.map(({ image }) => image), n8nImage, postgresImage, redisImage])];
  }

  get postgres(): string {
    return this.container("postgres");
  }
  get desk(): string {
    return this.container("desk");
  }
  get webhooks(): string {
    return this.container("n8n-webhook");
  }
  /** Beside the worker. */
  get runners() {
    const [runners] = this.#service("n8n-worker").sidecars ?? [];
    if (runners === undefined) throw new Error("the worker has no runners");
    return runners;
  }
  container(name: string): string {
    return this.tasks.container(name);
  }
  /** What runs it, for what only queue mode has. */
  get tasks(): FargateRun {
    if (this.#run === undefined) throw new Error("not started");
    return this.#run;
  }

  async prepare(folder: string): Promise<void> {
    const password = (id: string) => this.#values[id] ?? "";
    const { files } = renderTaskFiles(this.#catalogue, contextOf({}));
    this.#run = new FargateRun(shellArchive(files), this.#values, postgresImage);
    this.#run.store("desk", ...deskArguments(folder));
    this.#run.store("postgres", "--env", `POSTGRES_PASSWORD=${password("postgres-password")}`, postgresImage);
    this.#run.store("redis", redisImage, "redis-server", "--requirepass", password("redis-password"));
    await this.#run.succeeds("postgres", ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"]);
    await this.#run.job(this.#job("postgres-setup"));
  }

  release(given: Release): void {
    const { change = (flow: Workflow) => flow } = given;
    const context = contextOf(given);
    this.#catalogue = buildCatalogue(factories, context, {});
    const { files } = renderTaskFiles(this.#catalogue, context);
    const changed: Record<string, (typeof files)[string]> = { ...files };
    for (const [path, file] of Object.entries(files)) {
      if (!/^n8n\/workflows\/[^/]+\.json$/.test(path)) continue;
      changed[path] = { ...file, text: JSON.stringify(change(JSON.parse(file.text) as Workflow)) };
    }
    this.tasks.release(shellArchive(changed));
  }

  job = (script: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    this.shell({ ...baseUrls, CHECK_BRIDGE_URL: bridgeUrl, ...variables }, `/import/${script}`, ...args);

  /** A shell with these arguments, and more variables, in n8n's job. */
  async shell(variables: Readonly<Record<string, string>>, ...command: readonly string[]): Promise<Ended> {
    const job = this.#job("n8n-import");
    const container: Container = { ...job, command, environment: { ...job.environment, ...variables } };
    try {
      return { status: 0, output: await this.tasks.job(container) };
    } catch (error) {
      const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
      if (typeof code !== "number") throw error;
      return { status: code, output: stdout + stderr };
    }
  }

  async start(): Promise<void> {
    for (const name of this.#services) {
      await this.tasks.start(this.#service(name), [], name === "n8n-webhook" ? 5678 : undefined);
    }
    for (const name of this.#services) await this.tasks.healthy(this.#service(name), 240);
  }

  log(): string {
    return this.#services.map((name) => logOf(this.container(name))).join("");
  }

  end(): void {
    this.#run?.end();
  }

  #service(name: string) {
    const found = this.#catalogue.services.find((s) => s.name === name);
    if (found === undefined) throw new Error(`no service ${name}`);
    return found;
  }

  #job(name: string): Job {
    const found = this.#catalogue.jobs.find((j) => j.name === name);
    if (found === undefined) throw new Error(`no job ${name}`);
    return found;
  }
}
