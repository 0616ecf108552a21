import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MongodbStandIn, type MongodbStore } from "../mongodb/server";
import { need } from "../need";
import { startPostgres, type Login, type PostgresServer } from "../postgres";
import { startS3, type S3Server } from "../s3/server";
import { variableText } from "../values";
import { ImportTask, type Imported } from "./import-task";
import { HostFolder } from "./scripts";

const key = "k3yOfTheStack0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO";
const backups = "backups-of-prod";
const passwords = {
  CHATWOOT_DB_PASSWORD: "chatwoot-password",
  N8N_DB_PASSWORD: "n8n-password",
  DATA_BRIDGE_DB_PASSWORD: "bridge-password",
};
/** As after a rotation. */
const logins = { CHATWOOT_DB_USER: "chatwoot_clone", N8N_DB_USER: "n8n", DATA_BRIDGE_DB_USER: "data_bridge" };
const noted = JSON.stringify([
  {
    database: "chatwoot_production",
    application: "Chatwoot",
    version: "4.18.0",
    migrations: "schema_migrations",
    step: "minor",
  },
  { database: "n8n", application: "n8n", version: "2.42.5", migrations: "migrations", step: "any" },
]);
const secret = (id: string) => `value-of-${id}`;

/** What must be as it was: each row, whose each thing is, and who may do what with it. */
const everything = `SELECT json_agg(t) FROM (
  SELECT c.relname, pg_get_userbyid(c.relowner) AS owner, c.relkind,
         (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(c.relacl) a) AS rights,
         CASE c.relkind WHEN 'r' THEN (xpath('/row/c/text()', query_to_xml(format(
           'SELECT md5(string_agg(r::text, '','' ORDER BY r::text)) AS c FROM %I.%I r', n.nspname, c.relname), false, true, '')))[1]::text END AS rows
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1) t`;

export const chats: MongodbStore = {
  librechat: {
    messages: {
      documents: ["one", "two", "three"].map((text) => ({ text })),
      indexes: [
        { v: 2, key: { _id: 1 }, name: "_id_" },
        { v: 2, key: { user: 1 }, name: "user_1", unique: true },
        { v: 2, key: { user: "hashed" }, name: "user_hashed" },
        { v: 2, key: { _fts: "text", _ftsx: 1 }, name: "text_text", weights: { text: 1 }, textIndexVersion: 3 },
      ],
    },
    empty: { documents: [] },
    users: { documents: [{ name: "é" }] },
  },
};
/** As after the first start of a new installation. */
export const freshChats: MongodbStore = {
  librechat: { users: { documents: [{ name: "admin" }] }, messages: { documents: [] } },
};

/** Files on the host, below its volumes, and where they are in production: bucket and key. */
export const files: Readonly<Record<string, { readonly text: string; readonly bucket: string; readonly key: string }>> =
  {
    "ai-eco-chatwoot/ab/cd/abcdefghij": { text: "a picture", bucket: "files", key: "abcdefghij" },
    "ai-eco-chatwoot/va/ri/variants/zy/x": { text: "smaller", bucket: "files", key: "variants/zy/x" },
    "ai-eco-librechat/u1/drawing é.png": { text: "drawing", bucket: "librechat-files", key: "images/u1/drawing é.png" },
    "ai-eco-librechat-uploads/u1/f1__notes.txt": {
      text: "notes",
      bucket: "librechat-files",
      key: "uploads/u1/f1__notes.txt",
    },
  };

/** A host with data, its archive where the laptop puts it, and a new production with the stores of it. */
export class MovingHost {
  static readonly archive = "import/ai-ecosystem-20260101T000000Z.tar.gz.sealed";
  static readonly databases = ["chatwoot_production", "made_by_hand", "n8n"];
  readonly secrets = [key, "value-of", ...Object.values(passwords)];
  readonly host = new HostFolder();
  readonly task: ImportTask;
  private readonly original = new Map<string, string>();
  readonly login: Login = { username: "chatwoot_clone", password: passwords.CHATWOOT_DB_PASSWORD };
  readonly bridge: Login = { username: "data_bridge", password: passwords.DATA_BRIDGE_DB_PASSWORD };

  static async start(context: Mocha.Context): Promise<MovingHost> {
    for (const program of ["pg_dump", "pg_restore", "jq", "python3", "openssl"]) need(context, program);
    const s3 = await startS3(context);
    const [own, rds] = await Promise.all([startPostgres(), startPostgres()]);
    return new MovingHost(mkdtempSync(join(tmpdir(), "import-")), s3, own, rds);
  }

  private constructor(
    readonly folder: string,
    readonly s3: S3Server,
    private readonly own: PostgresServer,
    readonly rds: PostgresServer,
    readonly mongodb = new MongodbStandIn(join(folder, "mongodb"), freshChats),
  ) {
    this.task = new ImportTask(folder, { s3, rds, mongodb, bucket: backups, key, secret });
    for (const bucket of [backups, ...["files", "librechat-files"].map(MovingHost.bucketOf)]) s3.bucket(bucket);
    this.fill();
    const chatsThere = new MongodbStandIn(join(folder, "chats"), chats);
    const { status, output } = this.host.inside(`${s3.environment}\n${chatsThere.environment}
      export PGHOST=${own.host} PGPORT=${own.port} PGUSER=${own.superuser.username} PGPASSWORD='${own.superuser.password}' PGSSLMODE=require
      pg() { "$@"; }
      mongo_databases() { echo librechat; }
      mongo_tool() { "$@" --config /dev/fd/3 3<<<'password: "x"'; }
      redis_dump() { echo dump; }
      redis_keys() { echo 3; }
      collect "$ECOSYSTEM_HOME/whole.tar.gz" trial`);
    expect(status, output).to.equal(0);
    for (const name of MovingHost.databases) this.original.set(name, this.shown(own, name));
    this.bring();
  }

  static readonly bucketOf = (name: string): string => variableText({ parts: [{ bucket: name }] });

  private fill(): void {
    const { host, own } = this;
    writeFileSync(
      join(host.home, "current/.env"),
      `N8N_ENCRYPTION_KEY='${secret("n8n-encryption-key")}'\nBACKUP_KEY='${key}'\n`,
    );
    const { stdout } = host.inside(`fact '.volumes[] | select(.backup != "none") | .name'`);
    for (const name of stdout.trim().split("\n")) mkdirSync(join(host.home, "data/volumes", name), { recursive: true });
    for (const [path, { text }] of Object.entries(files)) {
      const file = join(host.home, "data/volumes", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    // as the host's setup job leaves it, whose user is the superuser
    const made = own.setup({ ...passwords, DATABASE_VERSIONS: noted }, undefined, own.superuser);
    expect(made.status, made.output).to.equal(0);
    own.sql(
      { username: "chatwoot", password: passwords.CHATWOOT_DB_PASSWORD },
      "chatwoot_production",
      `CREATE TABLE schema_migrations (version text PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1'), ('2');
       CREATE TABLE contacts AS SELECT i AS id, 'é' || i AS name FROM generate_series(1, 1000) i; ALTER TABLE contacts ADD PRIMARY KEY (id);
       CREATE TABLE messages (id bigserial PRIMARY KEY, contact int REFERENCES contacts, text text);
       INSERT INTO messages (contact, text) SELECT 1 + i % 1000, E'line\\n\\\\.\\t' || i FROM generate_series(1, 5000) i;
       CREATE INDEX ON messages USING gin (text gin_trgm_ops);
       CREATE VIEW recent AS SELECT * FROM messages WHERE id > 4000;
       CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
       CREATE TRIGGER touched BEFORE UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION touch();
       GRANT SELECT ON messages TO data_bridge;`,
    );
    own.sql({ username: "n8n", password: passwords.N8N_DB_PASSWORD }, "n8n", "CREATE TABLE flows AS SELECT 7 AS id");
    own.sql(own.superuser, "postgres", "CREATE ROLE analyst");
    own.sql(own.superuser, "postgres", "CREATE DATABASE made_by_hand");
    own.sql(
      own.superuser,
      "made_by_hand",
      "CREATE TABLE notes AS SELECT 'mine' AS text; GRANT SELECT ON notes TO analyst",
    );
  }

  /** The archive, changed or not, sealed and put where the laptop puts it. */
  bring(name = MovingHost.archive, change = "", sealedWith = key, afterwards = ""): void {
    const { status, output } = this.host.inside(`${this.s3.environment}
      cd "$ECOSYSTEM_HOME"
      # PART COMMAND: the archive once more, with what the command makes of a part
      again() {
        rm -rf other && mkdir other && tar -xzf brought.tar.gz -C other && python3 "$RELEASE/bin/lib/archive.py" begin brought.tar.gz
        (cd other && eval "$2" <"$1" >new && mv new "$1")
        for part in $(jq -r '.sha256 | keys[]' other/manifest.json); do
          sum=$(python3 "$RELEASE/bin/lib/archive.py" add brought.tar.gz "$part" 1 <"other/$part")
          manifest=$(jq --arg part "$part" --arg sum "$sum" '.sha256[$part] = $sum' other/manifest.json) && echo "$manifest" >other/manifest.json
        done
        python3 "$RELEASE/bin/lib/archive.py" end brought.tar.gz <other/manifest.json
      }
      cp whole.tar.gz brought.tar.gz
      ${change}
      python3 "$RELEASE/bin/lib/seal.py" seal 3< <(echo '${sealedWith}') <brought.tar.gz >sealed
      ${afterwards}
      aws s3api put-object --bucket ${backups} --key ${name} --body sealed`);
    expect(status, output).to.equal(0);
  }

  run(
    mode: string,
    more: Readonly<Record<string, string>> = {},
    before: Readonly<Record<string, string>> = {},
  ): Imported {
    const ran = this.task.run({ IMPORT_ARCHIVE: MovingHost.archive, IMPORT_MODE: mode, ...more }, before);
    for (const text of this.secrets) expect(ran.output).not.to.contain(text);
    return ran;
  }
  succeed(...given: Parameters<MovingHost["run"]>): Imported {
    const ran = this.run(...given);
    expect(ran.status, ran.output).to.equal(0);
    return ran;
  }

  /** Production as after the first update: the setup jobs have run, and the applications have made their tables. */
  fresh(): void {
    const { rds } = this;
    for (const name of this.names()
      .split(" ")
      .filter((n) => n !== ""))
      rds.sql(rds.superuser, "postgres", `DROP DATABASE ${name} WITH (FORCE)`);
    this.setUp();
    this.people("CREATE TABLE contacts (id int); CREATE TABLE messages (id int); CREATE TABLE users AS SELECT 1 AS id");
    this.mongodb.store = freshChats;
    const empty = ["files", "librechat-files"].map((b) => `aws s3 rm --recursive s3://${MovingHost.bucketOf(b)}`);
    expect(this.host.bash(`${this.s3.environment}\nset -e\n${empty.join("\n")}`).status).to.equal(0);
  }
  /** As {@link fresh} has left it. */
  untouched(): void {
    expect(this.names()).to.equal("chatwoot_production n8n");
    expect(this.mongodb.store).to.deep.equal(freshChats);
  }
  setUp(): void {
    const { status, output } = this.rds.setup({ ...passwords, ...logins, DATABASE_VERSIONS: noted });
    expect(status, output).to.equal(0);
  }
  /** What an application says to its database in production. */
  people(text: string): string {
    return this.rds.sql(this.login, "chatwoot_production", text);
  }
  names(): string {
    return this.rds.sql(
      this.rds.superuser,
      "postgres",
      "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'",
    );
  }
  private shown(server: PostgresServer, database: string): string {
    // the master's where the superuser's was
    return server.sql(server.superuser, database, everything).replaceAll(/\b(postgres|master)\b/g, "master");
  }
  /** What production has is the host's: rows, owners, rights, functions; documents; files. */
  same(): void {
    for (const name of MovingHost.databases) expect(this.shown(this.rds, name), name).to.equal(this.original.get(name));
    const documents = (store: MongodbStore) =>
      Object.entries(store["librechat"] ?? {}).map(([name, c]) => [name, c.documents]);
    expect(documents(this.mongodb.store)).to.deep.equal(documents(chats));
    for (const { text, bucket, key: path } of Object.values(files))
      expect(this.object(bucket, path), path).to.equal(text);
  }
  object(bucket: string, path: string): string {
    const { stdout } = this.host.bash(
      `${this.s3.environment}\naws s3 cp "s3://${MovingHost.bucketOf(bucket)}/${path}" - 2>&1`,
    );
    return stdout;
  }
  async stop(): Promise<void> {
    this.host.remove();
    this.s3.stop();
    await Promise.all([this.own.stop(), this.rds.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Hooks of a suite: one for all its tests, fresh for each. */
export function movingHost(started: (moving: MovingHost) => void): void {
  let moving: MovingHost;
  before(async function () {
    moving = await MovingHost.start(this);
    started(moving);
  });
  beforeEach(() => {
    moving.fresh();
  });
  after(async () => {
    await moving.stop();
  });
}
