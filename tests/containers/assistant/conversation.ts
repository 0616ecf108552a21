import { expect } from "chai";
import { type AssistantLab } from "../../support/host/assistant-lab";
import { until } from "../../support/until";

/** What it says to whom, and when it says nothing. */
export function conversation(lab: AssistantLab): void {
  const actions = (conversation: number) => lab.actions(conversation);
  const calls = async () => (await lab.asked()).length;

  it("goes by the decision, not by words: an answer may speak of a handover (D3)", async () => {
    await lab.deliver({ conversation: 13, content: "When is the handover of my keys?" });
    await until("the reply", async () => (await actions(13)).length === 1);
    await lab.quiet();
    expect((await lab.heard(13))[0]?.["content"]).to.contain("HANDOVER");
    expect(await actions(13)).to.deep.equal(["line"]);
  });

  it("hands over in the customer's language: a line, a note with the reason, and opens, each once (D4)", async () => {
    const lines = { es: "Le paso con una persona", en: "passing you to a colleague", de: "Eine Kollegin" };
    const greetings = { es: "Hola", en: "Hello", de: "Hallo" };
    let conversation = 20;
    for (const language of ["es", "en", "de"] as const) {
      const here = conversation++;
      const before = await calls();
      await lab.deliver({ conversation: here, content: `${greetings[language]}, a person please` });
      await until("it is open", async () => (await actions(here)).includes("open"));
      await lab.quiet();
      expect(await actions(here)).to.deep.equal(["line", "note", "open"]);
      expect((await lab.heard(here))[0]?.["content"]).to.contain(lines[language]);
      expect(await lab.note(here))
        .to.contain("The customer asks for a person.")
        .and.contain("Wants somebody.")
        .and.contain("Hello, how can I help?")
        .and.contain(`${language} · high`)
        .and.not.match(/first-line assistant|-token|key-of-/);
      expect(await calls()).to.equal(before + 1);
    }
  });

  it("hands over what it cannot read", async () => {
    await lab.deliver({ conversation: 25, content: "nonsense" });
    await until("it is open", async () => (await actions(25)).includes("open"));
    await lab.quiet();
    expect(await actions(25)).to.deep.equal(["line", "note", "open"]);
    expect(await lab.note(25)).to.contain("failed");
  });

  it("says nothing to automatic replies and Chatwoot's own texts (D9, D10)", async () => {
    const before = await calls();
    await lab.deliver({ conversation: 50, content: "I am on holiday", autoReply: true });
    await lab.deliver({ conversation: 50, content: "We are closed", by: "template" });
    await lab.quiet();
    expect(await lab.heard(50)).to.deep.equal([]);
    expect(await calls()).to.equal(before);
  });

  it("passes a voice message on with a line, and says why (D7)", async () => {
    const before = await calls();
    await lab.deliver({ conversation: 51, attachment: "audio" });
    await until("it is open", async () => (await actions(51)).includes("open"));
    expect(await actions(51)).to.deep.equal(["line", "note", "open"]);
    expect(await lab.note(51)).to.contain("audio");
    expect(await calls()).to.equal(before);
  });

  it("answers nobody when it is switched off", async () => {
    lab.setting("on", "no");
    await lab.deliver({ conversation: 53, content: "Anybody?" });
    await until("it is open", async () => (await actions(53)).includes("open"));
    expect(await lab.note(53)).to.contain("switched off");
    lab.setting("on", "yes");
  });
}
