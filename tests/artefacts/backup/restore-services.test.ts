import { expect } from "chai";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxRelease } from "../../support/fixtures";
import { HostFolder, type Ran } from "../../support/host/scripts";
import { need } from "../../support/need";
import { startPostgres, type PostgresServer } from "../../support/postgres";

const everything = ["chatwoot-web", "n8n", "librechat", "data-bridge"];
const keys = `N8N_ENCRYPTION_KEY='n8n of the stack'\nLIBRECHAT_CREDS_KEY='chat of the stack'\n`;
const file = "ai-ecosystem-20260101T000000Z.tar.gz";
const uploads = "data/volumes/ai-eco-librechat-uploads";

/** A host whose release lacks these services. PostgreSQL is this machine's; MongoDB is a folder, as no package of it is served. */
class Part extends HostFolder {
  constructor(
    readonly server: PostgresServer,
    off: readonly string[],
    env = keys,
  ) {
    super(
      sandboxRelease({ services: JSON.stringify(Object.fromEntries(off.map((s) => [s, { enabled: false }]))) }, env),
    );
    this.inside("volumes");
    mkdirSync(join(this.home, "mongo"));
  }

  run(script: string): Ran {
    const { superuser, host: at, port } = this.server;
    return this.inside(`
      export PGHOST=${at} PGPORT=${port} PGUSER=${superuser.username} PGPASSWORD='${superuser.password}' PGSSLMODE=require
      chmod() { if [ $# = 2 ]; then command chmod "$@"; fi; }
      pg() { has_service postgres && "$@"; }
      mongo_databases() { has_service mongodb && ls "$ECOSYSTEM_HOME/mongo"; }
      mongo_tool() { cat "$ECOSYSTEM_HOME/mongo/\${!#}"; }
      mongo_counts() { echo '{"messages": 1}'; }
      mongo_restore_database() { cat >"$ECOSYSTEM_HOME/mongo/$1"; }
      redis_dump() { has_service redis && echo dump; }
      redis_keys() { echo 3; }
      bring_up() { :; }
      pass_gate() { :; }
      cd "$ECOSYSTEM_HOME"
      python3() { case $1 in *mongodb-counts.py) cat >/dev/null; echo '{"messages": 1}' ;; *) command python3 "$@" ;; esac; }
      ${script}`);
  }
  succeed(script: string): string {
    const { status, output } = this.run(script);
    expect(status, output).to.equal(0);
    return output;
  }
  backup(): void {
    this.succeed(`mv "$(make_backup trial)" "$BACKUPS/${file}"`);
  }
  /** Restores an archive of another host, as a copy on its disk. */
  restore(from: HostFolder): Ran {
    const copy = join(this.home, "brought.tar.gz");
    copyFileSync(join(from.home, "data/backups", file), copy);
    chmodSync(copy, 0o600);
    return this.run("cmd_restore brought.tar.gz --yes");
  }
}

describe("an archive, where other services are on than when it was made", function () {
  let server: PostgresServer;
  const hosts: Part[] = [];
  const host = (off: readonly string[], env?: string): Part => {
    const made = new Part(server, off, env);
    hosts.push(made);
    return made;
  };
  const sql = (database: string, text: string) => server.sql(server.superuser, database, text);
  const flows = (n: number) =>
    sql("n8n", `DROP TABLE IF EXISTS flows; CREATE TABLE flows AS SELECT generate_series(1, ${n});`);

  before(async function () {
    for (const program of ["pg_dump", "pg_restore", "jq", "python3"]) need(this, program);
    server = await startPostgres();
    for (const name of ["chatwoot_production", "n8n"]) {
      if (sql("postgres", `SELECT 1 FROM pg_database WHERE datname = '${name}'`) === "")
        sql("postgres", `CREATE DATABASE ${name}`);
    }
  });
  afterEach(() => {
    for (const made of hosts.splice(0)) made.remove();
  });
  after(() => server.stop());

  it("of all services brings back what a release without some of them has, and tells the rest before and after", () => {
    const all = host([]);
    writeFileSync(join(all.home, "mongo/librechat"), "chats of then");
    writeFileSync(join(all.home, uploads, "picture"), "");
    flows(3);
    all.backup();
    flows(5);

    const some = host(["n8n", "librechat"]);
    writeFileSync(join(some.home, uploads, "of today"), "");
    const { status, output } = some.restore(all);
    expect(status, output).to.equal(0);
    // the files of a service that is off come back, and its database, which is PostgreSQL's
    expect(readdirSync(join(some.home, uploads))).to.deep.equal(["picture"]);
    expect(sql("n8n", "SELECT count(*) FROM flows")).to.equal("3");
    const left = "MongoDB librechat: in the archive, but its service is off here";
    expect(output.split(left)).to.have.length(3);
    expect(output).not.to.match(/volume .*: in the archive/);
    expect(output).to.contain("every count of what was restored is the archive's");
    expect(some.run('ls "$ECOSYSTEM_HOME/mongo"').stdout).to.equal("");
  });

  it("of some services leaves what the release has beyond them, and tells it", () => {
    const some = host(["librechat"]);
    flows(2);
    writeFileSync(join(some.home, uploads, "kept while it was off"), "");
    some.backup();
    flows(4);
    const all = host([]);
    writeFileSync(join(all.home, uploads, "of today"), "");
    writeFileSync(join(all.home, "mongo/librechat"), "chats of today");
    const { status, output } = all.restore(some);
    expect(status, output).to.equal(0);
    expect(sql("n8n", "SELECT count(*) FROM flows")).to.equal("2");
    expect(output).to.contain("MongoDB librechat: not in the archive, stays as it is here");
    expect(readdirSync(join(all.home, uploads))).to.deep.equal(["kept while it was off"]);
    expect(output).not.to.contain("every count is the archive's");
    expect(all.read("mongo/librechat")).to.equal("chats of today");
  });

  it("of the same services is the whole, and says nothing else", () => {
    const all = host([]);
    writeFileSync(join(all.home, "mongo/librechat"), "chats of then");
    all.backup();
    writeFileSync(join(all.home, "mongo/librechat"), "chats of today");
    const { status, output } = all.restore(all);
    expect(status, output).to.equal(0);
    expect(output).to.contain("proven: every count is the archive's").and.not.contain("Not restored");
    expect(all.read("mongo/librechat")).to.equal("chats of then");
  });

  it("brings back one application alone, and leaves and names the rest", () => {
    const all = host([]);
    writeFileSync(join(all.home, "mongo/librechat"), "chats of then");
    writeFileSync(join(all.home, uploads, "then"), "");
    flows(3);
    sql("chatwoot_production", "DROP TABLE IF EXISTS desk; CREATE TABLE desk AS SELECT 1 AS id");
    all.backup();
    flows(5);
    sql("chatwoot_production", "INSERT INTO desk VALUES (2)");
    writeFileSync(join(all.home, "mongo/librechat"), "chats of today");
    const { status, output } = all.run(`cmd_restore ${file} --only n8n --yes`);
    expect(status, output).to.equal(0);
    expect(sql("n8n", "SELECT count(*) FROM flows")).to.equal("3");
    expect(sql("chatwoot_production", "SELECT count(*) FROM desk")).to.equal("2");
    expect(all.read("mongo/librechat")).to.equal("chats of today");
    expect(output).to.contain("PostgreSQL chatwoot_production: not asked for, stays as it is here");
    expect(output).to.contain("every count of what was restored is the archive's");
    const wrong = all.run(`cmd_restore ${file} --only n8n,mail --yes`);
    expect(wrong.status).to.equal(2);
    expect(wrong.output).to.contain("--only does not know mail. There are: postgres,mongodb,redis,files,");
    expect(all.run(`cmd_restore ${file} --only "*" --yes`).status).to.equal(2);
    sql("chatwoot_production", "DROP TABLE desk");
  });

  it("is made without PostgreSQL where nobody needs that, and goes back to it", () => {
    const chat = host(everything.filter((s) => s !== "librechat"));
    writeFileSync(join(chat.home, "mongo/librechat"), "chats of then");
    chat.backup();
    const { status, output } = chat.restore(chat);
    expect(status, output).to.equal(0);
    const all = host([]);
    all.backup();
    expect(chat.restore(all).output).to.contain("PostgreSQL n8n: in the archive, but its service is off here");
  });

  it("is refused with another key of a service that is off here: its database would be unreadable when it is on", () => {
    const all = host([], keys.replace("n8n of the stack", "n8n of another"));
    all.backup();
    const { status, output } = host(["n8n"]).restore(all);
    expect(status).to.equal(1);
    expect(output).to.match(/other encryption keys[\s\S]*N8N_ENCRYPTION_KEY/);
    expect(output).to.contain("Nothing was changed");
  });
});

describe("keys that an archive's data is read with", () => {
  it("are those which a service says are fixed, a further service's too, and whatever is off", () => {
    const named = (release: ReturnType<typeof sandboxRelease>) =>
      (JSON.parse(release.files["release.json"]?.text ?? "") as { keys: string[] }).keys;
    const all = named(sandboxRelease());
    expect(all).to.include.members(["N8N_ENCRYPTION_KEY", "LIBRECHAT_CREDS_IV", "CHATWOOT_SECRET_KEY_BASE"]);
    expect(named(sandboxRelease({ services: '{"n8n": {"enabled": false}}' }))).to.deep.equal(all);
  });
});
