import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { renderWorkflows } from "../../../services/n8n/workflows";
import { need } from "../need";
import { root } from "../root";
import { until } from "../until";
import { post, send, type Delivery } from "./chatwoot-delivery";
import { OneProcess } from "./n8n/one-process";
import { docker, known, type Processes, type Release } from "./n8n/processes";

export { docker };

const port = (container: string, inside: number) =>
  docker("port", container, String(inside)).split("\n")[0]?.split(":").at(-1) ?? "";

/** A request that the stand-in for Chatwoot and the models heard. `lines`: the customer's, in a request to a model. */
export interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly lines?: readonly string[];
  /** Why the provider's API would not take it. */
  readonly refused?: string;
}

export interface Told {
  readonly action: string;
  readonly [member: string]: unknown;
}

export interface Imported extends Release {
  /** Arguments of `import.sh`. */
  readonly command?: readonly string[];
}

// a connection kept from before may just be closing
const fresh = { headers: { connection: "close" } };
export const noTable = '"data_table_user_"';
const flows = Object.values(renderWorkflows(undefined)).map(({ id }) => id);

/** The assistant in the real n8n on PostgreSQL, and `fake-desk.js`, which stands in for Chatwoot, the data bridge and the providers. */
export class AssistantLab {
  #folder = "";
  #started: Promise<void> | undefined;

  constructor(readonly processes: Processes = new OneProcess()) {}

  get postgres(): string {
    return this.processes.postgres;
  }

  /** Starts all but n8n. */
  async start(context: Mocha.Context): Promise<void> {
    need(context, "docker");
    for (const image of this.processes.images) {
      if (spawnSync("docker", ["image", "inspect", image]).status !== 0) {
        if (process.env["REQUIRE_ALL"] === "1") throw new Error(`no image ${image}`);
        console.log(`    skipped: no image ${image}`);
        context.skip();
      }
    }
    this.#folder = mkdtempSync(join(tmpdir(), "assistant-desk-"));
    chmodSync(this.#folder, 0o755);
    cpSync(join(root, "tests", "containers", "desk"), this.#folder, { recursive: true });
    await this.processes.prepare(this.#folder);
    await this.database();
  }

  database = (): Promise<void> => until("PostgreSQL is ready", () => this.sql("SELECT 1") === "1");

  stop(): void {
    if (this.#folder === "") return;
    this.processes.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  startN8n = (): Promise<void> => (this.#started ??= this.processes.start());

  sql = (query: string): string =>
    docker("exec", this.postgres, "psql", "-h", "127.0.0.1", "-U", this.processes.user, "n8n", "-Atc", query).trim();
  /** The table behind a data table of n8n; {@link noTable} while there is none. */
  table = (name: string): string => {
    const id = this.sql(`SELECT id FROM data_table WHERE name = '${name}'`);
    return `"data_table_user_${id}"`;
  };
  /** Empties a data table, where there is one by this name. */
  empty = (name: string): void => {
    const table = this.table(name);
    if (table !== noTable) this.sql(`DELETE FROM ${table}`);
  };
  setting = (name: string, value: string): string =>
    this.sql(
      `UPDATE ${this.table("assistant_settings")} SET value = '${value}' WHERE setting = '${name}' RETURNING id`,
    );

  /** Runs `import.sh` with a release's files; what it says. */
  async import({ command = [], ...release }: Imported): Promise<string> {
    this.processes.release(release);
    const { status, output } = await this.processes.job("import.sh", command);
    expect(status, output).to.equal(0);
    for (const secret of [...Object.values(known), "key-of-"]) expect(output).not.to.contain(secret);
    return output;
  }

  /** Runs the check as `ecosystem assistant check` does, with more of an environment: its exit code, and what it found. */
  async check(
    variables: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number | null; found: Readonly<Record<string, string>>[] }> {
    const { status, output } = await this.processes.job("check.sh", [], variables);
    const lines = [...output.matchAll(/^check: (\{.*)$/gm)].map(([, line = ""]) => line);
    if (lines.length === 0) throw new Error(output);
    expect(output).to.match(new RegExp(`^checked: ${lines.length}$`, "m"));
    return { status, found: lines.map((line) => JSON.parse(line) as Record<string, string>) };
  }

  /**
   * Imports and publishes these workflows in an n8n that runs, and has the assistant wait that long for a burst to end; until a
   * conversation, 9, is answered.
   */
  async begin(imported: Imported, quietSeconds: number): Promise<void> {
    await this.import(imported);
    await this.startN8n();
    await this.published();
    await until("the settings are there", () => this.setting("quiet_seconds", String(quietSeconds)) !== "");
    await until("the webhook answers", async () => {
      await this.deliver({ conversation: 9, content: "warm up" });
      return true;
    });
    await until("it answers", async () => (await this.heard(9)).length > 0);
  }

  published = (): Promise<void> =>
    until("n8n has taken up the published versions", () => {
      const both = `workflow_entity w JOIN workflow_published_version p ON p."workflowId" = w.id AND p."publishedVersionId" = w."activeVersionId"`;
      const ids = flows.map((id) => `'${id}'`).join();
      return this.sql(`SELECT count(*) FROM ${both} WHERE w.id IN (${ids})`) === String(flows.length);
    });

  calls = async (): Promise<Call[]> =>
    (await fetch(`http://127.0.0.1:${port(this.processes.desk, 3000)}/calls`, fresh).then((r) => r.json())) as Call[];
  /** Mails that were sent, as they came. */
  mails = async (): Promise<string[]> =>
    (await fetch(`http://127.0.0.1:${port(this.processes.desk, 3000)}/mails`, fresh).then((r) => r.json())) as string[];
  /** What the stand-ins have from now on. */
  bridge = async (has: {
    texts?: readonly object[];
    state?: "up" | "down" | "silent";
    obeys?: boolean;
    mail?: "up" | "down";
  }): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port(this.processes.desk, 3000)}/bridge`, {
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
  /** What the team reads. */
  note = async (conversation: number): Promise<string> =>
    String((await this.heard(conversation)).find((told) => told["private"] === true)?.["content"]);
  /** What the stand-in for Chatwoot heard about a conversation: path after its number, and body. */
  heard = async (conversation: number): Promise<Told[]> =>
    (await this.calls()).flatMap(({ url, body }) => {
      const [, action] = url.split(`/api/v1/accounts/1/conversations/${conversation}/`);
      return action === undefined ? [] : [{ action, ...(JSON.parse(body) as Record<string, unknown>) }];
    });

  #webhook = () => `http://127.0.0.1:${port(this.processes.webhooks, 5678)}/webhook/chatwoot-bot`;
  deliver = (given: Delivery): Promise<void> => post(this.#webhook(), known.botSecret, given);
  send = (given: Delivery): Promise<number> => send(this.#webhook(), known.botSecret, given);

  /**
   * Until nothing runs; what is not kept is marked as deleted when it ends, whatever its status says. What the clock has begun since
   * is not waited for: on a machine that is busy there is always some of it. Nor is what PostgreSQL's end has cut off: a worker
   * cannot write then that it has ended, and it is `running` for ever.
   */
  quiet = async (): Promise<void> => {
    const newest = this.sql("SELECT coalesce(max(id), 0) FROM execution_entity");
    const running = `SELECT count(*) FROM execution_entity WHERE status IN ('new', 'running', 'waiting') AND "deletedAt" IS NULL
      AND "createdAt" > pg_postmaster_start_time()
      AND (id <= ${newest} OR "workflowId" NOT IN ('assistantWatch', 'assistantDigest'))`;
    await until("every execution has ended", () => this.sql(running) === "0");
    await sleep(500);
  };
}
