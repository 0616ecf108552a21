import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HostFolder, type Ran } from "../../support/host/scripts";
import { need } from "../../support/need";
import { startPostgres, type PostgresServer } from "../../support/postgres";

const mebibyte = 1024 * 1024;
const volume = "ai-eco-jupyter";

describe("an archive of the host's backup", function () {
  let server: PostgresServer;
  let host: HostFolder;
  let archive: string;

  /** A script with the host's functions; PostgreSQL is this machine's, MongoDB is empty, Redis has something to say. */
  function inside(script: string): Ran {
    const { superuser, host: at, port } = server;
    return host.inside(`
      export PGHOST=${at} PGPORT=${port} PGUSER=${superuser.username} PGPASSWORD='${superuser.password}' PGSSLMODE=require
      pg() { "$@"; }
      mongo_databases() { :; }
      redis_dump() { head -c 1000000 /dev/urandom; }
      redis_keys() { echo 3; }
      file='${archive}'
      cd "$ECOSYSTEM_HOME"
      ${script}`);
  }
  const succeed = (script: string): string => {
    const { status, stdout, output } = inside(script);
    expect(status, output).to.equal(0);
    return stdout.trim();
  };

  before(async function () {
    for (const program of ["pg_dump", "pg_restore", "jq", "python3"]) need(this, program);
    server = await startPostgres();
    host = new HostFolder();
    archive = join(host.home, "data/backups/ai-ecosystem-20260101T000000Z.tar.gz");
    // incompressible, and many times what a pipe holds
    server.sql(server.superuser, "postgres", "CREATE DATABASE made_by_hand");
    server.sql(
      server.superuser,
      "made_by_hand",
      "CREATE TABLE noise AS SELECT gen_random_uuid()::text || gen_random_uuid()::text AS t FROM generate_series(1, 400000)",
    );
    for (const name of succeed(`fact '.volumes[] | select(.backup != "none") | .name'`).split("\n")) {
      mkdirSync(join(host.home, "data/volumes", name, "mit Umläuten"), { recursive: true });
    }
    writeFileSync(join(host.home, "data/volumes", volume, "mit Umläuten", "noise"), randomBytes(24 * mebibyte));
    writeFileSync(join(host.home, "data/volumes", volume, "empty"), "");
  });
  after(async () => {
    await server.stop();
    host.remove();
  });

  it("takes its own room on the disk and no more, while it is made", () => {
    // at the end of the collection all is there that the backup ever stores
    const [most, size] = succeed(`
      eval "$(declare -f verify_archive | sed '1s/verify_archive/verified/')"
      verify_archive() { du -sb "$BACKUPS" | cut -f1 >"$STATE/most"; verified "$@"; }
      made=$(make_backup trial)
      mv "$made" "$file"
      cat "$STATE/most"; stat -c %s "$file"`)
      .split("\n")
      .map(Number) as [number, number];
    expect(size).to.be.greaterThan(34 * mebibyte);
    expect(most - size).to.be.lessThan(mebibyte / 10);
  });

  it("knows what is in it, and any tar reads it: the manifest first", () => {
    const { contents, sha256 } = JSON.parse(succeed(`archive_manifest "$file"`)) as {
      contents: Record<string, Record<string, unknown>>;
      sha256: Record<string, string>;
    };
    expect(contents).to.have.deep.property("postgres", { made_by_hand: { "public.noise": 400_000 } });
    expect(contents["redis"]).to.deep.equal({ keys: 3 });
    // as an argument, of which Linux takes 128 KiB
    expect(succeed(`jq -n --argjson m "$(archive_manifest "$file")" '$m.version'`).trim()).to.equal("1");
    expect(contents["volumes"]).to.have.property(volume, 2);
    const names = succeed(`tar -tzf "$file"`).split("\n");
    expect(names[0]).to.equal("manifest.json");
    expect(names.slice(1)).to.have.members(Object.keys(sha256));
    expect(names).to.include.members(["postgres/globals.sql", "postgres/made_by_hand.dump", "keys/env"]);
    expect(succeed(`tar -xzOf "$file" keys/env`)).to.equal("N8N_ENCRYPTION_KEY='abcd1234'");
  });

  it("is accepted with a dump of real size, each time (HOST-1)", () => {
    expect(succeed(`for _ in 1 2 3; do verify_archive "$file" full || exit 1; done; echo sound`)).to.equal("sound");
  });

  it("brings files back as they were", () => {
    expect(
      succeed(`
      cd "$DATA/volumes/${volume}"; before=$(find . -printf '%P %m %s\\n' | sort; find . -type f -exec sha256sum {} + | sort)
      rm -rf ./*; touch later
      part "$file" volumes/${volume}.tar | folder_restore ${volume}
      [ "$before" = "$(find . -printf '%P %m %s\\n' | sort; find . -type f -exec sha256sum {} + | sort)" ] && echo same`),
    ).to.equal("same");
  });

  it("of an earlier release, one gzip file of whole parts, is read as well", () => {
    expect(
      succeed(`
      mkdir old && tar -xzf "$file" -C old
      tar -C old -cf - manifest.json keys mongodb postgres redis volumes 2>/dev/null | gzip -1 >old.tar.gz || true
      verify_archive old.tar.gz full && part old.tar.gz volumes/${volume}.tar | tar -tf - | grep -c noise`),
    ).to.equal("1");
  });

  for (const [how, damage] of [
    ["a byte of a part differs", `printf X | dd of=bad bs=1 seek=20000000 conv=notrunc status=none`],
    ["it was cut", `truncate -s -5000000 bad`],
    ["its end was cut", `truncate -s -40 bad`],
    ["it is empty", `: >bad`],
  ] as const) {
    it(`is refused when ${how}`, () => {
      const { status, output } = inside(`cp "$file" bad; ${damage}; verify_archive bad quick`);
      expect(status).to.equal(1);
      expect(output).to.match(/error: backup: .*(damaged|no archive|not an archive|no gzip file)/);
    });
  }

  it("is refused when PostgreSQL cannot read its dump", () => {
    const { status, output } = inside(`
      archive begin unreadable.tar.gz
      sum=$(head -c 8000000 /dev/zero | tr '\\0' x | archive add unreadable.tar.gz postgres/desk.dump 1)
      jq -n --arg sum "$sum" '{version: 1, sha256: {"postgres/desk.dump": $sum}, contents: {postgres: {desk: {}}}}' | archive end unreadable.tar.gz
      verify_archive unreadable.tar.gz full`);
    expect(status).to.equal(1);
    expect(output).to.contain("PostgreSQL cannot read the dump of desk");
  });

  it("is not left half made when a part fails", () => {
    const { status, output } = inside(`
      folder_dump() { head -c 100000 /dev/zero; return 2; }
      make_backup trial || { ls -A "$BACKUPS"; exit 4; }`);
    expect(status, output).to.equal(4);
    expect(output).to.contain("backup: volume").and.not.contain(".partial");
  });

  it("needs no more memory for more data", () => {
    expect(
      succeed(`
      archive begin large.tar.gz
      head -c 400M /dev/zero | (ulimit -v 150000; archive add large.tar.gz volumes/large.tar 1) | cut -c1-8
      part large.tar.gz volumes/large.tar | wc -c`),
    ).to.equal(`6ed5e853\n${400 * mebibyte}`);
  });
});
