import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { buildCatalogue, catalogue as factories } from "../../services/catalogue";
import { folderId } from "../../tools/local/secrets";
import { until } from "../support/until";
import { signed } from "../support/host/chatwoot-delivery";
import { need, unmet } from "../support/need";
import { root } from "../support/root";
import { sandboxContext } from "../support/fixtures";

interface Report {
  readonly services: Readonly<Record<string, { readonly state: string; readonly health: string }>>;
}

// The whole sandbox once more, beside whatever else this Docker runs.
describe("make local", function () {
  this.timeout(1_800_000);
  const port = 18080;
  const home = mkdtempSync(join(tmpdir(), "ai-ecosystem-local-"));
  const id = folderId(home);
  const models = `local-${id}-models`;
  const { services, jobs } = buildCatalogue(factories, sandboxContext(), {});

  const run = (command: string, args: readonly string[], input = "") => {
    const env = { ...process.env, LOCAL_PORT: String(port), LOCAL_HOME: home, OPENAI_API_KEY: "key-of-openai" };
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env, input, maxBuffer: 1 << 26 });
    return { status, stdout, output: `${stdout}${stderr}` };
  };
  const local = (command: string) => {
    const { status, output } = run("npx", ["tsx", "tools/local.ts", command]);
    expect(status, output).to.equal(0);
    return output;
  };
  const containers = (...more: readonly string[]): string[] => {
    const filter = `label=com.docker.compose.project=ai-ecosystem-local-${id}`;
    return run("docker", ["ps", "--quiet", "--filter", filter, ...more])
      .stdout.split("\n")
      .filter(Boolean);
  };
  const volumes = (): string[] =>
    run("docker", ["volume", "ls", "--quiet", "--filter", `name=local-${id}-`])
      .stdout.split("\n")
      .filter(Boolean);
  /** By curl, as names below localhost are known to browsers and to few others. Nothing secret is on a command line. */
  const ask = (label: string, path: string, config = ""): { status: number; text: string } => {
    const host = label === "" ? "localhost" : `${label}.localhost`;
    const resolve = ["--resolve", `${host}:${port}:127.0.0.1`];
    const url = `http://${host}:${port}${path}`;
    const { stdout } = run("curl", ["-sS", ...resolve, "-w", "\n%{http_code}", "-K", "-", url], config);
    const end = stdout.lastIndexOf("\n");
    return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
  };
  const secrets = () => JSON.parse(readFileSync(join(home, "secrets.json"), "utf8")) as Record<string, string>;
  const postgres = (sql: string): string => {
    const [container = ""] = containers("--filter", "label=com.docker.compose.service=postgres");
    const { status, stdout, output } = run("docker", ["exec", "-i", container, "psql", "-U", "postgres", "-At"], sql);
    expect(status, output).to.equal(0);
    return stdout.trim();
  };

  before(function () {
    for (const program of ["docker", "curl"]) need(this, program);
    if (run("docker", ["compose", "version"]).status !== 0) unmet(this, "docker has no compose");
    const images = [...new Set([...services, ...jobs].map((c) => c.image))];
    const { status, output } = run("docker", ["image", "inspect", "--format", "{{.Id}}", ...images]);
    if (status !== 0) unmet(this, `Docker lacks images that make local would fetch: ${output}`);
  });

  after(() => {
    run("docker", ["rm", "-f", "-v", models]);
    run("npx", ["tsx", "tools/local.ts", "down"]);
    const left = volumes();
    if (left.length > 0) run("docker", ["volume", "rm", ...left]);
    rmSync(home, { recursive: true, force: true });
  });

  it("starts everything on this machine, and tells where it is", () => {
    const output = local("up");
    for (const label of ["", "desk.", "n8n.", "chat.", "data."])
      expect(output).to.contain(`http://${label}localhost:${port}/`);
    expect(containers()).to.have.length(services.length);
  });

  it("answers at every address", () => {
    for (const [label, path, status] of [
      ["", "/", 200],
      ["", "/n8n/", 302],
      ["desk", "/", 200],
      ["n8n", "/healthz", 200],
      ["chat", "/", 200],
      ["data", "/data/jupyter/lab", 302],
      ["data", "/data/api/queries", 401],
    ] as const) {
      expect(ask(label, path).status, `${label} ${path}`).to.equal(status);
    }
  });

  it("lets in whoever has its generated secrets, which only their owner can read", () => {
    const known = secrets();
    const login = JSON.stringify({ emailOrLdapLoginId: "admin@example.com", password: known["n8n-owner-password"] });
    const config = `header = "content-type: application/json"\ndata = ${JSON.stringify(login)}`;
    expect(ask("n8n", "/rest/login", config).status).to.equal(200);
    expect(ask("n8n", "/rest/login", config.replace(/password\\":\\"/, "$&x")).status).to.equal(401);
    const token = known["data-api-token"] ?? "";
    expect(ask("data", "/data/api/queries", `header = "authorization: Bearer ${token}"`).status).to.equal(200);
    for (const file of ["secrets.json", "current/.env"])
      expect(statSync(join(home, file)).mode & 0o077, file).to.equal(0);
  });

  it("tells the dashboard how its containers are", () => {
    const { services: found } = JSON.parse(ask("", "/health.json").text) as Report;
    expect(Object.keys(found).sort()).to.deep.equal(services.map((s) => s.name).sort());
    for (const [name, { state, health }] of Object.entries(found)) {
      expect([state, health], name).to.deep.equal(["running", "healthy"]);
    }
  });

  it("answers a customer from an article, with the real data bridge and n8n", async () => {
    const project = `ai-ecosystem-local-${id}`;
    const job = (name: string, ...more: readonly string[]) => {
      const files = [
        "-p",
        project,
        "--project-directory",
        join(home, "current"),
        "-f",
        join(home, "current/compose.yaml"),
      ];
      const { status, output } = run("docker", ["compose", ...files, "run", "--rm", "--no-deps", "-T", ...more, name]);
      expect(status, output).to.equal(0);
    };
    // stands in for the model
    const mount = `${join(__dirname, "desk")}:/desk:ro`;
    const image = services.find((s) => s.name === "n8n")?.image ?? "";
    const where = ["--name", models, "--network", `${project}_frontend`, "-v", mount, "--entrypoint", "node"];
    expect(run("docker", ["run", "-d", ...where, image, "/desk/fake-desk.js"]).status).to.equal(0);
    job("n8n-import", "-e", `OPENAI_BASE_URL=http://${models}:3000/openai/v1`);
    // Chatwoot's stand-in has no help centre: what its pages would write
    const tables = readFileSync(join(root, "tests/python/chatwoot_tables.sql"), "utf8");
    const made = [...tables.matchAll(/CREATE TABLE (?:portals|articles|canned_responses) \([^;]*;/g)].map(
      ([text]) => text,
    );
    postgres(`\\connect chatwoot_production\nSET ROLE chatwoot;\n${made.join("\n")}
      INSERT INTO portals (account_id, slug) VALUES (1, 'help');
      INSERT INTO articles (account_id, portal_id, slug, title, content, status) VALUES (1, 1, 'hours', 'Opening hours', 'We open at nine.', 1);`);
    job("postgres-grants");
    const secret = secrets()["chatwoot-bot-secret"] ?? "";
    const { headers, body } = signed(secret, { conversation: 1, content: "What are your opening hours?" });
    const lines = Object.entries(headers).map(([name, value]) => `header = "${name}: ${value}"`);
    await until("the webhook takes it", () => {
      const config = [...lines, `data = ${JSON.stringify(body)}`].join("\n");
      return ask("n8n", "/webhook/chatwoot-bot", config).status === 200;
    });
    const model = run("docker", ["inspect", "--format", "{{.State.Status}}", models]);
    expect(model.stdout.trim(), run("docker", ["logs", models]).output).to.equal("running");
    const table = () =>
      postgres("\\connect n8n\nSELECT id FROM data_table WHERE name = 'assistant_results'").split("\n").at(-1) ?? "";
    const results = () => postgres(`\\connect n8n\nSELECT action, sources FROM "data_table_user_${table()}"`);
    await until("the answer", () => results().endsWith("answer|article-1"));
    const [desk = ""] = containers("--filter", "label=com.docker.compose.service=chatwoot-web");
    expect(run("docker", ["logs", desk]).output).to.contain("POST /api/v1/accounts/1/conversations/1/messages");
  });

  it("keeps the data of what is stopped, and goes on with it", () => {
    postgres("CREATE TABLE kept AS SELECT 42 AS answer;");
    const [kept, known] = [volumes(), secrets()];
    local("down");
    expect(containers("--all")).to.deep.equal([]);
    expect(volumes()).to.deep.equal(kept).and.not.to.deep.equal([]);
    expect(local("down")).not.to.contain("rror");
    local("up");
    expect(postgres("SELECT answer FROM kept;")).to.equal("42");
    expect(secrets()).to.deep.equal(known);
  });
});
