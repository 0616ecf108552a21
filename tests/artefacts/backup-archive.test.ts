import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { need } from "../support/need";
import { startPostgres, type PostgresServer } from "../support/postgres";

const library = join(__dirname, "../../templates/host/bin/lib");
const mebibyte = 1024 * 1024;

/** Runs bash with the host's own functions; `pg` runs PostgreSQL's programs of this machine instead of the container's. */
const bash = (folder: string, script: string) =>
  spawnSync(
    "bash",
    [
      "-c",
      `set -euo pipefail
       for part in common stores backup; do . "$LIBRARY/$part.sh"; done
       pg() { "$@"; }
       cd "$FOLDER"
       ${script}`,
    ],
    {
      encoding: "utf8",
      env: { ...process.env, LIBRARY: library, FOLDER: folder, ECOSYSTEM_HOME: folder },
    },
  );

describe("an archive of the host's backup", () => {
  let server: PostgresServer;
  let folder: string;

  before(async function () {
    this.timeout(180_000);
    for (const program of ["pg_dump", "pg_restore", "jq"]) need(this, program);
    server = await startPostgres();
    folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-archive-"));
    mkdirSync(join(folder, "work/postgres"), { recursive: true });
    const { superuser, host, port } = server;
    // incompressible, and many times what a pipe holds
    server.sql(
      superuser,
      "postgres",
      "CREATE TABLE noise AS SELECT gen_random_uuid()::text || gen_random_uuid()::text AS t FROM generate_series(1, 400000)",
    );
    const dump = spawnSync(
      need(this, "pg_dump"),
      [
        "-Fc",
        "-h",
        host,
        "-p",
        String(port),
        "-U",
        superuser.username,
        "-f",
        join(folder, "work/postgres/desk.dump"),
        "postgres",
      ],
      { encoding: "utf8", env: { ...process.env, PGPASSWORD: superuser.password, PGSSLMODE: "require" } },
    );
    if (dump.status !== 0) throw new Error(dump.stderr);
    const packed = bash(
      folder,
      `sum=$(sha256sum work/postgres/desk.dump | cut -d' ' -f1)
       jq -n --arg sum "$sum" '{version: 1, sha256: {"postgres/desk.dump": $sum}, contents: {postgres: {desk: {}}}}' >work/manifest.json
       pack work sound.tar.gz
       stat -c %s sound.tar.gz`,
    );
    if (packed.status !== 0) throw new Error(packed.stderr);
    expect(Number(packed.stdout)).to.be.greaterThan(10 * mebibyte);
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is accepted with a dump of real size, each time", function () {
    this.timeout(120_000);
    const verified = bash(folder, "for _ in 1 2 3; do verify_archive sound.tar.gz full || exit 1; done; echo sound");
    expect(verified.stderr).to.equal("");
    expect(verified.stdout).to.equal("sound\n");
  });

  it("is refused when PostgreSQL cannot read its dump", function () {
    this.timeout(120_000);
    writeFileSync(join(folder, "work/postgres/desk.dump"), "no dump\n".repeat(1_000_000));
    const refused = bash(
      folder,
      `jq --arg sum "$(sha256sum work/postgres/desk.dump | cut -d' ' -f1)" '.sha256["postgres/desk.dump"] = $sum' work/manifest.json >work/new.json
       mv work/new.json work/manifest.json
       pack work unreadable.tar.gz
       verify_archive unreadable.tar.gz full`,
    );
    expect(refused.status).to.equal(1);
    expect(refused.stderr).to.contain("PostgreSQL cannot read the dump of desk");
  });
});
