import { expect } from "chai";
import type { Workflow } from "../../services/n8n/workflows";
import { AssistantLab, docker, until } from "../support/host/assistant-lab";

/** Every four seconds in place of every morning. */
const hurried = (flow: Workflow): Workflow => ({
  ...flow,
  nodes: flow.nodes.map((node) =>
    ["Every morning", "Every minute"].includes(node.name)
      ? { ...node, parameters: { rule: { interval: [{ field: "seconds", secondsInterval: 4 }] } } }
      : node,
  ),
});

describe("the assistant's digest, in the real n8n", function () {
  this.timeout(900_000);
  const lab = new AssistantLab();
  const digest = () => lab.sql(`SELECT text FROM ${lab.table("assistant_digest")}`);

  before(async function () {
    await lab.begin(this, { provider: "openai", change: hurried });
  });
  after(() => {
    lab.stop();
  });

  it("is there before anything has happened, and is mailed to the administrator", async () => {
    await until("the first digest", () => digest() !== "");
    expect(digest().split("\n")).to.deep.equal([
      "Conversations: 7 (5 the day before), resolved 3, not yet 1",
      "First answer after 3 min (median), satisfaction 4.5 of 5 (2)",
      "Assistant: 0 answers, 0 questions back, 0 hand-overs; 0 of 300 used",
    ]);
    await until("the mail", async () => (await lab.mails()).length > 0);
    expect((await lab.mails())[0])
      .to.match(/^To: boss@acme\.example\r$/m)
      .and.contain("Conversations: 7");
  });

  it("counts yesterday alone, as SQL does, and names what to write", async () => {
    await until("the webhook answers", async () => {
      await lab.deliver({ conversation: 1, content: "do you have kiwis" });
      return true;
    });
    await until("the hand-over", async () => (await lab.actions(1)).includes("open"));
    await lab.deliver({ conversation: 2, content: "When do you open?" });
    await until("the reply", async () => (await lab.actions(2)).length > 0);
    await lab.deliver({ conversation: 3, attachment: "audio" });
    await until("the second hand-over", async () => (await lab.actions(3)).includes("open"));
    await until("all is kept", () => lab.sql(`SELECT count(*) FROM ${lab.table("assistant_results")}`) === "3");
    for (const table of ["assistant_results", "assistant_calls"]) {
      lab.sql(`UPDATE ${lab.table(table)} SET "createdAt" = "createdAt" - interval '1 day'`);
    }
    await lab.deliver({ conversation: 4, content: "When do you open today?" });
    await until("they are counted", () => digest().includes("1 answers"));
    expect(digest().split("\n").slice(2)).to.deep.equal([
      "Assistant: 1 answers, 0 questions back, 2 hand-overs; 2 of 300 used",
      "Handed over because: audio 1, no-source 1",
      "Articles to write: do you sell kiwis (1)",
    ]);
    expect(lab.sql(`SELECT count(*) FROM ${lab.table("assistant_digest")}`)).to.equal("1");
  });

  it("goes to whom the team says, and does without figures and without mail", async () => {
    lab.setting("digest_to", "team@acme.example");
    await until("the other address", async () =>
      (await lab.mails()).some((mail) => mail.includes("team@acme.example")),
    );
    await lab.bridge({ state: "down" });
    await until("a digest without figures", () => digest().startsWith("There are no figures of the desk."));
    const failed = `SELECT count(*) FROM execution_entity WHERE status = 'error' AND "workflowId" = 'assistantDigest'`;
    expect(lab.sql(failed)).to.equal("0");
    expect(docker("logs", lab.n8n)).not.to.contain("team@acme.example");
  });
});
