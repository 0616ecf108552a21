import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import {
  renderWorkflowFiles,
  type LlmProvider,
  type StarterOptions,
  type Workflow,
} from "../../../services/n8n/workflows";
import { need } from "../need";
import { root } from "../root";
import { post, send, type Delivery } from "./chatwoot-delivery";

const images = { n8n: "docker.n8n.io/n8nio/n8n:2.42.5", postgres: "pgvector/pgvector:0.8.4-pg17" };
const botSecret = "bot-secret";
const secrets = ["bot-token", botSecret, "key-of-", "bridge-token"];

export const docker = (...args: string[]): string =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const port = (container: string, inside: number) =>
  docker("port", container, String(inside)).split("\n")[0]?.split(":").at(-1) ?? "";

export async function until(what: string, check: () => boolean | Promise<boolean>, seconds = 300): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      if (await check()) return;
    } catch {
      // not yet
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await sleep(300);
  }
}

/** A request that the stand-in for Chatwoot and the models heard. `lines`: the customer's, in a request to a model. */
export interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly lines?: readonly string[];
}

export interface Told {
  readonly action: string;
  readonly [member: string]: unknown;
}

export interface Imported {
  readonly provider?: LlmProvider;
  readonly options?: StarterOptions;
  /** What differs from the release's workflow. */
  readonly change?: (flow: Workflow) => Workflow;
  /** Arguments of `import.sh`. */
  readonly command?: readonly string[];
}

// a connection kept from before may just be closing
const fresh = { headers: { connection: "close" } };
const digestMail = { from: "Acme <desk@acme.example>", to: "boss@acme.example" };
const baseUrls = ["OPENAI:openai/v1", "ANTHROPIC:anthropic", "GOOGLE:google", "OPENROUTER:openrouter/v1"];
const ownerHash = "$2a$10$NquaIiyrdBOLlfl2DOoy1ebrHv28yyGgHFp75v3KzSOnWXmlBneua";

/** The real n8n and PostgreSQL, and `fake-desk.js`, which stands in for Chatwoot and the four providers. */
export class AssistantLab {
  readonly #id = `assistant-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  readonly postgres = `${this.#id}-postgres`;
  readonly n8n = `${this.#id}-n8n`;
  readonly #desk = `${this.#id}-desk`;
  readonly #home = `${this.#id}-home`;
  readonly #flows = String(Object.keys(renderWorkflowFiles(undefined)).length);
  readonly #address = `http://${this.#desk}:3000`;
  #folder = "";

  /** Starts all but n8n. */
  async start(context: Mocha.Context): Promise<void> {
    need(context, "docker");
    for (const image of Object.values(images)) {
      if (spawnSync("docker", ["image", "inspect", image]).status !== 0) {
        if (process.env["REQUIRE_ALL"] === "1") throw new Error(`no image ${image}`);
        console.log(`    skipped: no image ${image}`);
        context.skip();
      }
    }
    this.#folder = mkdtempSync(join(tmpdir(), "assistant-lab-"));
    chmodSync(this.#folder, 0o755);
    mkdirSync(join(this.#folder, "import", "workflows"), { recursive: true });
    for (const name of [
      "import.sh",
      "check.js",
      "check.sh",
      "examples.json",
      "credentials.js",
      "database.js",
      "owner.js",
      "state.js",
    ]) {
      cpSync(join(root, "services", "n8n", "files", name), join(this.#folder, "import", name));
    }
    cpSync(join(root, "tests", "host", "fake-desk.js"), join(this.#folder, "fake-desk.js"));
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
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(this.#folder, "n8n.env"), lines.join(""));
    docker("network", "create", this.#id);
    const run = (name: string, ...args: string[]) =>
      docker("run", "-d", "--name", name, "--network", this.#id, ...args);
    run(this.postgres, "-e", "POSTGRES_PASSWORD=test", "-e", "POSTGRES_DB=n8n", images.postgres);
    const script = ["-v", `${this.#folder}/fake-desk.js:/fake-desk.js:ro`, "--entrypoint", "node"];
    run(this.#desk, "-p", "127.0.0.1::3000", ...script, images.n8n, "/fake-desk.js");
    await this.database();
  }

  database = (): Promise<void> => until("PostgreSQL is ready", () => this.sql("SELECT 1") === "1");

  stop(): void {
    if (this.#folder === "") return;
    spawnSync("docker", ["rm", "-f", "-v", this.n8n, this.#desk, this.postgres]);
    spawnSync("docker", ["volume", "rm", this.#home]);
    spawnSync("docker", ["network", "rm", this.#id]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  startN8n(): void {
    const mounts = ["--env-file", join(this.#folder, "n8n.env"), "-v", `${this.#home}:/home/node/.n8n`];
    const args = ["--name", this.n8n, "--network", this.#id, "-p", "127.0.0.1::5678", ...mounts];
    docker("run", "-d", ...args, images.n8n);
  }

  sql = (query: string): string =>
    docker("exec", this.postgres, "psql", "-h", "127.0.0.1", "-U", "postgres", "n8n", "-Atc", query).trim();
  /** The table behind a data table of n8n. */
  table = (name: string): string => {
    const id = this.sql(`SELECT id FROM data_table WHERE name = '${name}'`);
    return `"data_table_user_${id}"`;
  };
  setting = (name: string, value: string): string =>
    this.sql(
      `UPDATE ${this.table("assistant_settings")} SET value = '${value}' WHERE setting = '${name}' RETURNING id`,
    );

  /** Runs `import.sh` with a release's files; what it says. */
  import({ provider, options = {}, change = (flow) => flow, command = [] }: Imported): string {
    const files = renderWorkflowFiles(provider, {
      chatwootUrl: this.#address,
      bridgeUrl: this.#address,
      mail: digestMail,
      ...options,
    });
    for (const [path, text] of Object.entries(files)) {
      const flow = change(JSON.parse(text) as Workflow);
      writeFileSync(join(this.#folder, "import", "workflows", basename(path)), JSON.stringify(flow));
    }
    const key = provider === undefined ? [] : [`${provider.toUpperCase()}_API_KEY=key-of-${provider}`];
    const urls = baseUrls.map((entry) => {
      const [name = "", path = ""] = entry.split(":");
      return `${name}_BASE_URL=${this.#address}/${path}`;
    });
    const bot = ["CHATWOOT_BOT_TOKEN=bot-token", `CHATWOOT_BOT_SECRET=${botSecret}`, "DATA_API_TOKEN=bridge-token"];
    bot.push(`N8N_SMTP_HOST=${this.#desk}`, "N8N_SMTP_PORT=2525", "N8N_SMTP_SSL=false", "N8N_SMTP_STARTTLS=false");
    writeFileSync(join(this.#folder, "import.env"), [...key, ...urls, ...bot].join("\n"));
    const env = ["n8n.env", "import.env"].flatMap((file) => ["--env-file", join(this.#folder, file)]);
    const mounts = ["-v", `${this.#home}:/home/node/.n8n`, "-v", `${this.#folder}/import:/import:ro`];
    const where = ["--network", this.#id, "--read-only", "--tmpfs", "/tmp:mode=1777", ...env, ...mounts];
    const program = ["--entrypoint", "/bin/sh", images.n8n, "/import/import.sh", ...command];
    const run = spawnSync("docker", ["run", "--rm", ...where, ...program], { encoding: "utf8" });
    expect(run.status, run.stdout + run.stderr).to.equal(0);
    for (const secret of secrets) expect(run.stdout + run.stderr).not.to.contain(secret);
    return run.stdout;
  }

  /** Runs the check as `ecosystem assistant check` does: its exit code, and what it found. */
  check(): { status: number | null; found: Readonly<Record<string, string>>[] } {
    const mounts = ["-v", `${this.#home}:/home/node/.n8n`, "-v", `${this.#folder}/import:/import:ro`];
    // as the job has it, which has no token of the runners either
    const env = ["--env-file", join(this.#folder, "n8n.env"), "--env", "N8N_RUNNERS_MODE=external"];
    const where = ["--network", this.#id, ...env, ...mounts];
    const program = ["--entrypoint", "/bin/sh", images.n8n, "/import/check.sh"];
    const run = spawnSync("docker", ["run", "--rm", ...where, ...program], { encoding: "utf8" });
    const lines = [...run.stdout.matchAll(/^check: (\{.*)$/gm)].map(([, line = ""]) => line);
    if (lines.length === 0) throw new Error(run.stdout + run.stderr);
    return { status: run.status, found: lines.map((line) => JSON.parse(line) as Record<string, string>) };
  }

  /** All of it, with these workflows imported and published in an n8n that runs. */
  async begin(context: Mocha.Context, imported: Imported): Promise<void> {
    await this.start(context);
    this.import(imported);
    this.startN8n();
    await this.published();
  }

  /** Sets how long the assistant waits for a burst to end, seconds; until a first conversation, 1, is answered. */
  async warmUp(quietSeconds: number): Promise<void> {
    await until("the settings are there", () => this.setting("quiet_seconds", String(quietSeconds)) !== "");
    await until("the webhook answers", async () => {
      await this.deliver({ conversation: 1, content: "warm up" });
      return true;
    });
    await until("it answers", async () => (await this.heard(1)).length === 1);
  }

  published = (): Promise<void> =>
    until("n8n has taken up the published versions", () => {
      const both = `workflow_entity w JOIN workflow_published_version p ON p."workflowId" = w.id AND p."publishedVersionId" = w."activeVersionId"`;
      return this.sql(`SELECT count(*) FROM ${both}`) === this.#flows;
    });

  calls = async (): Promise<Call[]> =>
    (await fetch(`http://127.0.0.1:${port(this.#desk, 3000)}/calls`, fresh).then((r) => r.json())) as Call[];
  /** Mails that were sent, as they came. */
  mails = async (): Promise<string[]> =>
    (await fetch(`http://127.0.0.1:${port(this.#desk, 3000)}/mails`, fresh).then((r) => r.json())) as string[];
  /** What the stand-in for the data bridge has from now on. */
  bridge = async (has: {
    texts?: readonly object[];
    state?: "up" | "down" | "silent";
    obeys?: boolean;
  }): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port(this.#desk, 3000)}/bridge`, {
      method: "PUT",
      body: JSON.stringify(has),
    });
    expect(response.status).to.equal(200);
  };
  /** Requests to models for a decision. */
  asked = async (): Promise<Call[]> => (await this.calls()).filter(({ lines }) => lines !== undefined);
  /** What the customer, the team and the status were told, in order: `line`, `note`, `open` or `resolved`. */
  actions = async (conversation: number): Promise<unknown[]> =>
    (await this.heard(conversation))
      .filter(({ action }) => ["messages", "toggle_status"].includes(action))
      .map((told) => (told["private"] === true ? "note" : (told["status"] ?? "line")));
  /** What the stand-in for Chatwoot heard about a conversation: path after its number, and body. */
  heard = async (conversation: number): Promise<Told[]> =>
    (await this.calls()).flatMap(({ url, body }) => {
      const [, action] = url.split(`/api/v1/accounts/1/conversations/${conversation}/`);
      return action === undefined ? [] : [{ action, ...(JSON.parse(body) as Record<string, unknown>) }];
    });

  #webhook = () => `http://127.0.0.1:${port(this.n8n, 5678)}/webhook/chatwoot-bot`;
  deliver = (given: Delivery): Promise<void> => post(this.#webhook(), botSecret, given);
  send = (given: Delivery): Promise<number> => send(this.#webhook(), botSecret, given);

  /** Until nothing runs; what is not kept is marked as deleted when it ends, whatever its status says. */
  quiet = async (): Promise<void> => {
    const running = `SELECT count(*) FROM execution_entity WHERE status IN ('new', 'running', 'waiting') AND "deletedAt" IS NULL`;
    await until("every execution has ended", () => this.sql(running) === "0");
    await sleep(500);
  };
}
