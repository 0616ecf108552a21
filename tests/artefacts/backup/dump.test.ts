import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dumpName } from "../../../services/dump";
import type { Job } from "../../../services/model/types";
import { fargateCatalogue } from "../../support/recorded/fargate-services";
import { HostFolder, type Ran } from "../../support/host/scripts";
import { application, bucketOf, key, logins, passwords, secret } from "../../support/migrate/data";
import { runnable } from "../../support/migrate/task";
import { MongodbStandIn } from "../../support/mongodb/server";
import { need } from "../../support/need";
import { startPostgres, type PostgresServer } from "../../support/postgres";
import { root } from "../../support/root";
import { startS3, type S3Server } from "../../support/s3/server";

const backups = "backups-of-prod";
const scripts = join(root, "templates/dump");

describe("the nightly dump of production", function () {
  let folder: string;
  let s3: S3Server;
  let rds: PostgresServer;
  let host: HostFolder;
  let mongodb: MongodbStandIn;
  let job: Job;

  /** A container of the task: its script with its own environment, where the stores are in this test. */
  const container = (name: string, before = ""): Ran => {
    const of =
      [...(job.first ?? []), job].find(({ command = [] }) => command[0]?.endsWith(`/${name}.sh`)) ??
      expect.fail(`the dump has no ${name}`);
    const stores = { s3, rds, mongodb, bucket: backups, key, secret, ca: join(folder, "ca.pem") };
    const { words, env } = runnable(of, "dump", stores, join(folder, "dump"), {}, before);
    const { status, stdout, stderr } = spawnSync("bash", words, { encoding: "utf8", env, maxBuffer: 1 << 26 });
    return { status, stdout, output: stdout + stderr };
  };
  const succeed = (name: string, extra = ""): string => {
    const { status, output } = container(name, extra);
    expect(status, output).to.equal(0);
    return output;
  };
  const whole = (): string => {
    rmSync(join(folder, "dump"), { recursive: true, force: true });
    return ["postgres", "mongodb", "pack"].map((name) => succeed(name)).join("");
  };
  const archives = () => s3.keys(backups).filter((k) => k.startsWith("archives/"));
  const master = (database: string, text: string) => rds.sql(rds.master, database, text);
  const object = (bucket: string, path: string, text: string) => {
    const file = join(folder, "object");
    writeFileSync(file, text);
    expect(s3.s3api("put-object", "--bucket", bucketOf(bucket), "--key", path, "--body", file).status).to.equal(0);
  };

  before(async function () {
    for (const program of ["pg_dump", "pg_restore", "jq", "python3", "openssl"]) need(this, program);
    folder = mkdtempSync(join(tmpdir(), "dump-"));
    s3 = await startS3(this);
    rds = await startPostgres();
    writeFileSync(join(folder, "ca.pem"), rds.ca);
    job = fargateCatalogue().jobs.find((j) => j.name === dumpName) ?? expect.fail("there is no dump");
    mongodb = new MongodbStandIn(folder, {
      librechat: { messages: { documents: ["one", "two", "three"].map((text) => ({ text })) } },
      // of an import
      ecosystem: { imports: { documents: [{ _id: "librechat" }] } },
      librechat_before: { messages: { documents: [{ text: "old" }] } },
    });
    s3.bucket(backups);
    for (const bucket of ["files", "librechat-files"]) s3.bucket(bucketOf(bucket));
    // as the setup job leaves RDS, with the second login in use
    const noted = { database: "n8n", application: "n8n", version: "2.42.5", migrations: "migrations", step: "any" };
    const setup = rds.setup({ ...passwords, ...logins, DATABASE_VERSIONS: JSON.stringify([noted]) });
    expect(setup.status, setup.output).to.equal(0);
    rds.sql(
      application,
      "chatwoot_production",
      `CREATE TABLE active_storage_blobs (id serial PRIMARY KEY, key text, service_name text NOT NULL);
       INSERT INTO active_storage_blobs (key, service_name) VALUES ('abcdefghij', 'amazon'), ('zyxwvu', 'amazon');
       CREATE TABLE messages AS SELECT i AS id, E'line\\n\\\\.\\t' || i AS text FROM generate_series(1, 5000) i;
       GRANT SELECT ON messages TO data_bridge;`,
    );
    rds.sql({ username: "n8n", password: passwords.N8N_DB_PASSWORD }, "n8n", "CREATE TABLE flows AS SELECT 7 AS id");
    // of a master that no host has
    rds.sql(
      rds.superuser,
      "n8n",
      "CREATE ROLE ecosystem; GRANT ecosystem TO master; ALTER SCHEMA ecosystem OWNER TO ecosystem",
    );
    object("files", "abcdefghij", "a picture");
    object("files", "zyxwvu", "another");
    object("files", "releases/0123.sh", "of another time");
    object("librechat-files", "images/u1/drawing é.png", "drawing");
    object("librechat-files", "avatars/u1/face.png", "face");
    object("librechat-files", "uploads/u1/f1__notes.txt", "notes");
    host = new HostFolder();
    writeFileSync(join(host.home, "current/.env"), `BACKUP_KEY='${key}'\n`);
    const facts = JSON.parse(host.read("current/release.json")) as object;
    writeFileSync(
      join(host.home, "current/release.json"),
      JSON.stringify({ ...facts, backups: { bucket: backups, region: "us-east-1" } }),
    );
  });
  after(async () => {
    host.remove();
    s3.stop();
    await rds.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends as an archive in the backups bucket, and leaves nothing on the disk", () => {
    const said = whole();
    expect(said).to.match(
      /dump: stored ai-ecosystem-\d{8}T\d{6}Z\.tar\.gz, \d+ bytes: PostgreSQL chatwoot_production \d+ rows/,
    );
    expect(said).not.to.contain(key).and.not.contain("value-of-");
    expect(archives()).to.have.length(1);
    expect(readdirSync(join(folder, "dump")).sort()).to.deep.equal(["mongodb", "postgres", "volumes"]);
    expect(mongodb.asked).not.to.contain("value-of");
  });

  it("is what a host calls a whole archive, with production's rows, documents and files counted", () => {
    const { status, output } = host.inside(`${s3.environment}
      export PGHOST=${rds.host} PGPORT=${rds.port} PGUSER=${rds.superuser.username} PGPASSWORD='${rds.superuser.password}' PGSSLMODE=require
      pg() { "$@"; }
      file=$(fetch_archive latest)
      verify_archive "$file" full && cp "$file" "$ECOSYSTEM_HOME/brought.tar.gz" && archive_manifest "$file" | jq -c '[.version, .project, .reason, .contents]'`);
    expect(status, output).to.equal(0);
    const [version, project, reason, contents] = JSON.parse(output.trim().split("\n").at(-1) ?? "") as [
      number,
      string,
      string,
      Record<string, Record<string, unknown>>,
    ];
    expect([version, project, reason]).to.deep.equal([1, "ai-ecosystem", "nightly"]);
    expect(contents["postgres"]).to.have.keys("chatwoot_production", "n8n");
    expect(contents["postgres"]?.["chatwoot_production"]).to.include({
      "public.messages": 5000,
      "public.active_storage_blobs": 2,
    });
    expect(contents["mongodb"]).to.deep.equal({ librechat: { messages: 3 } });
    expect(contents["volumes"]).to.deep.equal({
      "ai-eco-chatwoot": 2,
      "ai-eco-librechat": 2,
      "ai-eco-librechat-uploads": 1,
    });
  });

  it("is restored by a host that has never heard of RDS: rows, owners, rights and files", async () => {
    const own = await startPostgres();
    try {
      for (const role of ["chatwoot", "n8n", "data_bridge"])
        own.sql(own.superuser, "postgres", `CREATE ROLE ${role} LOGIN`);
      const { status, output } = host.inside(`
        export PGHOST=${own.host} PGPORT=${own.port} PGUSER=${own.superuser.username} PGPASSWORD='${own.superuser.password}' PGSSLMODE=require
        pg() { "$@"; }
        mongo_restore_database() { cat >"$ECOSYSTEM_HOME/mongo-$1"; }
        for name in $(fact '.volumes[] | select(.backup == "files") | .name'); do mkdir -p "$DATA/volumes/$name"; done
        file=$ECOSYSTEM_HOME/brought.tar.gz
        restore_stores "$file" "$(archive_manifest "$file")"
        mongo_counts() { echo '{"messages": 3}'; }
        differences "$(archive_manifest "$file")"
        cd "$DATA/volumes" && find . -type f -printf '%P %U %m\\n' | sort`);
      expect(status, output).to.equal(0);
      expect(output).not.to.contain("in the archive,");
      for (const path of ["ai-eco-chatwoot/ab/cd/abcdefghij", "ai-eco-chatwoot/zy/xw/zyxwvu"])
        expect(output).to.contain(`${path} 0 644`);
      for (const path of ["ai-eco-librechat/u1/drawing é.png", "ai-eco-librechat/u1/face.png"])
        expect(output).to.contain(`${path} 1000 644`);
      expect(output).to.contain("ai-eco-librechat-uploads/u1/f1__notes.txt 1000").and.not.contain("releases");
      const table = "SELECT md5(string_agg(m::text, '' ORDER BY id)) FROM messages m";
      expect(own.sql(own.superuser, "chatwoot_production", table)).to.equal(master("chatwoot_production", table));
      expect(
        own.sql(
          own.superuser,
          "chatwoot_production",
          `SELECT pg_get_userbyid(datdba), (SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = 'public'),
             has_table_privilege('data_bridge', 'messages', 'SELECT'), to_regnamespace('rotation') IS NULL FROM pg_database WHERE datname = current_database()`,
        ),
      ).to.equal("chatwoot|chatwoot|t|t");
    } finally {
      await own.stop();
    }
  });

  it("has the keys that the data is read with, and none that a store or the rotation keeps", () => {
    const { stdout } = host.inside(`part "$ECOSYSTEM_HOME/brought.tar.gz" keys/env`);
    expect(stdout).to.match(/^N8N_ENCRYPTION_KEY='value-of-n8n-encryption-key'$/m);
    expect(stdout).to.match(/^LIBRECHAT_CREDS_KEY='value-of-librechat-creds-key'$/m);
    expect(stdout).not.to.match(/POSTGRES_PASSWORD|MONGODB_ROOT|CHATWOOT_DB_PASSWORD|N8N_DB_PASSWORD|BACKUP_KEY/);
  });

  for (const [fault, says] of [
    ["refuse", /error: dump: files of s3:.*were not read/],
    ["cut", /error: dump: it was not sent/],
    ["flip", /error: dump: it was not sent/],
  ] as const) {
    it(`tells when S3 does "${fault}", adds nothing, and the next night is whole`, () => {
      const before = archives().length;
      rmSync(join(folder, "dump"), { recursive: true, force: true });
      succeed("postgres");
      succeed("mongodb");
      s3.fault(fault);
      const { status, output } = container("pack");
      s3.fault("");
      expect(status, output).not.to.equal(0);
      expect(output).to.match(says).and.not.contain("dump: stored").and.not.contain(key);
      expect(archives()).to.have.length(before);
      whole();
      expect(archives()).to.have.length(before + 1);
    });
  }

  it("adds nothing when it is killed while it sends, and the next run is whole", () => {
    const before = archives().length;
    rmSync(join(folder, "dump"), { recursive: true, force: true });
    succeed("postgres");
    succeed("mongodb");
    mkdirSync(join(folder, "killing"), { recursive: true });
    writeFileSync(
      join(folder, "killing/aws"),
      `#!/bin/bash\nif [[ $* == *upload-part* ]]; then kill -9 -- "-$(ps -o pgid= $$ | tr -d ' ')"; fi\nPATH=\${PATH#*:} exec aws "$@"\n`,
      { mode: 0o755 },
    );
    const { status } = container(
      "pack",
      `export PATH="${folder}/killing:$PATH"; exec setsid --wait bash "${scripts}/pack.sh"`,
    );
    expect(status).not.to.equal(0);
    expect(archives()).to.have.length(before);
    whole();
    expect(archives()).to.have.length(before + 1);
  });

  it("of two at once leaves as many archives as end well, and one at least", () => {
    const before = archives().length;
    rmSync(join(folder, "dump"), { recursive: true, force: true });
    succeed("postgres");
    succeed("mongodb");
    cpSync(join(folder, "dump"), join(folder, "second"), { recursive: true });
    const { output } = container(
      "pack",
      `DUMP_FOLDER="${folder}/second" bash "${scripts}/pack.sh" & bash "${scripts}/pack.sh"; wait; exit 0`,
    );
    const ended = output.split("dump: stored").length - 1;
    expect(ended, output).to.be.within(1, 2);
    expect(archives()).to.have.length(before + ended);
  });

  it("stops where a database cannot be read, by name, and says it", () => {
    rds.sql(rds.superuser, "postgres", "CREATE DATABASE closed");
    rds.sql(rds.superuser, "closed", "CREATE TABLE mine AS SELECT 1");
    try {
      rmSync(join(folder, "dump"), { recursive: true, force: true });
      const { status, output } = container("postgres");
      expect(status).not.to.equal(0);
      expect(output)
        .to.contain("error: dump: PostgreSQL was not dumped")
        .and.match(/permission denied for table mine/);
    } finally {
      rds.sql(rds.superuser, "postgres", "DROP DATABASE closed");
    }
  });
});
