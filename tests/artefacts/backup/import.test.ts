import { expect } from "chai";
import { movingHost, type MovingHost } from "../../support/host/moving-host";
import { bridge, bucketOf } from "../../support/migrate/data";

describe("a host's archive, brought into production", function () {
  let moving: MovingHost;

  movingHost((started) => {
    moving = started;
  });

  it("is looked at first: what is good to know, and nothing is changed", () => {
    const { output } = moving.succeed("check");
    for (const line of [
      "note: PostgreSQL made_by_hand: no service here has it",
      "note: PostgreSQL made_by_hand: the role analyst has rights there",
      "note: MongoDB librechat.messages: its index user_hashed is of the kind hashed and is not made",
      "note: Redis is not brought in",
      "done: nothing stands against it",
    ])
      expect(output).to.contain(`import: ${line}`);
    expect(output).not.to.contain("refused");
    moving.untouched();
  });

  it("is there with every row, owner, right, index, function, document and file, as the setup jobs would have made it", () => {
    const { rds } = moving;
    const { output } = moving.succeed("import");
    expect(output).to.match(/import: done: every row, document and file is as in the archive/);
    expect(output).to.contain("this server does not take the index user_hashed");
    moving.same();
    expect(moving.names()).to.equal("chatwoot_production chatwoot_production_before made_by_hand n8n n8n_before");
    expect(moving.mongodb.store["librechat_before"]).to.have.nested.property("users.documents.length", 1);
    expect(moving.mongodb.store["librechat"]?.["messages"]?.indexes).to.deep.equal([
      { key: { user: 1 }, name: "user_1", unique: true },
      { key: { text: "text" }, name: "text_text", weights: { text: 1 } },
    ]);
    // then the jobs of every deployment
    moving.setUp();
    moving.same();
    expect(rds.sql(bridge, "chatwoot_production", "SELECT count(*) FROM messages")).to.equal("5000");
    expect(moving.people("INSERT INTO messages (contact, text) VALUES (1, 'new') RETURNING id")).to.equal("5001");
    expect(
      rds.sql(
        rds.superuser,
        "chatwoot_production",
        `SELECT pg_get_userbyid(datdba), (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'ecosystem'),
           (SELECT applied FROM ecosystem.versions) FROM pg_database WHERE datname = current_database()`,
      ),
    ).to.equal("chatwoot|master|4.18.0");
    // once more: what people have made since stays, and is told
    const again = moving.run("import", { IMPORT_REPLACE: "yes" });
    expect(again.status).to.equal(1);
    expect(again.output)
      .to.contain("PostgreSQL chatwoot_production: imported by an earlier run")
      .and.contain("MongoDB librechat: imported by an earlier run")
      .and.contain("differs: PostgreSQL chatwoot_production public.messages: 5000 in the archive, 5001 here");
    expect(moving.people("SELECT max(id) FROM messages")).to.equal("5001");
    moving.people("DELETE FROM messages WHERE id = 5001; SELECT setval('messages_id_seq', 5000)");
    moving.succeed("compare");
    moving.succeed("clean");
    expect(moving.names()).to.equal("chatwoot_production made_by_hand n8n");
    expect(moving.mongodb.store).not.to.have.property("librechat_before");
    moving.same();
  });

  it("tells each document and file that is not as in the archive", () => {
    moving.succeed("import");
    const { store } = moving.mongodb;
    moving.mongodb.store = { ...store, librechat: { ...store["librechat"], messages: { documents: [] } } };
    const file = bucketOf("librechat-files");
    const put = moving.host.bash(
      `${moving.s3.environment}\necho other >"$ECOSYSTEM_HOME/other" && aws s3 cp "$ECOSYSTEM_HOME/other" s3://${file}/uploads/u1/f1__notes.txt`,
    );
    expect(put.status, put.output).to.equal(0);
    const { status, output } = moving.run("compare");
    expect(status, output).to.equal(1);
    expect(output)
      .to.contain("differs: MongoDB librechat messages: 3 in the archive, 0 here")
      .and.contain("differs: volume ai-eco-librechat-uploads: not as in the archive: u1/f1__notes.txt");
    // and sends what is missing, as it is idempotent
    expect(moving.run("import").output).to.contain("volume ai-eco-librechat-uploads: 1 of 1 files to s3://");
    expect(moving.object("librechat-files", "uploads/u1/f1__notes.txt")).to.equal("notes");
  });

  it("is refused where people have data, unless they say so, and puts theirs away", () => {
    moving.people("INSERT INTO messages SELECT generate_series(1, 3)");
    const theirs = { librechat: { messages: { documents: [{ text: "mine" }] } } };
    moving.mongodb.store = theirs;
    for (const mode of ["check", "import"]) {
      const { status, output } = moving.run(mode);
      expect(status, output).to.equal(5);
      expect(output)
        .to.contain("refused: PostgreSQL chatwoot_production has 3 rows that people made: IMPORT_REPLACE=yes")
        .and.contain("refused: MongoDB librechat has 1 documents that people made");
    }
    expect(moving.people("SELECT count(*) FROM messages")).to.equal("3");
    expect(moving.mongodb.store).to.deep.equal(theirs);
    moving.succeed("import", { IMPORT_REPLACE: "yes" });
    moving.same();
    const { rds } = moving;
    expect(rds.sql(rds.superuser, "chatwoot_production_before", "SELECT count(*) FROM messages")).to.equal("3");
    expect(moving.mongodb.store["librechat_before"]?.["messages"]?.documents).to.deep.equal([{ text: "mine" }]);
  });

  it("is refused with other keys, of the seal or of the data, with a code of its own", () => {
    const sealed = "import/other-seal.tar.gz.sealed";
    moving.bring(sealed, "", "anotherKeyOfTheStack0123456789abcdefghijklmnopqrstuvwxyz");
    const first = moving.run("import", { IMPORT_ARCHIVE: sealed });
    expect(first.status, first.output).to.equal(4);
    expect(first.output).to.match(/it was sealed with the key \w+, and this one is \w+.* Nothing was changed/);
    const keyed = "import/other-keys.tar.gz.sealed";
    moving.bring(keyed, `again keys/env 'sed s/value-of/another/'`);
    const second = moving.run("check", { IMPORT_ARCHIVE: keyed });
    expect(second.status, second.output).to.equal(4);
    expect(second.output).to.contain(
      "was made with other keys, so its data would be unreadable here: N8N_ENCRYPTION_KEY.",
    );
    moving.untouched();
  });

  it("is refused when its data is newer than the images here, or too old for them", () => {
    for (const [version, says] of [
      ["99.0.0", "take an image of 99.0.0 or newer"],
      ["4.1.0", "it goes one minor version at a time"],
    ] as const) {
      const name = `import/of-${version}.sealed`;
      moving.bring(
        name,
        `again manifest.json "jq '.images[\\"chatwoot-web\\"] = \\"chatwoot/chatwoot:v${version}-ce\\"'"`,
      );
      const { status, output } = moving.run("check", { IMPORT_ARCHIVE: name });
      expect(status, output).to.equal(5);
      expect(output).to.contain("import: refused: Chatwoot: its data is of version").and.contain(says);
    }
    moving.untouched();
  });
});
