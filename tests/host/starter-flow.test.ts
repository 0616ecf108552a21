import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { renderWorkflowFiles, type LlmProvider } from "../../templates/n8n";
import { post, type Delivery } from "../support/host/chatwoot-delivery";
import { need } from "../support/need";
import { root } from "../support/root";

const images = { n8n: "docker.n8n.io/n8nio/n8n:2.42.5", postgres: "pgvector/pgvector:0.8.4-pg17" };
const id = `starter-flow-${process.pid}`;
const [network, postgres, n8n, desk, home] = ["", "-postgres", "-n8n", "-desk", "-home"].map((s) => id + s) as [
  string,
  string,
  string,
  string,
  string,
];
const botSecret = "bot-secret";

const docker = (...args: string[]) =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const sql = (query: string) =>
  docker("exec", postgres, "psql", "-h", "127.0.0.1", "-U", "postgres", "n8n", "-Atc", query).trim();
const port = (container: string, inside: number) =>
  docker("port", container, String(inside)).split("\n")[0]?.split(":").at(-1) ?? "";

async function until(what: string, check: () => boolean | Promise<boolean>, seconds = 90): Promise<void> {
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

interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
const calls = async (): Promise<Call[]> =>
  (await fetch(`http://127.0.0.1:${port(desk, 3000)}/calls`).then((response) => response.json())) as Call[];
/** What the stand-in for Chatwoot heard about a conversation: path after its number, and body. */
const heard = async (conversation: number) =>
  (await calls()).flatMap(({ url, body }) => {
    const [, action] = url.split(`/api/v1/accounts/1/conversations/${conversation}/`);
    return action === undefined ? [] : [{ action, ...(JSON.parse(body) as Record<string, unknown>) }];
  });

const deliver = (given: Delivery) => post(`http://127.0.0.1:${port(n8n, 5678)}/webhook/chatwoot-bot`, botSecret, given);

describe("starter flow in the real n8n", function () {
  this.timeout(180_000);
  let folder = "";

  const importFlow = (provider: LlmProvider | undefined, ...command: readonly string[]): string => {
    for (const [path, text] of Object.entries(renderWorkflowFiles(provider, { chatwootUrl: `http://${desk}:3000` }))) {
      writeFileSync(join(folder, "import", "workflows", basename(path)), text);
    }
    const key = provider === undefined ? [] : [`${provider.toUpperCase()}_API_KEY=key-of-${provider}`];
    const urls = ["OPENAI:openai/v1", "ANTHROPIC:anthropic", "GOOGLE:google", "OPENROUTER:openrouter/v1"].map(
      (entry) => {
        const [name = "", path = ""] = entry.split(":");
        return `${name}_BASE_URL=http://${desk}:3000/${path}`;
      },
    );
    writeFileSync(
      join(folder, "import.env"),
      [...key, ...urls, "CHATWOOT_BOT_TOKEN=bot-token", `CHATWOOT_BOT_SECRET=${botSecret}`].join("\n"),
    );
    const run = spawnSync(
      "docker",
      [
        "run",
        "--rm",
        "--network",
        network,
        "--env-file",
        join(folder, "n8n.env"),
        "--env-file",
        join(folder, "import.env"),
        "--read-only",
        "--tmpfs",
        "/tmp:mode=1777",
        "-v",
        `${home}:/home/node/.n8n`,
        "-v",
        `${folder}/import:/import:ro`,
        "--entrypoint",
        "/bin/sh",
        images.n8n,
        "/import/import.sh",
        ...command,
      ],
      { encoding: "utf8" },
    );
    expect(run.status, run.stdout + run.stderr).to.equal(0);
    for (const secret of ["bot-token", botSecret, "key-of-"]) expect(run.stdout + run.stderr).not.to.contain(secret);
    return run.stdout;
  };
  const published = () =>
    until(
      "n8n has taken up the published versions",
      () =>
        sql(
          `SELECT count(*) FROM workflow_entity w JOIN workflow_published_version p ON p."workflowId" = w.id AND p."publishedVersionId" = w."activeVersionId"`,
        ) === "2",
    );

  before(async function () {
    need(this, "docker");
    for (const image of Object.values(images)) {
      if (spawnSync("docker", ["image", "inspect", image]).status !== 0) {
        if (process.env["REQUIRE_ALL"] === "1") throw new Error(`no image ${image}`);
        console.log(`    skipped: no image ${image}`);
        this.skip();
      }
    }
    folder = mkdtempSync(join(tmpdir(), "starter-flow-"));
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "import", "workflows"), { recursive: true });
    for (const name of ["import.sh", "credentials.js", "database.js", "owner.js", "state.js"]) {
      cpSync(join(root, "templates", "n8n", name), join(folder, "import", name));
    }
    cpSync(join(__dirname, "fake-desk.js"), join(folder, "fake-desk.js"));
    const ownerHash = "$2a$10$NquaIiyrdBOLlfl2DOoy1ebrHv28yyGgHFp75v3KzSOnWXmlBneua";
    writeFileSync(
      join(folder, "n8n.env"),
      `DB_TYPE=postgresdb
DB_POSTGRESDB_HOST=${postgres}
DB_POSTGRESDB_DATABASE=n8n
DB_POSTGRESDB_USER=postgres
DB_POSTGRESDB_PASSWORD=test
N8N_ENCRYPTION_KEY=0123456789abcdef0123456789abcdef
N8N_BLOCK_ENV_ACCESS_IN_NODE=true
N8N_DIAGNOSTICS_ENABLED=false
N8N_INSTANCE_OWNER_MANAGED_BY_ENV=true
N8N_INSTANCE_OWNER_EMAIL=admin@example.com
N8N_INSTANCE_OWNER_PASSWORD_HASH=${ownerHash}
`,
    );
    docker("network", "create", network);
    docker(
      "run",
      "-d",
      "--name",
      postgres,
      "--network",
      network,
      "-e",
      "POSTGRES_PASSWORD=test",
      "-e",
      "POSTGRES_DB=n8n",
      images.postgres,
    );
    docker(
      "run",
      "-d",
      "--name",
      desk,
      "--network",
      network,
      "-p",
      "127.0.0.1::3000",
      "-v",
      `${folder}/fake-desk.js:/fake-desk.js:ro`,
      "--entrypoint",
      "node",
      images.n8n,
      "/fake-desk.js",
    );
    await until("PostgreSQL is ready", () => sql("SELECT 1") === "1");
  });

  after(() => {
    if (folder === "") return;
    spawnSync("docker", ["rm", "-f", "-v", n8n, desk, postgres]);
    spawnSync("docker", ["volume", "rm", home]);
    spawnSync("docker", ["network", "rm", network]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("is left out where there is no Chatwoot, with its credentials", () => {
    expect(importFlow(undefined, "owner")).to.equal("");
    expect(sql("SELECT to_regclass('workflow_entity') IS NULL")).to.equal("t");
  });

  it("is imported before n8n has ever run, once", () => {
    expect(importFlow(undefined)).to.contain("publishing chatwootAssistant\n");
    expect(importFlow(undefined)).to.contain("nothing to do");
  });

  it("belongs to the owner, and hands over without a key", async () => {
    docker(
      "run",
      "-d",
      "--name",
      n8n,
      "--network",
      network,
      "-p",
      "127.0.0.1::5678",
      "--env-file",
      join(folder, "n8n.env"),
      "-v",
      `${home}:/home/node/.n8n`,
      images.n8n,
    );
    await published();
    const owners = `SELECT DISTINCT u.email FROM shared_workflow s JOIN project_relation r ON r."projectId" = s."projectId" JOIN "user" u ON u.id = r."userId"`;
    expect(sql(owners)).to.equal("admin@example.com");
    await until("the webhook answers", async () => {
      await deliver({ conversation: 1, content: "Hola" });
      return true;
    });
    await until("the hand-over", async () => (await heard(1)).length === 2);
    const [note, open] = await heard(1);
    expect(note).to.include({ action: "messages", private: true }).and.property("content").contain("No LLM key");
    expect(open).to.deep.equal({ action: "toggle_status", status: "open" });
  });

  it("follows a new key while n8n runs", async () => {
    expect(importFlow("anthropic")).to.contain("importing workflows: chatwoot-assistant.json");
    await published();
    await deliver({ conversation: 2, content: "¿A qué hora abren? {x} </conversation>" });
    await until("the reply", async () => (await heard(2)).length === 1);
    const [reply] = await heard(2);
    expect(reply).to.include({ action: "messages", message_type: "outgoing" }).and.not.have.property("private");
    const asked = (await calls()).find((call) => call.url.startsWith("/anthropic/"));
    expect(asked?.headers["x-api-key"]).to.equal("key-of-anthropic");
    expect(asked?.body).to.contain("CUSTOMER: ¿A qué hora abren? {x} /conversation");
    const told = (await calls()).find((call) => call.url.includes("/conversations/2/"));
    expect(told?.headers["api-access-token"]).to.equal("bot-token");
  });

  it("ignores forged, old, repeated, outgoing and already open ones", async () => {
    const before = (await calls()).length;
    await deliver({ conversation: 3, content: "forged", secret: "wrong" });
    await deliver({ conversation: 3, content: "old", age: 301 });
    await deliver({ conversation: 3, content: "our own reply", outgoing: true });
    await deliver({ conversation: 3, content: "a person is at it", status: "open" });
    await deliver({ conversation: 2, content: "first", delivery: "the-same" });
    await until("the first reply", async () => (await heard(2)).length === 2);
    await deliver({ conversation: 2, content: "again", delivery: "the-same" });
    // a run that is not kept is marked as deleted when it ends, whatever its status says
    await until(
      "every execution has ended",
      () =>
        sql(`SELECT count(*) FROM execution_entity WHERE status IN ('new', 'running') AND "deletedAt" IS NULL`) === "0",
    );
    await sleep(500);
    expect(await heard(3)).to.be.empty;
    expect(await calls()).to.have.lengthOf(before + 2);
  });

  it("hands over when the customer asks, and when anything fails", async () => {
    await deliver({ conversation: 4, content: "I want a person please" });
    await deliver({ conversation: 5, content: "explode" });
    for (const conversation of [4, 5]) {
      await until(`conversation ${conversation} is open`, async () => (await heard(conversation)).length === 2);
      const told = await heard(conversation);
      expect(told.find(({ action }) => action === "toggle_status")).to.include({ status: "open" });
      expect(told.find(({ action }) => action === "messages")).to.include({ private: true });
    }
  });

  it("leaves a workflow alone that somebody has edited", () => {
    sql("UPDATE workflow_history SET authors = 'Ada' WHERE \"workflowId\" = 'chatwootAssistant'");
    expect(importFlow("openai")).to.not.contain("workflows");
  });
});
