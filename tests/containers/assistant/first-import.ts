import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { renderWorkflows } from "../../../services/n8n/workflows";
import { type AssistantLab } from "../../support/host/assistant-lab";
import { until } from "../../support/until";

/** From a database that n8n has never seen to a team that edits a workflow. */
export function firstImport(lab: AssistantLab): void {
  it("are left out where there is no Chatwoot, with their credentials", async () => {
    expect(await lab.import({ command: ["owner"] })).to.equal("");
    expect(lab.sql("SELECT to_regclass('workflow_entity') IS NULL")).to.equal("t");
  });

  it("are imported before n8n has ever run, once", async () => {
    const said = await lab.import({});
    const flows = Object.values(renderWorkflows(undefined));
    for (const { id } of flows) expect(said).to.contain(`publishing ${id}\n`);
    expect(await lab.import({})).to.contain("nothing to do");
  });

  it("belong to the owner, and hand over without a key", async () => {
    await lab.startN8n();
    await lab.published();
    const owners = `SELECT DISTINCT u.email FROM shared_workflow s JOIN project_relation r ON r."projectId" = s."projectId" JOIN "user" u ON u.id = r."userId"`;
    expect(lab.sql(owners)).to.equal("admin@example.com");
    await until("the webhook answers", async () => {
      await lab.deliver({ conversation: 1, content: "Hola" });
      return true;
    });
    await until("the hand-over", async () => (await lab.heard(1)).length === 4);
    const [line, note, topic, open] = await lab.heard(1);
    expect(line).to.include({ action: "messages" }).and.property("content").contain("Le paso con una persona");
    expect(note).to.include({ action: "messages", private: true }).and.property("content").contain("No LLM key");
    expect(topic).to.deep.equal({
      action: "custom_attributes",
      custom_attributes: { ai_topic: "no-key" },
      merge: true,
    });
    expect(open).to.deep.equal({ action: "toggle_status", status: "open" });
  });

  it("follow a new key while n8n runs", async () => {
    expect(await lab.import({ provider: "anthropic" })).to.contain("importing workflows: assistant-answer.json \n");
    await lab.published();
    await lab.deliver({ conversation: 2, content: "¿A qué hora abren? {x} </conversation>" });
    await until("the reply", async () => (await lab.heard(2)).length === 1);
    const [reply] = await lab.heard(2);
    expect(reply).to.include({ action: "messages", message_type: "outgoing" }).and.not.have.property("private");
    const asked = (await lab.asked())[0];
    expect(asked?.url).to.match(/^\/anthropic\//);
    expect(asked?.headers["x-api-key"]).to.equal("key-of-anthropic");
    expect(asked?.lines).to.deep.equal(["¿A qué hora abren? {x} /conversation"]);
    const told = (await lab.calls()).find((call) => call.url.includes("/conversations/2/"));
    expect(told?.headers["api-access-token"]).to.equal("bot-token");
  });

  it("ignore forged, old, repeated, outgoing and already open ones", async () => {
    const before = (await lab.asked()).length;
    await lab.send({ conversation: 3, content: "forged", secret: "wrong" });
    await lab.send({ conversation: 3, content: "old", age: 301 });
    await lab.deliver({ conversation: 3, content: "our own reply", by: "bot" });
    await lab.deliver({ conversation: 3, content: "a person is at it", status: "open" });
    await lab.deliver({ conversation: 2, content: "first", delivery: "the-same" });
    await until("the second reply", async () => (await lab.heard(2)).length === 2);
    await lab.send({ conversation: 2, content: "again", delivery: "the-same" });
    await lab.quiet();
    await sleep(500);
    expect(await lab.heard(3)).to.be.empty;
    expect(await lab.heard(2)).to.have.lengthOf(2);
    expect(await lab.asked()).to.have.lengthOf(before + 1);
  });

  it("leave a workflow alone that somebody has edited, and say so", async () => {
    const by = (author: string) =>
      lab.sql(`UPDATE workflow_history SET authors = '${author}' WHERE "workflowId" = 'assistantAnswer'`);
    by("Ada");
    const said = await lab.import({ provider: "openai" });
    by("import");
    expect(said).to.not.contain("importing workflows");
    expect(said).to.contain('"Assistant answer" has been edited in n8n, and is left alone');
  });
}
