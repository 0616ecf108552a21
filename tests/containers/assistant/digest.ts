import { expect } from "chai";
import { type AssistantLab } from "../../support/host/assistant-lab";
import { until } from "../../support/until";

const text = (lab: AssistantLab) => lab.sql(`SELECT text FROM ${lab.table("assistant_digest")}`);

/** The digest of a day on which nothing happened. */
export function firstDigest(lab: AssistantLab): void {
  it("has a digest before anything has happened, and mails it to the administrator", async () => {
    await until("the first digest", () => text(lab) !== "");
    expect(text(lab).split("\n")).to.deep.equal([
      "Conversations: 7 (5 the day before), resolved 3, not yet 1",
      "First answer after 3 min (median), satisfaction 4.5 of 5 (2)",
      "Assistant: 0 answers, 0 questions back, 0 hand-overs; 0 of 300 used",
    ]);
    await until("the mail", async () => (await lab.mails()).length > 0);
    expect((await lab.mails())[0])
      .to.match(/^To: boss@acme\.example\r$/m)
      .and.contain("Conversations: 7");
  });
}

export function digest(lab: AssistantLab): void {
  it("counts yesterday alone in the digest, as SQL does, and names what to write", async () => {
    const counted = ["assistant_results", "assistant_calls"];
    for (const table of [...counted, "assistant_gaps"]) lab.empty(table);
    await lab.deliver({ conversation: 70, content: "do you have kiwis" });
    await until("the hand-over", async () => (await lab.actions(70)).includes("open"));
    await lab.deliver({ conversation: 71, content: "When do you open?" });
    await until("the reply", async () => (await lab.actions(71)).length > 0);
    await lab.deliver({ conversation: 72, attachment: "audio" });
    await until("the second hand-over", async () => (await lab.actions(72)).includes("open"));
    await until("all is kept", () => lab.sql(`SELECT count(*) FROM ${lab.table("assistant_results")}`) === "3");
    for (const table of counted) {
      lab.sql(`UPDATE ${lab.table(table)} SET "createdAt" = "createdAt" - interval '1 day'`);
    }
    await lab.deliver({ conversation: 73, content: "When do you open today?" });
    await until("they are counted", () => text(lab).includes("1 answers"));
    expect(text(lab).split("\n").slice(2)).to.deep.equal([
      "Assistant: 1 answers, 0 questions back, 2 hand-overs; 2 of 300 used",
      "Handed over because: audio 1, no-source 1",
      "Articles to write: do you sell kiwis (1)",
    ]);
    expect(lab.sql(`SELECT count(*) FROM ${lab.table("assistant_digest")}`)).to.equal("1");
  });

  it("writes the digest in the language that the team says", async () => {
    lab.setting("digest_language", "es");
    await until("the other language", () => text(lab).startsWith("Conversaciones"));
    expect(text(lab).split("\n")).to.deep.equal([
      "Conversaciones: 7 (5 el día anterior), resueltas 3, aún no 1",
      "Primera respuesta a los 3 min (mediana), satisfacción 4.5 de 5 (2)",
      "Asistente: 1 respuestas, 0 preguntas de vuelta, 2 traspasos; 2 de 300 usadas",
      "Traspasadas por: audio 1, no-source 1",
      "Artículos por escribir: do you sell kiwis (1)",
    ]);
    lab.setting("digest_language", "en");
    await until("English again", () => text(lab).startsWith("Conversations"));
  });

  it("keeps the digest while the mail server is away, and mails the next", async () => {
    await lab.bridge({ mail: "down" });
    const before = (await lab.mails()).length;
    lab.setting("digest_language", "es");
    await until("it is kept", () => text(lab).startsWith("Conversaciones"));
    lab.setting("digest_language", "en");
    await lab.bridge({ mail: "up" });
    await until("the next mail", async () => (await lab.mails()).length > before);
    await until("English again", () => text(lab).startsWith("Conversations"));
  });

  it("sends the digest to whom the team says, and does without figures", async () => {
    lab.setting("digest_to", "team@acme.example");
    await until("the other address", async () =>
      (await lab.mails()).some((mail) => mail.includes("team@acme.example")),
    );
    await lab.bridge({ state: "down" });
    await until("a digest without figures", () => text(lab).startsWith("There are no figures of the desk."));
    await lab.bridge({ state: "up" });
    const failed = `SELECT count(*) FROM execution_entity WHERE status = 'error' AND "workflowId" = 'assistantDigest'`;
    expect(lab.sql(failed)).to.equal("0");
    expect(lab.processes.log()).not.to.contain("team@acme.example");
  });
}
