import { expect } from "chai";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { HostFolder, type Ran } from "../../support/host/scripts";
import { need } from "../../support/need";
import { startPostgres, type PostgresServer } from "../../support/postgres";

const another = "n8nKeyOfAnotherStack0123456789";

/** What n8n keeps: AES-256-CBC with key and IV of OpenSSL's old derivation, in base64 behind `Salted__`. */
function encrypted(text: string, passphrase: string): string {
  const salt = randomBytes(8);
  const hash = (data: Buffer) => createHash("md5").update(data).digest();
  const secret = Buffer.concat([Buffer.from(passphrase), salt]);
  const parts: Buffer[] = [];
  for (let i = 0; i < 3; i++) parts.push(hash(Buffer.concat([parts.at(-1) ?? Buffer.alloc(0), secret])));
  const derived = Buffer.concat(parts);
  const cipher = createCipheriv("aes-256-cbc", derived.subarray(0, 32), derived.subarray(32));
  return Buffer.concat([Buffer.from("Salted__"), salt, cipher.update(text), cipher.final()]).toString("base64");
}

describe("the proof of a backup", function () {
  let server: PostgresServer;
  let host: HostFolder;

  /** A script with the host's functions; PostgreSQL is this machine's, MongoDB is a folder, as no package of it is served. */
  const inside = (script: string): Ran => {
    const { superuser, host: at, port } = server;
    return host.inside(`
      export PGHOST=${at} PGPORT=${port} PGUSER=${superuser.username} PGPASSWORD='${superuser.password}' PGSSLMODE=require
      pg() { "$@"; }
      mongo_databases() { ls "$ECOSYSTEM_HOME/mongo"; }
      mongo_tool() { cat "$ECOSYSTEM_HOME/mongo/\${!#}"; }
      mongo_js() { :; }
      mongo_restore_as() { cat >/dev/null; }
      mongo_counts() { echo '{"messages": 2}'; }
      redis_dump() { echo dump; }
      redis_keys() { echo 3; }
      python3() { case $1 in *mongodb-counts.py) cat >/dev/null; echo '{"messages": 2}' ;; *) command python3 "$@" ;; esac; }
      mkdir -p "$ECOSYSTEM_HOME/mongo"
      ${script}`);
  };
  const sql = (database: string, text: string) => server.sql(server.superuser, database, text);
  const backup = (before = "") => inside(`${before}\ncmd_backup --json`);
  const proofs = () =>
    Object.values(JSON.parse(host.read("state/proofs.json")) as Record<string, { host: Record<string, string> }>);
  const trials = () => sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'ai_eco_trial'");

  before(async function () {
    for (const program of ["pg_dump", "pg_restore", "jq", "python3", "openssl"]) need(this, program);
    server = await startPostgres();
    if (sql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'n8n'") === "")
      sql("postgres", "CREATE DATABASE n8n");
  });
  beforeEach(() => {
    host = new HostFolder();
    host.inside("volumes");
    sql(
      "n8n",
      `DROP TABLE IF EXISTS credentials_entity, flows; CREATE TABLE flows AS SELECT generate_series(1, 1000) AS id;
       CREATE TABLE credentials_entity (id text PRIMARY KEY, data text);
       INSERT INTO credentials_entity VALUES ('1', '${encrypted('{"value": "secret"}', "abcd1234")}')`,
    );
  });
  afterEach(() => {
    host.remove();
  });
  after(() => server.stop());

  it("is a restore on trial, with every count and a secret that the saved key opens; nothing of it stays", () => {
    const { status, stdout, output } = backup();
    expect(status, output).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({ ok: true, proof: "proved", s3: null });
    expect(proofs().map((p) => p["host"]["result"])).to.deep.equal(["proved"]);
    expect(trials()).to.equal("0");
  });

  it("fails with another key than the data was encrypted with, and the archive stays", () => {
    sql("n8n", `UPDATE credentials_entity SET data = '${encrypted('{"value": "secret"}', another)}'`);
    const { status, output } = backup();
    expect(status, output).to.equal(1);
    expect(output).to.contain("is not opened by N8N_ENCRYPTION_KEY of the archive");
    expect(output).to.match(/Next: ecosystem backup verify ai-ecosystem-\d+T\d+Z\.tar\.gz/);
    expect(inside("archives").stdout).to.match(/^ai-ecosystem-/);
    expect(trials()).to.equal("0");
    expect(output).not.to.contain("abcd1234");
  });

  it("is not given for a value that is encrypted in a way nobody here knows, nor where there is no room", () => {
    sql("n8n", "UPDATE credentials_entity SET data = 'v2:abc'");
    const unknown = backup();
    expect(unknown.status, unknown.output).to.equal(0);
    expect(unknown.output).to.contain("in a way that this release does not know");
    const full = backup("trial_bytes() { echo 900000000000000; }");
    expect(full.status, full.output).to.equal(0);
    expect(full.output).to.contain("is not proved: no room to try PostgreSQL").and.contain("Next: raise dataVolumeGb");
    expect(proofs().map((p) => p["host"]["result"])).to.deep.equal(["unproved", "unproved"]);
  });

  it("fails when a row of the dump does not come back", () => {
    const { status, output } = backup(`
      eval "$(declare -f pg_counts | sed '1s/pg_counts/counted/')"
      pg_counts() { psql -d "$1" -c "DELETE FROM flows WHERE id = 7" >/dev/null 2>&1; counted "$@"; }`);
    expect(status, output).to.equal(1);
    expect(output).to.contain("PostgreSQL n8n public.flows: 1000 in the archive, 999 here");
  });

  it("that was killed leaves a database that no backup has, and that the next run takes away", () => {
    // the shells below the one that is killed end at their next step
    const killed = inside(`
      eval "$(declare -f drop_trials | sed '1s/drop_trials/dropped/')"
      drop_trials() { [ ! -e "$ECOSYSTEM_HOME/killed" ] || exit 9; dropped; }
      pg_counts() { if [ "$1" = ai_eco_trial ]; then touch "$ECOSYSTEM_HOME/killed"; kill -9 $$; exit 9; fi; }
      cmd_backup`);
    expect(killed.status).to.equal(null);
    expect(trials()).to.equal("1");
    const { status, stdout, output } = backup("sleep 1");
    expect(status, output).to.equal(0);
    expect((JSON.parse(stdout) as { contents: { postgres: object } }).contents.postgres).not.to.have.property(
      "ai_eco_trial",
    );
    expect(trials()).to.equal("0");
  });

  it("can be had again of any archive, and refuses one that is damaged", () => {
    expect(backup().status).to.equal(0);
    const again = inside("cmd_backup verify latest");
    expect(again.status, again.output).to.equal(0);
    expect(again.output).to.contain("Proved: ai-ecosystem-").and.contain("(host) can be restored");
    const damaged = inside('truncate -s -3000 "$BACKUPS/$(newest_archive)"; cmd_backup verify latest');
    expect(damaged.status).to.equal(1);
    expect(damaged.output).to.match(/damaged/);
    expect(proofs()[0]?.["host"]["result"]).to.equal("failed");
  });
});
