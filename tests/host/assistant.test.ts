import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { starterProviders, type Workflow } from "../../services/n8n/workflows";
import { AssistantLab, docker, until } from "../support/host/assistant-lab";

/** Looks every three seconds in place of every minute. */
const hurried = (flow: Workflow): Workflow => ({
  ...flow,
  nodes: flow.nodes.map((node) =>
    node.name === "Every minute"
      ? { ...node, parameters: { rule: { interval: [{ field: "seconds", secondsInterval: 3 }] } } }
      : node,
  ),
});
const limits = { dailyAnswers: 300, contactAnswersPerHour: 3, conversationAnswers: 15 };
const release = { change: hurried, options: { limits } };

describe("assistant in the real n8n", function () {
  this.timeout(900_000);
  const lab = new AssistantLab();
  const actions = (conversation: number) => lab.actions(conversation);
  const note = async (conversation: number) =>
    String((await lab.heard(conversation)).find((told) => told["private"] === true)?.["content"]);
  const calls = async () => (await lab.asked()).length;

  before(async function () {
    await lab.begin(this, { provider: "openai", ...release });
    await lab.warmUp(1);
  });
  after(() => {
    lab.stop();
  });

  it("answers a burst once, with all of it", async () => {
    const before = await calls();
    for (const content of ["Hello", "I have a question", "When do you open?"]) {
      await lab.deliver({ conversation: 10, content });
    }
    await until("the reply", async () => (await actions(10)).length === 1);
    await lab.quiet();
    expect(await actions(10)).to.deep.equal(["line"]);
    expect(await calls()).to.equal(before + 1);
    expect((await lab.asked()).at(-1)?.lines).to.deep.equal(["Hello", "I have a question", "When do you open?"]);
  });

  it("is silent when a person answers, or takes over, while the model thinks", async () => {
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

  it("goes by the decision, not by words: an answer may speak of a handover", async () => {
    await lab.deliver({ conversation: 13, content: "When is the handover of my keys?" });
    await until("the reply", async () => (await actions(13)).length === 1);
    await lab.quiet();
    expect((await lab.heard(13))[0]?.["content"]).to.contain("HANDOVER");
    expect(await actions(13)).to.deep.equal(["line"]);
  });

  it("hands over in the customer's language: a line, a note with the reason, and opens, each once", async () => {
    const lines = { es: "Le paso con una persona", en: "passing you to a colleague", de: "Eine Kollegin" };
    const greetings = { es: "Hola", en: "Hello", de: "Hallo" };
    let conversation = 20;
    for (const language of ["es", "en", "de"] as const) {
      const here = conversation++;
      await lab.deliver({ conversation: here, content: `${greetings[language]}, a person please` });
      await until("it is open", async () => (await actions(here)).includes("open"));
      await lab.quiet();
      expect(await actions(here)).to.deep.equal(["line", "note", "open"]);
      expect((await lab.heard(here))[0]?.["content"]).to.contain(lines[language]);
      expect(await note(here))
        .to.contain("The customer asks for a person.")
        .and.contain(`${language} · high`);
    }
  });

  it("hands over what it cannot read, and what the provider refuses", async () => {
    for (const [conversation, content] of [
      [25, "nonsense"],
      [26, "explode"],
    ] as const) {
      await lab.deliver({ conversation, content });
      await until("it is open", async () => (await actions(conversation)).includes("open"));
      await lab.quiet();
      expect(await actions(conversation), content).to.deep.equal(["line", "note", "open"]);
      expect(await note(conversation), content).to.contain("failed");
    }
  });

  it("stops at the limit of the day, until the next", async () => {
    const table = lab.table("assistant_calls");
    const used = Number(lab.sql(`SELECT count(*) FROM ${table} WHERE "createdAt" >= date_trunc('day', now())`));
    lab.setting("daily_answers", String(used + 1));
    await lab.deliver({ conversation: 30, content: "the last of the day" });
    await until("the reply", async () => (await actions(30)).length === 1);
    const before = await calls();
    await lab.deliver({ conversation: 31, content: "one too many" });
    await until("it is open", async () => (await actions(31)).includes("open"));
    expect(await note(31)).to.contain("limit per day");
    expect(await calls()).to.equal(before);
    lab.sql(`UPDATE ${table} SET "createdAt" = "createdAt" - interval '1 day'`);
    await lab.deliver({ conversation: 32, content: "next day" });
    await until("the reply", async () => (await actions(32)).length === 1);
    expect(await actions(32)).to.deep.equal(["line"]);
    lab.setting("daily_answers", "");
  });

  it("answers one contact with many conversations no more than the stack's limit, which settings cannot raise", async () => {
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

  it("opens what nobody has answered, and resolves what is idle", async () => {
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
    await until("the unanswered one is open", async () => (await actions(40)).includes("note"));
    await until("the idle one is resolved", async () => (await actions(43)).length > 0);
    await sleep(6000);
    expect(await actions(40)).to.deep.equal(["open", "note"]);
    expect(await actions(43)).to.deep.equal(["resolved"]);
    for (const other of [41, 42, 44, 45]) expect(await actions(other), String(other)).to.deep.equal([]);
  });

  it("says nothing to automatic replies and Chatwoot's own texts", async () => {
    const before = (await lab.calls()).length;
    await lab.deliver({ conversation: 50, content: "I am on holiday", autoReply: true });
    await lab.deliver({ conversation: 50, content: "We are closed", by: "template" });
    await lab.quiet();
    expect(await lab.calls()).to.have.lengthOf(before);
  });

  it("passes a voice message on with a line, and says why", async () => {
    const before = await calls();
    await lab.deliver({ conversation: 51, attachment: "audio" });
    await until("it is open", async () => (await actions(51)).includes("open"));
    expect(await actions(51)).to.deep.equal(["line", "note", "open"]);
    expect(await note(51)).to.contain("audio");
    expect(await calls()).to.equal(before);
  });

  it("takes up a changed setting with the next answer, and the import leaves it", async () => {
    lab.setting("company", "We sell {green} tea.");
    await lab.deliver({ conversation: 52, content: "What do you sell?" });
    await until("the reply", async () => (await actions(52)).length === 1);
    expect((await lab.asked()).at(-1)?.body).to.contain("We sell green tea.");
    expect(lab.import({ provider: "openai", ...release })).to.contain("nothing to do");
    const newer = (flow: Workflow): Workflow => ({
      ...hurried(flow),
      nodes: hurried(flow).nodes.map((node) => ({ ...node, position: [node.position[0], node.position[1] + 20] })),
    });
    expect(lab.import({ provider: "openai", ...release, change: newer })).to.contain("importing workflows");
    await lab.published();
    const value = `SELECT DISTINCT value FROM ${lab.table("assistant_settings")} WHERE setting = 'company'`;
    expect(lab.sql(value)).to.equal("We sell {green} tea.");
  });

  it("answers nobody when it is switched off", async () => {
    lab.setting("on", "no");
    await lab.deliver({ conversation: 53, content: "Anybody?" });
    await until("it is open", async () => (await actions(53)).includes("open"));
    expect(await note(53)).to.contain("switched off");
    lab.setting("on", "yes");
  });

  it("tells Chatwoot when it could not remember a message: that tries again, and opens the conversation itself", async () => {
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

  for (const [i, provider] of starterProviders.entries()) {
    it(`opens the conversation when the model is silent (${provider})`, async () => {
      lab.import({ provider, ...release });
      await lab.published();
      const before = await calls();
      await lab.deliver({ conversation: 70 + i, content: "silence" });
      await until("the model is asked", async () => (await calls()) > before);
      expect((await lab.asked()).at(-1)?.url).to.match(new RegExp(`^/${provider}/`));
      const own = `conversation = '${70 + i}'`;
      lab.sql(
        `UPDATE ${lab.table("assistant_transcript")} SET "createdAt" = now() - interval '3 minutes' WHERE ${own}`,
      );
      await until("it is open", async () => (await actions(70 + i)).length === 2);
      expect(await actions(70 + i)).to.deep.equal(["open", "note"]);
    });
  }
});
