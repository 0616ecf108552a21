import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Workflow, WorkflowNode } from "../../../services/n8n/workflows";
import { docker, type AssistantLab } from "../../support/host/assistant-lab";
import { until } from "../../support/until";
import { hurried } from "./hurried";

/** What the workflows below are imported with. */
export const limits = { dailyAnswers: 300, contactAnswersPerHour: 3, conversationAnswers: 15 };
export const release = {
  provider: "openai",
  change: hurried({ "Every minute": 10, "Every morning": 10, "Every night": 30 }),
  limits,
} as const;

/** What depends on how n8n's processes share the work. */
export function behaviour(lab: AssistantLab): void {
  const actions = (conversation: number) => lab.actions(conversation);
  const calls = async () => (await lab.asked()).length;

  it("answers a burst once, with all of it (D1)", async () => {
    const before = await calls();
    // a busy machine does not take three messages within the second of the other tests
    const quiet = lab.sql(`SELECT value FROM ${lab.table("assistant_settings")} WHERE setting = 'quiet_seconds'`);
    lab.setting("quiet_seconds", "15");
    for (const content of ["Hello", "I have a question", "When do you open?"]) {
      await lab.deliver({ conversation: 10, content });
    }
    await until("the reply", async () => (await actions(10)).length === 1);
    lab.setting("quiet_seconds", quiet);
    await lab.quiet();
    expect(await actions(10)).to.deep.equal(["line"]);
    expect(await calls()).to.equal(before + 1);
    expect((await lab.asked()).at(-1)?.lines).to.deep.equal(["Hello", "I have a question", "When do you open?"]);
  });

  it("is silent when a person answers, or takes over, while the model thinks (D2)", async () => {
    const before = await calls();
    await lab.deliver({ conversation: 11, content: "slowly 1" });
    await lab.deliver({ conversation: 12, content: "slowly 2" });
    await until("the model is asked", async () => (await calls()) === before + 2);
    await lab.deliver({ conversation: 11, content: "I am here", by: "person", status: "open" });
    await lab.deliver({ conversation: 12, event: "conversation_opened" });
    await lab.quiet();
    expect(await actions(11)).to.deep.equal([]);
    expect(await actions(12)).to.deep.equal([]);
  });

  it("stops at the limit of the day, until the next (APP-32, D5)", async () => {
    const table = lab.table("assistant_calls");
    const used = Number(lab.sql(`SELECT count(*) FROM ${table} WHERE "createdAt" >= date_trunc('day', now())`));
    lab.setting("daily_answers", String(used + 1));
    await lab.deliver({ conversation: 30, content: "the last of the day" });
    await until("the reply", async () => (await actions(30)).length === 1);
    const before = await calls();
    await lab.deliver({ conversation: 31, content: "one too many" });
    await until("it is open", async () => (await actions(31)).includes("open"));
    expect(await lab.note(31)).to.contain("limit per day");
    expect(await calls()).to.equal(before);
    lab.sql(`UPDATE ${table} SET "createdAt" = "createdAt" - interval '1 day'`);
    await lab.deliver({ conversation: 32, content: "next day" });
    await until("the reply", async () => (await actions(32)).length === 1);
    expect(await actions(32)).to.deep.equal(["line"]);
    lab.setting("daily_answers", "");
  });

  it("answers one contact with many conversations no more than the stack's limit, which settings cannot raise (D5)", async () => {
    lab.setting("contact_answers_per_hour", "100");
    const before = await calls();
    const many = Array.from({ length: 20 }, (_, i) => 100 + i);
    await Promise.all(many.map((conversation) => lab.send({ conversation, content: `q ${conversation}`, contact: 5 })));
    await until("all are dealt with", async () => {
      for (const conversation of many) if ((await actions(conversation)).length === 0) return false;
      return true;
    });
    await lab.quiet();
    expect(await calls()).to.equal(before + limits.contactAnswersPerHour);
    const open = await Promise.all(many.map(async (c) => (await actions(c)).includes("open")));
    expect(open.filter(Boolean)).to.have.lengthOf(many.length - limits.contactAnswersPerHour);
  });

  it("opens what nobody has answered, with a line to the customer, and resolves what is idle (D8)", async () => {
    const table = lab.table("assistant_transcript");
    const row = (conversation: number, role: string, age: string, state = "waiting") =>
      lab.sql(
        `INSERT INTO ${table} (account, conversation, message, role, status, state, text, "createdAt") VALUES ('1', '${conversation}', 'm${Math.random()}', '${role}', 'pending', '${state}', 'x', now() - interval '${age}')`,
      );
    row(40, "customer", "4 minutes");
    row(40, "customer", "4 minutes");
    row(41, "customer", "-1 hours");
    row(42, "customer", "5 minutes");
    row(42, "team", "4 minutes", "done");
    row(43, "assistant", "25 hours");
    row(44, "assistant", "25 hours");
    row(44, "customer", "1 hour", "done");
    row(45, "assistant", "23 hours");
    await until("the unanswered one is open", async () => (await actions(40)).includes("line"));
    await until("the idle one is resolved", async () => (await actions(43)).length > 0);
    await sleep(6000);
    expect(await actions(40)).to.deep.equal(["open", "note", "line"]);
    expect(await actions(43)).to.deep.equal(["resolved"]);
    for (const other of [41, 42, 44, 45]) expect(await actions(other), String(other)).to.deep.equal([]);
  });

  it("takes up a changed setting with the next answer, and the import leaves it (D0)", async () => {
    lab.setting("company", "We sell {green} tea.");
    await lab.deliver({ conversation: 52, content: "What do you sell?" });
    await until("the reply", async () => (await actions(52)).length === 1);
    expect((await lab.asked()).at(-1)?.body).to.contain("We sell green tea.");
    expect(await lab.import(release)).not.to.contain("workflows");
    const moved = (node: WorkflowNode): WorkflowNode => ({
      ...node,
      position: [node.position[0], node.position[1] + 20],
    });
    const newer = (flow: Workflow): Workflow => {
      const { nodes, ...rest } = release.change(flow);
      return { ...rest, nodes: nodes.map((node) => (node.name === "Settings" ? moved(node) : node)) };
    };
    // the digest reads the settings, too
    expect(await lab.import({ ...release, change: newer })).to.match(/importing workflows: .*chatwoot-assistant\.json/);
    await lab.published();
    const value = `SELECT DISTINCT value FROM ${lab.table("assistant_settings")} WHERE setting = 'company'`;
    expect(lab.sql(value)).to.equal("We sell {green} tea.");
    await until("the newer one runs", async () => {
      await lab.deliver({ conversation: 54, content: "And now?" });
      return true;
    });
    await until("the reply", async () => (await actions(54)).length === 1);
  });

  it("tells Chatwoot when it could not remember a message: that tries again, and opens the conversation itself (D14)", async () => {
    const table = lab.table("assistant_transcript");
    const away = table.replace(/"$/, '_away"');
    lab.sql(`ALTER TABLE ${table} RENAME TO ${away}`);
    const message = { conversation: 60, content: "Hello?", delivery: "tried-again" } as const;
    expect(await lab.send(message)).to.equal(500);
    lab.sql(`ALTER TABLE ${away} RENAME TO ${table}`);
    docker("stop", lab.postgres);
    expect(await lab.send(message).catch(() => 500)).to.be.at.least(500);
    docker("start", lab.postgres);
    await lab.database();
    await until("it is taken", async () => (await lab.send(message)) === 200);
    await until("the reply", async () => (await actions(60)).length === 1);
  });
}
