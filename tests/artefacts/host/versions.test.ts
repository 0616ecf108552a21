import { expect } from "chai";
import { cpSync, mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxRelease } from "../../support/fixtures";
import { HostFolder, type Ran } from "../../support/host/scripts";
import { need } from "../../support/need";
import { startPostgres, type PostgresServer } from "../../support/postgres";
import { versionMoves } from "../../support/version-moves";

const [old, next] = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"];
const passwords = {
  CHATWOOT_DB_PASSWORD: "c".repeat(32),
  N8N_DB_PASSWORD: "n".repeat(32),
  DATA_BRIDGE_DB_PASSWORD: "d".repeat(32),
};
const chatwoot = (version: string) => ({
  application: "Chatwoot",
  database: "chatwoot_production",
  version,
  migrations: "schema_migrations",
  step: "minor",
});

/** A host with two releases that differ in Chatwoot's image. PostgreSQL is this machine's; the containers are none. */
class Upgrade extends HostFolder {
  constructor(
    readonly server: PostgresServer,
    from: string,
    to: string,
  ) {
    super(sandboxRelease());
    for (const [id, version] of [
      [old, from],
      [next, to],
    ] as const) {
      const folder = join(this.home, "releases", id);
      mkdirSync(join(this.home, "releases"), { recursive: true });
      cpSync(join(this.home, "current"), folder, { recursive: true, dereference: true });
      const file = join(folder, "release.json");
      const text = readFileSync(file, "utf8")
        .replaceAll(/chatwoot\/chatwoot:v[0-9.]+/g, `chatwoot/chatwoot:v${version}`)
        .replace(/("application": "Chatwoot",\s*"version": )"[^"]*"/, `$1"${version}"`);
      writeFileSync(file, text);
    }
    this.inside("volumes");
  }

  /** As the release `id`, which is the current one. */
  as(id: string, script: string): Ran {
    const { superuser, host: at, port } = this.server;
    const current = join(this.home, "releases/current");
    try {
      unlinkSync(current);
    } catch {
      // the first time there is none
    }
    symlinkSync(id, current);
    return this.inside(`
      export PGHOST=${at} PGPORT=${port} PGUSER=${superuser.username} PGPASSWORD='${superuser.password}' PGSSLMODE=require
      RELEASE=$ECOSYSTEM_HOME/releases/current
      chmod() { if [ $# = 2 ]; then command chmod "$@"; fi; }
      pg() { "$@"; }
      compose() { echo "compose $*" >>"$ECOSYSTEM_HOME/compose.log"; }
      containers() { fact '.services[] | "\\(.name)\\trunning\\thealthy\\t0\\t0\\tnow\\tfalse\\tx\\tid"'; }
      mongo_databases() { :; }
      redis_dump() { echo dump; }
      redis_keys() { echo 3; }
      cd "$ECOSYSTEM_HOME"
      ${script}`);
  }
}

describe("the versions of applications and of their data", function () {
  let server: PostgresServer;
  const hosts: Upgrade[] = [];
  const sql = (text: string) => server.sql(server.superuser, "chatwoot_production", text);
  const trySetup = (version: string) =>
    server.setup({ ...passwords, DATABASE_VERSIONS: JSON.stringify([chatwoot(version)]) });
  const setup = (version: string) => {
    expect(trySetup(version)).to.deep.equal({ status: 0, output: "" });
  };
  const migrate = (name: string) =>
    sql(
      `SET ROLE chatwoot; CREATE TABLE IF NOT EXISTS schema_migrations (version text); INSERT INTO schema_migrations VALUES ('${name}')`,
    );
  const upgrade = (from: string, to: string): Upgrade => {
    const made = new Upgrade(server, from, to);
    hosts.push(made);
    return made;
  };
  const fresh = () => {
    const exists = server.sql(
      server.superuser,
      "postgres",
      "SELECT 1 FROM pg_database WHERE datname = 'chatwoot_production'",
    );
    if (exists !== "") server.sql(server.superuser, "postgres", "DROP DATABASE chatwoot_production WITH (FORCE)");
  };

  before(async function () {
    for (const program of ["pg_dump", "pg_restore", "jq", "python3"]) need(this, program);
    server = await startPostgres();
  });
  beforeEach(fresh);
  afterEach(() => {
    for (const made of hosts.splice(0)) made.remove();
  });
  after(() => server.stop());

  const refusal = { far: "too far for its migrations", back: "does not know its migrations" } as const;
  for (const [from, to, why] of versionMoves) {
    it(`${why === undefined ? "lets" : "does not let"} Chatwoot's setup go from ${from} to ${to}`, () => {
      setup(from);
      migrate("1");
      setup(from);
      const { status, output } = trySetup(to);
      if (why === undefined) {
        expect(status, output).to.equal(0);
        return;
      }
      expect(status).not.to.equal(0);
      expect(output).to.contain(refusal[why]).and.contain("Chatwoot").and.contain("HINT").and.contain(to);
      // the version that runs is still taken
      setup(from);
    });
  }

  it("may go back to a version whose schema is the same, and to no other", () => {
    setup("4.18.0");
    migrate("1");
    setup("4.18.0");
    // 4.19.0 began, and ended before its migrations
    setup("4.19.0");
    setup("4.18.0");
    setup("4.19.0");
    migrate("2");
    const { status, output } = trySetup("4.18.0");
    expect(status).not.to.equal(0);
    expect(output).to.contain("the data is of version 4.19.0");
  });

  it("are told by a dump of the database as well", () => {
    setup("4.19.0");
    migrate("1");
    const host = upgrade("4.18.0", "4.18.1");
    const moved = host.as(
      old,
      "pg pg_dump -Fc --dbname chatwoot_production >dump && pg_restore_database chatwoot_production <dump",
    );
    expect(moved.status, moved.output).to.equal(0);
    expect(trySetup("4.18.0").output).to.contain("the data is of version 4.19.0");
  });

  it("are compared by the push before anything changes, also of a database that does not say its own", () => {
    server.setup(passwords);
    migrate("1");
    const far = upgrade("4.16.0", "4.18.0").as(old, `unfit_data ${next} ${next} ${old}`);
    expect(far.status, far.output).to.equal(0);
    expect(far.stdout).to.match(/^chatwoot_production\tChatwoot: from version 4\.16\.0 to 4\.18\.0 is too far/);
    expect(far.stdout).to.contain("first an image of 4.17");
    const near = upgrade("4.17.0", "4.18.0").as(old, `unfit_data ${next} ${next} ${old}`);
    expect([near.status, near.stdout]).to.deep.equal([0, ""]);
    expect(sql("SELECT to_regnamespace('ecosystem')")).to.equal("");
  });

  it("stops for an upgrade whatever writes to the database, and nothing else", () => {
    const host = upgrade("4.17.0", "4.18.0");
    expect(host.as(old, `moving_services ${old} ${next}`).stdout.trim().split("\n")).to.deep.equal([
      "chatwoot-web",
      "chatwoot-sidekiq",
    ]);
    expect(host.as(old, `moving_services ${old} ${old}`).stdout).to.equal("");
  });

  describe("of a push that failed", () => {
    const begin = () => {
      setup("4.17.0");
      migrate("1");
      sql("SET ROLE chatwoot; CREATE TABLE messages AS SELECT generate_series(1, 3)");
      const host = upgrade("4.17.0", "4.18.0");
      const { status, output, stdout } = host.as(
        old,
        'mv "$(make_backup before-push)" $BACKUPS/ai-ecosystem-20260101T000000Z.tar.gz',
      );
      expect(status, output + stdout).to.equal(0);
      setup("4.18.0");
      return host;
    };
    const takeBack = (host: Upgrade, file = "$BACKUPS/ai-ecosystem-20260101T000000Z.tar.gz") =>
      host.as(
        old,
        `take_data_back ${old} ${next} "${file}" && echo "taken:$TAKEN_BACK" || echo "refused: $GATE_REASON"`,
      );

    it("stay as they are where nothing was migrated", () => {
      const host = begin();
      sql("INSERT INTO messages VALUES (4)");
      expect(takeBack(host).stdout).to.contain("taken:\n");
      expect(sql("SELECT count(*) FROM messages")).to.equal("4");
    });

    it("go back together, and what was written since is kept", () => {
      const host = begin();
      migrate("2");
      sql("ALTER TABLE messages ADD COLUMN kind text; INSERT INTO messages VALUES (4, 'new')");
      const { output, stdout } = takeBack(host);
      expect(stdout, output).to.contain("taken:yes");
      expect(sql("SELECT count(*), (SELECT count(*) FROM schema_migrations) FROM messages")).to.equal("3|1");
      setup("4.17.0");
      const kept = /in (\S+\.tar\.gz)/.exec(output)?.[1] ?? "";
      const back = host.as(
        old,
        `part ${kept} postgres/chatwoot_production.dump | pg_restore_database chatwoot_production`,
      );
      expect(back.status, back.output).to.equal(0);
      expect(sql("SELECT count(*) FROM messages")).to.equal("4");
    });

    it("are not given to an older image where there is no backup", () => {
      const host = begin();
      migrate("2");
      expect(takeBack(host, "").stdout).to.contain("refused: the data of chatwoot_production was migrated");
      expect(sql("SELECT count(*) FROM schema_migrations")).to.equal("2");
    });
  });

  it("of an archive are compared with the images before a restore", () => {
    const host = upgrade("4.17.0", "4.18.0");
    const manifest = (version: string) =>
      JSON.stringify({
        images: { "chatwoot-web": `chatwoot/chatwoot:v${version}-ce` },
        contents: { postgres: { chatwoot_production: {} } },
      });
    const told = (version: string) => host.as(next, `unfit_archive '${manifest(version)}'`).stdout;
    expect(told("4.17.3")).to.equal("");
    expect(told("4.16.0")).to.contain("one minor version at a time");
    const database = {
      database: "chatwoot_production",
      service: "chatwoot-web",
      application: "Chatwoot",
      step: "minor",
    };
    const words = { far: "one minor version at a time", back: "or newer" } as const;
    for (const [from, to, why] of versionMoves) {
      const release = `fact() { echo '${JSON.stringify([{ ...database, version: to }])}'; }`;
      const { stdout } = host.as(next, `${release}; unfit_archive '${manifest(from)}'`);
      if (why === undefined) expect(stdout, `${from} ${to}`).to.equal("");
      else expect(stdout, `${from} ${to}`).to.contain(words[why]);
    }
  });
});
