import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { renderWorkflowFiles, type Workflow } from "../../../../services/n8n/workflows";
import {
  baseUrls,
  bridgeUrl,
  chatwootUrl,
  deskArguments,
  docker,
  importFolder,
  keyOf,
  known,
  logOf,
  mail,
  n8nImage,
  ownerHash,
  postgresImage,
  type Ended,
  type Processes,
  type Release,
} from "./processes";

const lines = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

/** n8n's main process does everything, as on the host. */
export class OneProcess implements Processes {
  readonly #id = `assistant-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  readonly images = [n8nImage, postgresImage];
  readonly postgres = `${this.#id}-postgres`;
  readonly desk = `${this.#id}-desk`;
  readonly webhooks = `${this.#id}-n8n`;
  readonly user = "postgres";
  readonly #home = `${this.#id}-home`;
  #folder = "";

  prepare(folder: string): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), "assistant-lab-"));
    chmodSync(this.#folder, 0o755);
    cpSync(importFolder, join(this.#folder, "import"), { recursive: true });
    const environment = {
      DB_TYPE: "postgresdb",
      DB_POSTGRESDB_HOST: this.postgres,
      DB_POSTGRESDB_DATABASE: "n8n",
      DB_POSTGRESDB_USER: "postgres",
      DB_POSTGRESDB_PASSWORD: "test",
      N8N_ENCRYPTION_KEY: "0123456789abcdef0123456789abcdef",
      N8N_BLOCK_ENV_ACCESS_IN_NODE: "true",
      N8N_DIAGNOSTICS_ENABLED: "false",
      N8N_CONCURRENCY_PRODUCTION_LIMIT: "10",
      N8N_INSTANCE_OWNER_MANAGED_BY_ENV: "true",
      N8N_INSTANCE_OWNER_EMAIL: "admin@example.com",
      N8N_INSTANCE_OWNER_PASSWORD_HASH: ownerHash,
    };
    writeFileSync(join(this.#folder, "n8n.env"), lines(environment));
    docker("network", "create", this.#id);
    const run = (name: string, ...args: readonly string[]) =>
      docker("run", "-d", "--name", name, "--network", this.#id, ...args);
    run(this.postgres, "-e", "POSTGRES_PASSWORD=test", "-e", "POSTGRES_DB=n8n", postgresImage);
    run(this.desk, ...deskArguments(folder));
    return Promise.resolve();
  }

  release({ provider, limits, change = (flow) => flow }: Release): void {
    const files = renderWorkflowFiles(provider, {
      ...{ chatwootUrl, bridgeUrl, mail },
      ...(limits === undefined ? {} : { limits }),
    });
    const folder = join(this.#folder, "import", "workflows");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [path, text] of Object.entries(files)) {
      writeFileSync(join(folder, basename(path)), JSON.stringify(change(JSON.parse(text) as Workflow)));
    }
    const environment = {
      ...(provider === undefined ? {} : { [`${provider.toUpperCase()}_API_KEY`]: keyOf(provider) }),
      ...baseUrls,
      CHATWOOT_BOT_TOKEN: known.botToken,
      CHATWOOT_BOT_SECRET: known.botSecret,
      DATA_API_TOKEN: known.bridgeToken,
      N8N_SMTP_HOST: mail.host,
      N8N_SMTP_PORT: String(mail.port),
      N8N_SMTP_SSL: "false",
      N8N_SMTP_STARTTLS: "false",
      // without the token of the runners, which it has not either
      N8N_RUNNERS_MODE: "external",
    };
    writeFileSync(join(this.#folder, "job.env"), lines(environment));
  }

  job(script: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const files = ["n8n.env", "job.env"].flatMap((file) => ["--env-file", join(this.#folder, file)]);
    const env = [...files, ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`])];
    const mounts = ["-v", `${this.#home}:/home/node/.n8n`, "-v", `${this.#folder}/import:/import:ro`];
    const where = ["--network", this.#id, "--read-only", "--tmpfs", "/tmp:mode=1777", ...env, ...mounts];
    const program = ["--entrypoint", "/bin/sh", n8nImage, `/import/${script}`, ...args];
    const { status, stdout, stderr } = spawnSync("docker", ["run", "--rm", ...where, ...program], { encoding: "utf8" });
    return Promise.resolve({ status, output: stdout + stderr });
  }

  start(): Promise<void> {
    const mounts = ["--env-file", join(this.#folder, "n8n.env"), "-v", `${this.#home}:/home/node/.n8n`];
    docker("run", "-d", "--name", this.webhooks, "--network", this.#id, "-p", "127.0.0.1::5678", ...mounts, n8nImage);
    return Promise.resolve();
  }

  log(): string {
    return logOf(this.webhooks);
  }

  end(): void {
    if (this.#folder === "") return;
    spawnSync("docker", ["rm", "-f", "-v", this.webhooks, this.desk, this.postgres]);
    spawnSync("docker", ["volume", "rm", this.#home]);
    spawnSync("docker", ["network", "rm", this.#id]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
