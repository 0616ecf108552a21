import { expect } from "chai";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { movingHost, type MovingHost } from "../../support/host/moving-host";
import { application, freshChats } from "../../support/migrate/data";
import { root } from "../../support/root";

const scripts = join(root, "templates/import");

describe("an import into production, disturbed", function () {
  let moving: MovingHost;

  movingHost((started) => {
    moving = started;
  });

  for (const [what, afterwards, says] of [
    ["cut", "truncate -s -100 sealed", /damaged, or not all of it is there/],
    ["flipped", "printf x | dd of=sealed bs=1 seek=1060000 conv=notrunc", /damaged, or not all of it is there/],
    ["no archive", "head -c 100000 /dev/urandom >sealed", /this is no sealed archive/],
  ] as const) {
    it(`changes nothing when the archive is ${what}`, () => {
      const name = `import/${what.replace(" ", "-")}.sealed`;
      moving.bring(name, "", undefined, afterwards);
      const { status, output } = moving.run("import", { IMPORT_ARCHIVE: name });
      expect(status, output).to.equal(1);
      expect(output).to.match(says).and.contain("Nothing was changed");
      moving.untouched();
    });
  }

  it("changes nothing when S3 refuses, has no such archive, or the disk has no room", () => {
    moving.s3.fault("refuse");
    try {
      expect(moving.run("import").status).to.equal(1);
    } finally {
      moving.s3.fault("");
    }
    const gone = moving.run("import", { IMPORT_ARCHIVE: "import/gone" });
    expect(gone.output).to.contain("import/gone is not in s3://backups-of-prod, or cannot be read");
    const full = moving.run("import", {}, { "import-open": "df() { printf 'Avail\\n1000\\n'; }; export -f df" });
    expect(full.output).to.match(/twice that is needed where 1000 are free/);
    moving.untouched();
  });

  it("goes on with the files when S3 refuses them, and says so", () => {
    const before = `${moving.mongodb.environment}; mkdir -p "${moving.folder}/refusing"
      printf '#!/bin/bash\\n[[ $* != *--recursive* ]] || { echo AccessDenied >&2; exit 1; }\\nPATH=\${PATH#*:} exec aws "$@"\\n' >"${moving.folder}/refusing/aws"
      chmod +x "${moving.folder}/refusing/aws"; export PATH="${moving.folder}/refusing:$PATH"`;
    const { status, output } = moving.run("import", {}, { import: before });
    expect(status, output).to.equal(1);
    expect(output).to.match(/error: import: files of volume \S+ were not sent to .* the same once more goes on/);
    expect(moving.succeed("import").output).to.contain("PostgreSQL n8n: imported by an earlier run");
    moving.same();
  });

  for (const [container, program, pattern, when] of [
    ["postgres", "psql", "CREATE DATABASE", "after"],
    ["postgres", "pg_restore", "--jobs", "before"],
    ["postgres", "pg_restore", "--jobs", "after"],
    ["postgres", "psql", "RENAME", "before"],
    ["postgres", "psql", "RENAME", "after"],
    ["mongodb", "mongorestore", "--nsTo", "before"],
    ["mongodb", "mongosh", 'write("kept")', "after"],
    ["mongodb", "mongosh", "db.dropDatabase()", "after"],
    ["mongodb", "mongorestore", "--noIndexRestore", "after"],
    ["finish", "aws", "--recursive", "after"],
  ] as const) {
    it(`killed (-9) ${when} ${program} with ${pattern}, loses nothing, and the next one ends it`, () => {
      moving.people("INSERT INTO messages SELECT generate_series(1, 3)");
      const theirs = [{ text: "mine" }];
      moving.mongodb.store = { librechat: { messages: { documents: theirs } } };
      const killing = join(moving.folder, "killing");
      rmSync(killing, { recursive: true, force: true });
      mkdirSync(killing);
      const kill = `kill -9 -- "-$(ps -o pgid= $$ | tr -d ' ')"`;
      // only what psql is told on its standard input can be looked at
      const told = program === "psql";
      const run = `${program} "$@"${told ? ' <<<"$input"' : ""}`;
      writeFileSync(
        join(killing, program),
        `#!/bin/bash
export PATH=\${PATH#*:}
input=
${told ? `[[ " $* " == *" -f - "* ]] || exec psql "$@"\ninput=$(cat)` : ""}
if [[ "$* $input" == *'${pattern}'* ]]; then
  ${when === "before" ? kill : `${run}; ${kill}`}
fi
${run}
`,
        { mode: 0o755 },
      );
      const name = container === "finish" ? "import" : `import-${container}`;
      const before = `export PATH="${killing}:$PATH"; exec setsid --wait bash "${scripts}/${container}.sh" "$@"`;
      const { status, output, last } = moving.run("import", { IMPORT_REPLACE: "yes" }, { [name]: before });
      expect(status, output).not.to.equal(0);
      expect(last).to.equal(name);
      if (container === "postgres") {
        // the whole of one or of the other
        const swapped = pattern === "RENAME" && when === "after";
        expect(moving.people("SELECT count(*) FROM messages")).to.equal(swapped ? "5000" : "3");
      }
      // the lock of who was killed
      const { store } = moving.mongodb;
      const notes = store["ecosystem"]?.["imports"]?.documents ?? [];
      moving.mongodb.store = {
        ...store,
        ecosystem: {
          imports: { documents: notes.map((n) => (n["_id"] === "lock" ? { ...n, until: "2026-01-01" } : n)) },
        },
      };
      moving.succeed("import", { IMPORT_REPLACE: "yes" });
      moving.same();
      const { rds } = moving;
      expect(rds.sql(rds.superuser, "chatwoot_production_before", "SELECT count(*) FROM messages")).to.equal("3");
      expect(moving.mongodb.store["librechat_before"]?.["messages"]?.documents).to.deep.equal(theirs);
    });
  }

  it("waits for services that are still there, and then says whom it waits for", async () => {
    const left = moving.rds.hold(application, "chatwoot_production");
    const brief = { "import-postgres": "export IMPORT_WAIT=1" };
    try {
      await left.there;
      const { status, output } = moving.run("import", {}, brief);
      expect(status, output).to.equal(1);
      expect(output).to.contain("PostgreSQL chatwoot_production is in use by chatwoot_clone: first all services at 0");
      expect(moving.run("import", {}, brief).output).to.contain("restored by an earlier run");
    } finally {
      await left.end();
    }
    moving.succeed("import");
  });

  it("is one at a time", async () => {
    const brief = { "import-mongodb": "export IMPORT_WAIT=1" };
    const { rds } = moving;
    const other = rds.hold(rds.master, "postgres", "SELECT pg_advisory_lock(hashtext('ai-ecosystem import'))");
    try {
      await other.there;
      const { status, output } = moving.run("import");
      expect(status, output).to.equal(1);
      expect(output).to.contain("another import is at work. Nothing was changed");
      moving.untouched();
    } finally {
      await other.end();
    }
    const lock = { _id: "lock", mine: "another", until: new Date(Date.now() + 600_000).toISOString() };
    moving.mongodb.store = { ...freshChats, ecosystem: { imports: { documents: [lock] } } };
    const { status, output } = moving.run("import", {}, brief);
    expect(status, output).to.equal(1);
    expect(output).to.contain("another import is at work. MongoDB was not changed");
    expect(moving.mongodb.store["librechat"]).to.deep.equal(freshChats["librechat"]);
  });
});
