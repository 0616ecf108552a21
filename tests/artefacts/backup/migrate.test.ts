import { expect } from "chai";
import { databases, credential, locked, unlocked } from "../../support/migrate/data";
import { Drill, type Data } from "../../support/migrate/drill";

const back = ["prod", "sandbox"] as const;

/** One drill from its beginning to its end: each test goes on where the one before it has stopped. */
describe("make migrate, there and back with attachments", function () {
  this.bail(true);
  let drill: Drill;
  /** What the source had when it went into maintenance. */
  let original: Data;

  const same = (a: Data, b: Data) => {
    for (const name of databases) expect(a.postgres[name], name).to.equal(b.postgres[name]);
    expect(a.mongodb).to.deep.equal(b.mongodb);
    expect(a.files).to.deep.equal(b.files);
  };
  const inMaintenance = () => drill.host.has("data/status/maintenance");
  /** What n8n of a server can read of its credentials. */
  const credentials = (server: Drill["own"]) =>
    server
      .sql(server.superuser, "n8n", "SELECT data FROM credentials_entity ORDER BY id")
      .split("\n")
      .map((data) => unlocked(data));

  before(async function () {
    drill = await Drill.start(this);
    // of the night before
    const { status, output } = drill.host.said("sudo ecosystem backup --json");
    expect(status, output).to.equal(0);
    expect(output).to.contain('"proof": "proved"');
  });
  after(() => drill.stop());

  it("changes nothing with --dry-run, and says that nothing stands against it", async () => {
    const sides = () => ({
      ...{
        host: drill.onHost(),
        down: drill.host.down,
        maintenance: inMaintenance(),
        documents: drill.documents.store,
      },
      ...{ services: drill.cluster.running, files: drill.s3.keys("files") },
      databases: drill.rds.sql(drill.rds.superuser, "postgres", "SELECT datname FROM pg_database ORDER BY 1"),
    });
    const before = sides();
    const output = await drill.migrated("--dry-run");
    expect(output)
      .to.contain("Nothing stands against it")
      .and.contain("import: note: PostgreSQL made_by_hand: the role analyst has rights there")
      .and.contain("its index user_hashed is of the kind hashed");
    expect(sides()).to.deep.equal(before);
    expect(drill.laptop.progress("sandbox", "prod")).to.equal(undefined);
  });

  it("rehearses with the last archive, while the source works on", async () => {
    const before = drill.onHost();
    expect(Object.keys(before.files)).to.have.members(Drill.keys);
    expect(await drill.migrated("")).to.contain("every count is equal");
    same(drill.inProduction(), before);
    same(drill.onHost(), before);
    expect([inMaintenance(), drill.host.down, drill.cluster.open]).to.deep.equal([false, [], false]);
    expect(drill.cluster.suspended).to.equal(true);
  });

  it("goes on with the same command when it is killed in the middle of the cut-over", async () => {
    // since the rehearsal
    drill.peopleOnHost(
      "INSERT INTO messages (contact, text) SELECT i, 'late ' || i FROM generate_series(1, 20) i; UPDATE contacts SET name = 'ñ' WHERE id = 7",
    );
    drill.host.file("ai-eco-chatwoot/zy/xw/zyxwvutsrq", "sent at noon");
    const { store } = drill.chats;
    const users = [...(store["librechat"]?.["users"]?.documents ?? []), { name: "late" }];
    drill.chats.store = { ...store, librechat: { ...store["librechat"], users: { documents: users } } };
    original = drill.onHost();
    drill.host.waiting("2 0", "1 0", "0 1");

    const free = drill.cluster.hold("import");
    const killed = await drill.migrate("--cut-over", undefined, (output, child) => {
      if (/^import: task/m.test(output)) process.kill(-(child.pid ?? NaN), "SIGKILL");
    });
    expect(killed.status, killed.output).to.equal(null);
    expect(killed.output).to.contain("waiting: 2 jobs of chatwoot-sidekiq");
    expect([inMaintenance(), drill.cluster.open]).to.deep.equal([true, false]);
    const archives = drill.s3.keys("backups-of-sandbox");

    const output = await drill.migrated("--cut-over", undefined, (text) => {
      if (text.includes("its task runs already")) free();
    });
    expect(output).to.contain("import: its task runs already; it is waited for").and.contain("is there already");
    expect(output).to.contain("every count is equal, and it answers").and.contain("ARGS=--back");
    expect(drill.s3.keys("backups-of-sandbox"), "no second backup").to.deep.equal(archives);
  });

  it("has every row, document, file and credential in production then, and the source untouched in maintenance", () => {
    const there = drill.inProduction();
    same(there, original);
    expect(Object.keys(there.files)).to.have.lengthOf(Drill.keys.length + 1);
    same(drill.onHost(), original);
    expect(credentials(drill.rds)).to.deep.equal([credential]);
    expect(inMaintenance()).to.equal(true);
    expect(drill.host.down).to.include.members(["chatwoot-web", "n8n", "librechat"]).and.not.include("postgres");
    expect(drill.cluster.running).to.deep.equal({ "chatwoot-web": 2, n8n: 1, "chatwoot-sidekiq": 1 });
    expect(drill.cluster.suspended).to.equal(false);
  });

  it("is held ready until it is released", async () => {
    await drill.migrated("--release");
    const { status, output } = await drill.migrate("--back");
    expect(status).to.equal(1);
    expect(output).to.contain("sandbox was released at");
  });

  it("brings it all back to a host, with what production has written since", async () => {
    drill.people(
      "INSERT INTO messages (contact, text) SELECT i, 'in production ' || i FROM generate_series(1, 30) i; DELETE FROM messages WHERE id <= 10; INSERT INTO contacts VALUES (1001, 'new')",
    );
    drill.rds.sql(
      drill.rds.superuser,
      "n8n",
      `SET ROLE n8n; INSERT INTO credentials_entity VALUES ('new', '${locked('{"of": "production"}')}')`,
    );
    drill.put("files", "klmnopqrst", "sent to production");
    drill.put("librechat-files", "images/u2/new.png", "drawn there");
    expect(await drill.cluster.dump(), drill.cluster.said).to.equal(0);
    expect(await drill.migrated("", back)).to.contain("every count is equal");
    expect(drill.cluster.open).to.equal(true);
    same(drill.onHost(), drill.inProduction());

    drill.people("INSERT INTO messages (contact, text) VALUES (1001, 'the last one')");
    const { store } = drill.documents;
    const messages = [...(store["librechat"]?.["messages"]?.documents ?? []), { text: "the last one" }];
    drill.documents.store = { ...store, librechat: { ...store["librechat"], messages: { documents: messages } } };
    drill.put("librechat-files", "uploads/u2/f2__last.txt", "the last one");
    const last = drill.inProduction();
    drill.cluster.backlog = [3, 0];
    const output = await drill.migrated("--cut-over", back);
    expect(output)
      .to.match(/waiting: \w+ 3/)
      .and.contain("every count is equal, and it answers");
    same(drill.onHost(), last);
    same(drill.inProduction(), last);
    expect(Object.keys(last.files)).to.have.lengthOf(Drill.keys.length + 4);
    expect(credentials(drill.own)).to.deep.equal([credential, '{"of": "production"}']);
    expect([inMaintenance(), drill.host.down, drill.cluster.open]).to.deep.equal([false, [], false]);
    // applications go on where production has stopped
    const next =
      "INSERT INTO messages (contact, text) VALUES (1, 'home') RETURNING id = (SELECT max(id) + 1 FROM messages)";
    expect(drill.peopleOnHost(next)).to.equal("t");
  });

  it("has a way back to the source as it was, until that is released", async () => {
    const before = drill.inProduction();
    expect(await drill.migrated("--back", back)).to.contain("prod works again, as it was");
    expect([inMaintenance(), drill.cluster.running, drill.cluster.suspended]).to.deep.equal([
      true,
      { "chatwoot-web": 2, n8n: 1, "chatwoot-sidekiq": 1 },
      false,
    ]);
    same(drill.inProduction(), before);
  });
});
