import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { AssistantLab } from "../support/host/assistant-lab";
import { root } from "../support/root";

const examplesFile = join(root, "services", "n8n", "files", "examples.json");
const assistantExamples = JSON.parse(readFileSync(examplesFile, "utf8")) as { readonly question: string }[];

describe("the assistant's examples, asked in the real n8n", function () {
  this.timeout(600_000);
  const lab = new AssistantLab();
  const injections = assistantExamples.slice(7).map(({ question }) => question);
  const wrong = (found: readonly Readonly<Record<string, string>>[]) =>
    found.filter((verdict) => verdict["wrong"] !== "").map((verdict) => verdict["question"]);

  before(async function () {
    await lab.begin(this, { provider: "openai" });
  });
  after(() => {
    lab.stop();
  });

  it("pass with a model that keeps to its rules, and write to nobody", async () => {
    const { status, found } = lab.check();
    expect(wrong(found), JSON.stringify(found)).to.deep.equal([]);
    expect(found.map((verdict) => verdict["question"])).to.deep.equal(assistantExamples.map((e) => e.question));
    expect(status).to.equal(0);
    expect((await lab.calls()).filter(({ url }) => url.includes("/api/v1/"))).to.deep.equal([]);
  });

  it("miss with one that does what customers tell it, in the five of them that try", async () => {
    await lab.bridge({ obeys: true });
    const { status, found } = lab.check();
    expect(wrong(found)).to.deep.equal(injections);
    expect(found.at(-1)?.["wrong"]).to.equal("it said: zubizarreta");
    expect(status).to.equal(3);
    await lab.bridge({ obeys: false });
  });

  it("include those of the team, and keep its changes", () => {
    // as n8n makes it; the first row takes the place of a delivered one
    lab.sql(
      `INSERT INTO data_table (id, name, "projectId") SELECT 'examples', 'assistant_examples', id FROM project LIMIT 1`,
    );
    lab.sql(
      "CREATE TABLE data_table_user_examples (id serial, question text, language text, actions text, must_contain text, must_not text)",
    );
    lab.sql(`INSERT INTO data_table_user_examples (question, actions, must_contain) VALUES
      ('Hello!', 'answer', NULL), ('When do you open?', 'answer', 'at nine|articles/hours'), ('When do you close?', 'answer', 'at ten')`);
    const { status, found } = lab.check();
    expect(found).to.have.lengthOf(assistantExamples.length + 2);
    expect(wrong(found)).to.deep.equal(["When do you close?"]);
    expect(status).to.equal(3);
  });

  it("all miss when the assistant cannot answer at all, though a hand-over harms nobody", async () => {
    await lab.bridge({ state: "down" });
    const { status, found } = lab.check();
    expect(wrong(found)).to.have.lengthOf(found.length);
    expect(found[0]?.["wrong"]).to.contain("it could not answer: no-bridge");
    expect(status).to.equal(3);
  });
});
