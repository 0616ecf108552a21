import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MongodbStandIn, type MongodbStore } from "../mongodb/server";
import { need } from "../need";
import {
  application,
  bucketOf,
  chats,
  databases,
  files,
  fillDatabases,
  freshChats,
  key,
  logins,
  noted,
  passwords,
  secret,
  shown,
} from "../migrate/data";
import { startPostgres, type PostgresServer } from "../postgres";
import { startS3, type S3Server } from "../s3/server";
import { ImportTask, type Imported } from "./import-task";
import { HostFolder } from "./scripts";

const backups = "backups-of-prod";

/** A host with data, its archive where the laptop puts it, and a new production with the stores of it. */
export class MovingHost {
  static readonly archive = "import/ai-ecosystem-20260101T000000Z.tar.gz.sealed";
  readonly secrets = [key, "value-of", ...Object.values(passwords)];
  readonly host = new HostFolder();
  readonly task: ImportTask;
  private readonly original = new Map<string, string>();

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
    for (const bucket of [backups, ...["files", "librechat-files"].map(bucketOf)]) s3.bucket(bucket);
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
    for (const name of databases) this.original.set(name, shown(own, name));
    this.bring();
  }

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
    fillDatabases(own);
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
    const empty = ["files", "librechat-files"].map((b) => `aws s3 rm --recursive s3://${bucketOf(b)}`);
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
    return this.rds.sql(application, "chatwoot_production", text);
  }
  names(): string {
    return this.rds.sql(
      this.rds.superuser,
      "postgres",
      "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'",
    );
  }
  /** What production has is the host's: rows, owners, rights, functions; documents; files. */
  same(): void {
    for (const name of databases) expect(shown(this.rds, name), name).to.equal(this.original.get(name));
    const documents = (store: MongodbStore) =>
      Object.entries(store["librechat"] ?? {}).map(([name, c]) => [name, c.documents]);
    expect(documents(this.mongodb.store)).to.deep.equal(documents(chats));
    for (const { text, bucket, key: path } of Object.values(files))
      expect(this.object(bucket, path), path).to.equal(text);
  }
  object(bucket: string, path: string): string {
    const { stdout } = this.host.bash(`${this.s3.environment}\naws s3 cp "s3://${bucketOf(bucket)}/${path}" - 2>&1`);
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
