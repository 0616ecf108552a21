import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addresses, local, managed, Movable, passwords } from "../../support/host/movable";
import { MongodbStandIn } from "../../support/mongodb/server";
import { need } from "../../support/need";
import { startPostgres, type PostgresServer } from "../../support/postgres";

describe("a host whose data goes to managed stores", function () {
  let own: PostgresServer;
  let rds: PostgresServer;
  let host: Movable;

  const there = (database: string, text: string) =>
    rds.sql({ username: "ecosystem", password: "of-rds" }, database, text);
  const databases = (server: PostgresServer): string[] =>
    server
      .sql(
        server.superuser,
        "postgres",
        "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'",
      )
      .split("\n")
      .filter((name) => name !== "")
      .sort();
  const conversations = (server: PostgresServer) =>
    server.sql(server.superuser, "chatwoot_production", "SELECT count(*) FROM conversations");
  const drop = (server: PostgresServer) => {
    for (const name of databases(server)) {
      server.sql(server.superuser, "postgres", `DROP DATABASE "${name}" WITH (FORCE)`);
    }
  };

  before(async function () {
    for (const program of ["pg_dump", "pg_restore", "jq", "python3"]) need(this, program);
    own = await startPostgres();
    rds = await startPostgres();
    // RDS's master may make every extension, and this one's no more than what the databases of the test's users need
    own.sql(own.superuser, "template1", "DROP EXTENSION pg_stat_statements; DROP EXTENSION vector");
    rds.sql(rds.superuser, "postgres", "CREATE ROLE ecosystem LOGIN CREATEDB CREATEROLE PASSWORD 'of-rds'");
  });
  beforeEach(() => {
    for (const server of [own, rds]) drop(server);
    host = new Movable(own, rds);
    // as a host that has run for a while
    const setup = host.bash(`${host.machine()}
      docker compose --project-directory "$ECOSYSTEM_HOME/current" run --rm postgres-setup`);
    expect(setup.status, setup.output).to.equal(0);
    own.sql(
      own.superuser,
      "chatwoot_production",
      `SET ROLE chatwoot;
       CREATE TABLE conversations AS SELECT g AS id, E'a\\nOWNER TO postgres;' AS text FROM generate_series(1, 50) g;
       CREATE TABLE articles (id int, status int); INSERT INTO articles VALUES (1, 0), (2, 1);
       ALTER TABLE articles ENABLE ROW LEVEL SECURITY;
       CREATE POLICY published ON articles USING (status = 1);
       GRANT SELECT ON articles TO data_bridge;`,
    );
    // of PostgreSQL's own superuser, whom RDS does not have
    own.sql(own.superuser, "chatwoot_production", "CREATE SCHEMA extra; CREATE TABLE extra.numbers AS SELECT 1 AS n");
    own.sql(
      own.superuser,
      "n8n",
      "SET ROLE n8n; CREATE TABLE flows AS SELECT generate_series(1, 7) AS id; CREATE TABLE credentials_entity (id int, data text)",
    );
    const chats = new MongodbStandIn(join(host.home, "chats"), {
      librechat: { messages: { documents: ["one", "two", "three"].map((text) => ({ text })) } },
    });
    const dump = `mongodump --gzip --archive=own/mongo/librechat --db librechat --config <(echo 'password: "m"')`;
    execFileSync("bash", ["-c", `${chats.environment}; ${dump}`], { cwd: host.home });
    writeFileSync(join(host.home, "own/redis/commands"), "queue\nretry\n");
    for (const volume of ["ai-eco-postgres", "ai-eco-mongo", "ai-eco-redis"]) {
      writeFileSync(join(host.home, "data/volumes", volume, "data"), "");
    }
  });
  afterEach(() => {
    host.remove();
  });
  after(async () => {
    await own.stop();
    await rds.stop();
  });

  it("brings every row, document and job along, with their owners, and leaves its own volumes as they were", () => {
    const next = managed();
    const { status, output } = host.push(next);
    expect(status, output).to.equal(0);
    expect(host.live).to.equal(next.id);
    expect(
      there("chatwoot_production", "SELECT count(*), count(DISTINCT text), min(text) FROM conversations"),
    ).to.equal("50|1|a\nOWNER TO postgres;");
    expect(there("n8n", "SELECT count(*) FROM flows")).to.equal("7");
    expect(there("chatwoot_production", "SELECT tableowner FROM pg_tables WHERE tablename = 'conversations'")).to.equal(
      "chatwoot",
    );
    // the application's own login, with the rights that it had
    const bridge = { username: "data_bridge", password: passwords.DATA_BRIDGE_DB_PASSWORD };
    expect(rds.sql(bridge, "chatwoot_production", "SELECT count(*) FROM articles")).to.equal("1");
    expect(
      readFileSync(join(host.home, "aws/mongo/librechat")).equals(readFileSync(join(host.home, "own/mongo/librechat"))),
    ).to.be.true;
    expect(host.read("aws/redis/commands")).to.equal("queue\nretry\n");
    expect(conversations(own)).to.equal("50");
    expect(host.has("data/volumes/ai-eco-postgres/data")).to.be.true;
    expect(JSON.parse(host.read("data/managed.json"))).to.deep.equal(addresses);
    for (const left of ["state/move.json", "data/backups/.queues"]) expect(host.has(left), left).to.be.false;
    // visitors are told meanwhile, and what is moved is what is backed up
    const log = host.read("log");
    expect(log.indexOf("stop chatwoot-web")).to.be.greaterThan(-1).and.lessThan(log.indexOf("pg_dump"));
  });

  it("is pushed again without another move", () => {
    expect(host.push(managed()).status).to.equal(0);
    there("n8n", "SET ROLE n8n; INSERT INTO flows VALUES (8)");
    const { status, output } = host.push(managed({ swapSizeGb: "2" }));
    expect(status, output).to.equal(0);
    expect(output).not.to.contain("moving");
    expect(there("n8n", "SELECT count(*) FROM flows")).to.equal("8");
  });

  const psql = (there: string) => `cat >"$ECOSYSTEM_HOME/bin/psql" <<'END'
#!/bin/bash
real=$(PATH=\${PATH#*:} command -v psql)
if [ -n "\${PGHOST:-}" ] && [[ " $* " == *' -f - '* ]]; then ${there}; fi
exec "$real" "$@"
END
command chmod 755 "$ECOSYSTEM_HOME/bin/psql"`;
  const broken: Readonly<Record<string, string>> = {
    "the managed PostgreSQL refuses a dump": psql("cat >/dev/null; exit 3"),
    "rows are missing afterwards": psql(
      '"$real" "$@" && { "$real" -qd n8n -c "DELETE FROM flows WHERE id = 1" >/dev/null 2>&1; exit 0; }',
    ),
    "the queues are refused": 'rm -rf "$ECOSYSTEM_HOME/aws/redis"',
  };
  for (const [what, change] of Object.entries(broken)) {
    it(`serves from its own stores again when ${what}, and moves all of it the next time`, () => {
      const before = host.live;
      const { status, output } = host.push(managed(), change);
      expect(status, output).to.equal(1);
      expect(output).to.contain(`release ${before} serves again`).and.contain("as it was when the move began");
      expect(host.live).to.equal(before);
      expect(host.stores()).to.equal(before);
      expect(host.has("data/managed.json")).to.be.false;
      mkdirSync(join(host.home, "aws/redis"), { recursive: true });
      rmSync(join(host.home, "bin/psql"), { force: true });
      own.sql(own.superuser, "n8n", "SET ROLE n8n; INSERT INTO flows VALUES (9)");
      const again = host.push(managed());
      expect(again.status, again.output).to.equal(0);
      expect(there("n8n", "SELECT count(*) FROM flows")).to.equal("8");
      expect(host.read("aws/redis/commands")).to.equal("queue\nretry\n");
    });
  }

  it("is not made when the managed stores have something that would be lost", () => {
    there("postgres", "CREATE DATABASE n8n");
    there("n8n", "CREATE TABLE flows AS SELECT 1 AS id");
    const before = host.live;
    const { status, output } = host.push(managed());
    expect(status, output).to.equal(1);
    expect(output).to.contain("PostgreSQL n8n: 1 rows").and.contain("sudo touch");
    expect(host.live).to.equal(before);
    expect(there("n8n", "SELECT count(*) FROM flows")).to.equal("1");
  });

  it("of which the managed stores are a part is in no backup, and `ecosystem start` takes its own stores again", () => {
    const next = managed();
    host.write(`releases/${next.id}`, next);
    host.state("move.json", "{}");
    const half = `echo "$ECOSYSTEM_HOME/releases/${next.id}" >"$ECOSYSTEM_HOME/stores"`;
    const backup = host.bash(`${host.machine()}\n${half}\nbash "$ECOSYSTEM_HOME/current/bin/ecosystem" backup`);
    expect(backup.status, backup.output).to.equal(1);
    const started = host.bash(`${host.machine()}\n${half}
      bash "$ECOSYSTEM_HOME/current/bin/ecosystem" start && bash "$ECOSYSTEM_HOME/current/bin/ecosystem" backup`);
    expect(started.status, started.output).to.equal(0);
    expect(started.output).to.contain("7 rows");
  });

  it("shows no empty desk where no release runs the data that its volume has", () => {
    rmSync(join(host.home, "releases"), { recursive: true });
    mkdirSync(join(host.home, "releases"));
    const next = managed();
    host.write(`state/incoming.1.x`, next);
    const { status, output } = host.bash(`${host.machine().replace(/readlink -f .*$/, "")}
      bash "$ECOSYSTEM_HOME/state/incoming.1.x/bin/push" "$ECOSYSTEM_HOME/state/incoming.1.x" ${next.id}`);
    expect(status, output).to.equal(1);
    expect(output).to.contain("ai-ecosystem:data local").and.contain("take-as-it-is");
    expect(existsSync(join(host.home, "releases/current"))).to.be.false;
  });

  it("shows no empty desk with other managed stores, nor with its own ones of before", () => {
    expect(host.push(managed()).status).to.equal(0);
    const before = host.live;
    const other = host.push(managed({}, { ...addresses, postgres: "another.example.net" }));
    expect(other.status, other.output).to.equal(1);
    expect(other.output).to.contain("the data of postgres is at localhost");
    const back = host.push(local({ swapSizeGb: "2" }));
    expect(back.status, back.output).to.equal(1);
    expect(back.output).to.contain("ai-ecosystem:data managed");
    expect(host.live).to.equal(before);
    expect(host.stores()).to.equal(before);
  });

  it("shows no empty chats with a MongoDB of the user's own that has none of them", () => {
    const next = managed({ mongoUri: "mongodb://a.example.net/librechat" }, { ...addresses });
    const { status, output } = host.push(next);
    expect(status, output).to.equal(1);
    expect(output).to.contain("a MongoDB of your own").and.contain("mongorestore");
  });

  it("backs up and restores the managed stores, whose queues are AWS's", () => {
    expect(host.push(managed()).status).to.equal(0);
    const made = host.bash(`${host.machine()}\nbash "$ECOSYSTEM_HOME/current/bin/ecosystem" backup`);
    expect(made.status, made.output).to.equal(0);
    expect(made.output).to.contain("proved by a trial").and.contain("MongoDB librechat").and.not.contain("Redis");
    there("n8n", "SET ROLE n8n; DELETE FROM flows");
    const back = host.bash(`${host.machine()}\nbash "$ECOSYSTEM_HOME/current/bin/ecosystem" restore latest --yes`);
    expect(back.status, back.output).to.equal(0);
    expect(there("n8n", "SELECT count(*) FROM flows")).to.equal("7");
    expect(host.read("aws/redis/commands")).to.equal("queue\nretry\n");
  });

  it("has archives that a host with its own stores takes", () => {
    expect(host.push(managed()).status).to.equal(0);
    const made = host.bash(`${host.machine()}\nbash "$ECOSYSTEM_HOME/current/bin/ecosystem" backup`);
    expect(made.status, made.output).to.equal(0);
    drop(own);
    const setup = host.bash(`${host.machine()}
      ln -sfn ${host.release.id} "$ECOSYSTEM_HOME/releases/current"
      readlink -f "$ECOSYSTEM_HOME/current" >"$ECOSYSTEM_HOME/stores"
      docker compose --project-directory "$ECOSYSTEM_HOME/current" run --rm postgres-setup &&
      bash "$ECOSYSTEM_HOME/current/bin/ecosystem" restore latest --only postgres --yes`);
    expect(setup.status, setup.output).to.equal(0);
    expect(conversations(own)).to.equal("50");
  });
});
