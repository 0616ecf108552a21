import { expect } from "chai";
import { existsSync } from "node:fs";
import { Client } from "pg";
import { formatCredential, parseCredential, type Credential } from "../../templates/lambda/rotation/credential";
import { databaseOf, type Database } from "../../templates/lambda/rotation/database";
import { newPassword, scramVerifier } from "../../templates/lambda/rotation/scram";
import { rotate } from "../../templates/lambda/rotation/steps";
import shipped from "../fixtures/database-users.json";
import { need } from "../support/need";
import { startPostgres, type PostgresServer } from "../support/postgres";
import { FakeSecrets } from "../support/aws/secret-store";

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;
const roles = ["chatwoot", "n8n", "data_bridge"] as const;
type Role = (typeof roles)[number];
const databases: Readonly<Record<Role, string>> = {
  chatwoot: "chatwoot_production",
  n8n: "n8n",
  data_bridge: "chatwoot_production",
};

describe("rotation of the database users, against a real PostgreSQL", function () {
  let server: PostgresServer;
  let database: Database;
  let secrets: Record<Role, FakeSecrets>;

  const current = (role: Role): Credential => {
    const store = secrets[role];
    return parseCredential(store.values.get(store.holder("AWSCURRENT") ?? "") ?? "");
  };
  /** Environment of the job: what the secrets hold now. */
  const environment = () =>
    Object.fromEntries(
      roles.flatMap((role) => [
        [`${role.toUpperCase()}_DB_USER`, current(role).username],
        [`${role.toUpperCase()}_DB_PASSWORD`, current(role).password],
      ]),
    );
  const step = (role: Role, name: string, version: string) =>
    rotate({ secrets: secrets[role], database }, { Step: name, SecretId: role, ClientRequestToken: version });
  const rotateAll = async (role: Role, version: string) => {
    secrets[role].begin(version);
    for (const name of steps) await step(role, name, version);
  };
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => "no error",
      (error: unknown) => String(error),
    );
  const sql = (role: Role, statements: string) => server.sql(current(role), databases[role], statements);

  before(async function () {
    need(this, "python3");
    need(this, "openssl");
    if (!existsSync("/usr/lib/postgresql")) need(this, "postgres");
    server = await startPostgres();
    database = databaseOf({ host: server.host, port: server.port, ca: server.ca });
  });
  after(() => (server as PostgresServer | undefined)?.stop());

  beforeEach(() => {
    const first = (role: Role) =>
      new FakeSecrets(formatCredential({ username: role, password: newPassword(), dbname: databases[role] }));
    secrets = { chatwoot: first("chatwoot"), n8n: first("n8n"), data_bridge: first("data_bridge") };
    const { status, output } = server.setup(environment());
    expect(output).to.equal("");
    expect(status).to.equal(0);
  });

  for (const role of roles) {
    it(`${role}: the two logins take turns, and the one before stays good`, async () => {
      const logins = [current(role)];
      for (const version of ["v2", "v3", "v4"]) {
        await rotateAll(role, version);
        logins.push(current(role));
        const last = logins.slice(-2);
        for (const login of last) expect(await database.accepts(login), login.username).to.equal(true);
      }
      expect(logins.map((l) => l.username)).to.deep.equal([role, `${role}_clone`, role, `${role}_clone`]);
      expect(new Set(logins.map((l) => l.password)).size).to.equal(4);
      expect(await database.accepts(logins[0] as Credential)).to.equal(false);
      expect(await database.accepts(logins[1] as Credential)).to.equal(false);
    });
  }

  it("gives the second login the rights of the first, and what it makes to the first", async () => {
    sql("chatwoot", "CREATE TABLE IF NOT EXISTS first (id int)");
    await rotateAll("chatwoot", "v2");
    expect(sql("chatwoot", "SELECT current_user || ' ' || session_user")).to.equal("chatwoot chatwoot_clone");
    // as a migration would; Rails discards a session's state when it resets a connection
    sql("chatwoot", "ALTER TABLE first ADD note text");
    sql("chatwoot", "DISCARD ALL");
    sql("chatwoot", "CREATE TABLE second (id int); CREATE EXTENSION IF NOT EXISTS vector");
    await rotateAll("chatwoot", "v3");
    sql("chatwoot", "ALTER TABLE second ADD note text; DROP TABLE first, second");
  });

  it("keeps the data bridge within its limits", async () => {
    await rotateAll("data_bridge", "v2");
    expect(sql("data_bridge", "SELECT session_user")).to.equal("data_bridge_clone");
    expect(sql("data_bridge", "SHOW default_transaction_read_only")).to.equal("on");
    expect(sql("data_bridge", "SHOW statement_timeout")).to.equal("15s");
    expect(
      server.sql(server.superuser, "postgres", "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'data_bridge_clone'"),
    ).to.equal("5");
    expect(() => sql("data_bridge", "BEGIN READ WRITE; CREATE TABLE t (a int)")).to.throw("permission denied");
    expect(() => server.sql(current("data_bridge"), "n8n", "SELECT 1")).to.throw("permission denied for database");
  });

  it("takes in a further service's role and database, and leaves those before it as they are", async () => {
    const own = { role: "metabase", database: "metabase_data", extensions: ["pg_trgm"] };
    const given = { ...environment(), METABASE_DB_USER: "metabase", METABASE_DB_PASSWORD: "of its own" };
    for (let again = 0; again < 2; again++) {
      expect(server.setup(given, [...shipped, own])).to.deep.equal({ status: 0, output: "" });
    }
    const login = { username: "metabase", password: "of its own", dbname: own.database };
    const asked = "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'";
    expect(server.sql(login, own.database, `CREATE TABLE charts (id int); ${asked}`)).to.equal("1");
    expect(await database.setIdlePassword(login, scramVerifier("the next"))).to.equal("metabase_clone");
    const clone = { ...login, username: "metabase_clone", password: "the next" };
    server.sql(clone, own.database, "ALTER TABLE charts ADD note text");
    for (const other of ["n8n", "chatwoot_production"]) {
      expect(() => server.sql(login, other, "SELECT 1")).to.throw("permission denied for database");
    }
    expect(() => sql("n8n", "SELECT 1") && server.sql(current("n8n"), own.database, "SELECT 1")).to.throw(
      "permission denied for database",
    );
    expect(server.setup(environment(), [...shipped, own]).output).to.contain("METABASE_DB_PASSWORD is not set");
  });

  it("survives the setup job between rotations, which also repairs a lost password", async () => {
    await rotateAll("chatwoot", "v2");
    expect(server.setup(environment())).to.deep.equal({ status: 0, output: "" });
    expect(await database.accepts(current("chatwoot"))).to.equal(true);
    server.sql(server.superuser, "postgres", "ALTER ROLE chatwoot_clone PASSWORD 'lost'");
    secrets.chatwoot.begin("v3");
    await step("chatwoot", "createSecret", "v3");
    expect(await failure(step("chatwoot", "setSecret", "v3"))).to.contain("run the job postgres-setup");
    server.setup(environment());
    for (const name of steps) await step("chatwoot", name, "v3");
    expect(current("chatwoot").username).to.equal("chatwoot");
  });

  it("takes no login away from a service that was not deployed anew", async () => {
    const before = current("n8n");
    const client = new Client({
      host: server.host,
      port: server.port,
      user: before.username,
      password: before.password,
      database: "n8n",
      ssl: { ca: server.ca },
    });
    await client.connect();
    await rotateAll("n8n", "v2");
    secrets.n8n.begin("v3");
    await step("n8n", "createSecret", "v3");
    expect(await failure(step("n8n", "setSecret", "v3"))).to.contain("role n8n is not idle");
    expect(await database.accepts(before)).to.equal(true);
    expect(secrets.n8n.holder("AWSCURRENT")).to.equal("v2");
    // its tasks have been replaced
    await client.end();
    for (const name of steps) await step("n8n", name, "v3");
    expect(await database.accepts(before)).to.equal(false);
  });

  it("can repeat every step", async () => {
    secrets.n8n.begin("v2");
    for (const name of steps) {
      await step("n8n", name, "v2");
      const before = new Map(secrets.n8n.values);
      await step("n8n", name, "v2");
      expect(secrets.n8n.values).to.deep.equal(before);
    }
    expect(secrets.n8n.stages).to.deep.equal({ v1: ["AWSPREVIOUS"], v2: ["AWSCURRENT"] });
    expect(await database.accepts(current("n8n"))).to.equal(true);
  });

  it("changes nothing for others than the pending version", async () => {
    expect(await failure(step("n8n", "createSecret", "stranger"))).to.contain("none of the secret's");
    expect(await failure(step("n8n", "finishSecret", "v1"))).to.equal("no error");
    secrets.n8n.stages["old"] = [];
    expect(await failure(step("n8n", "createSecret", "old"))).to.contain("not pending");
    secrets.n8n.begin("v2");
    expect(await failure(step("n8n", "constructor", "v2"))).to.contain("unknown step");
    const pending = { username: "chatwoot_clone", password: "x", dbname: "n8n" };
    secrets.n8n.values.set("v2", formatCredential(pending));
    expect(await failure(step("n8n", "setSecret", "v2"))).to.contain("not the other login");
    expect(await failure(step("n8n", "testSecret", "v2"))).to.contain("refuses chatwoot_clone");
    secrets.n8n.rotates = false;
    expect(await failure(step("n8n", "createSecret", "v2"))).to.contain("not enabled");
    expect(secrets.n8n.holder("AWSCURRENT")).to.equal("v1");
  });

  it("lets a login set the password of its partner and of nobody else", () => {
    const verifier = scramVerifier("another");
    const call = `BEGIN READ WRITE; SELECT rotation.set_idle_password('${verifier}')`;
    expect(sql("chatwoot", call)).to.equal("chatwoot_clone");
    expect(sql("data_bridge", call)).to.equal("data_bridge_clone");
    expect(() => sql("chatwoot", "ALTER ROLE chatwoot_clone PASSWORD 'x'")).to.throw("permission denied");
    expect(() => sql("chatwoot", "SELECT rotation.set_idle_password('in clear')")).to.throw("not a SCRAM-SHA-256");
    expect(() => server.sql(server.master, "n8n", call)).to.throw("has no second login");
    server.sql(server.superuser, "postgres", "CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
    server.sql(server.superuser, "postgres", "GRANT CONNECT ON DATABASE n8n TO stranger");
    const stranger = { username: "stranger", password: "stranger" };
    expect(() => server.sql(stranger, "n8n", call)).to.throw("permission denied for schema rotation");
    server.sql(server.superuser, "postgres", "REVOKE CONNECT ON DATABASE n8n FROM stranger; DROP ROLE stranger");
  });

  it("writes no password and no verifier to the server's log", async () => {
    const start = server.log().length;
    server.setup(environment());
    await rotateAll("chatwoot", "v2");
    await rotateAll("data_bridge", "v2");
    const log = server.log().slice(start);
    expect(log).to.contain("ALTER ROLE chatwoot_clone SET role"); // it does hold statements of this kind
    const passwords = roles.flatMap((role) =>
      [...secrets[role].values.values()].map((t) => parseCredential(t).password),
    );
    expect(passwords).to.have.length(5);
    for (const text of [...passwords, "SCRAM-SHA-256$4096"]) expect(log).not.to.contain(text);
  });

  it("talks to no server that it cannot check", async () => {
    const unknown = databaseOf({ host: server.host, port: server.port });
    expect(await failure(unknown.accepts(current("n8n")))).to.match(/self-signed certificate/);
  });

  it("refuses a secret of another shape, without showing it", () => {
    expect(() => parseCredential('{"user":"hush"}')).to.throw(/^the secret needs the keys .*; it has user$/);
  });
});
