import { expect } from "chai";
import { type AssistantLab } from "../../support/host/assistant-lab";
import { until } from "../../support/until";

const hours = {
  source: "article-1",
  title: "Opening hours",
  text: "We open at nine.",
  locale: "en",
  url: "https://desk.example.com/hc/help/articles/hours",
  score: 1,
};

/** What it answers from, and what it does not answer. */
export function knowledge(lab: AssistantLab): void {
  let conversation = 300;

  const ask = async (content: string, more: { attributes?: Readonly<Record<string, string>> } = {}) => {
    const here = conversation++;
    await lab.deliver({ conversation: here, content, ...more });
    return here;
  };
  const reply = async (content: string) => {
    const here = await ask(content);
    await until(`a reply to "${content}"`, async () => (await lab.actions(here)).length > 0);
    await lab.quiet();
    expect(await lab.actions(here), content).to.deep.equal(["line"]);
    return String((await lab.heard(here))[0]?.["content"]);
  };
  /** What the customer and the team read. */
  const handedOver = async (content: string, more = {}) => {
    const here = await ask(content, more);
    await until(`a hand-over of "${content}"`, async () => (await lab.actions(here)).includes("open"));
    await lab.quiet();
    expect(await lab.actions(here), content).to.deep.equal(["line", "note", "open"]);
    const [line, note] = (await lab.heard(here)).map((told) => String(told["content"]));
    return { line, note, here };
  };
  const rows = (columns: string, table: string) =>
    lab.sql(`SELECT ${columns} FROM ${lab.table(table)} ORDER BY id`).split("\n");

  it("answers from an article, with its address, and keeps which one it was (D0)", async () => {
    const here = await ask("When do you open?");
    await until("the reply", async () => (await lab.actions(here)).length > 0);
    await lab.quiet();
    expect(await lab.actions(here)).to.deep.equal(["line"]);
    expect((await lab.heard(here))[0]?.["content"]).to.match(
      /^The shop opens at nine\. .*\n\nhttps:\/\/desk\.example\.com\/hc\/help\/articles\/hours$/s,
    );
    const result = `SELECT action || ' ' || sources || ' ' || language FROM ${lab.table("assistant_results")} WHERE conversation = '${here}'`;
    expect(lab.sql(result)).to.equal("answer article-1 en");
    const searches = (await lab.calls()).filter(({ url }) => url.includes("/knowledge-search?"));
    const { url = "", headers } = searches.at(-1) ?? {};
    expect(headers?.["authorization"]).to.equal("Bearer bridge-token");
    const asked = new URL(url, "http://bridge").searchParams;
    expect(asked.get("q")).to.equal("When do you open?\nopening hours\nhorario");
    expect([asked.get("account_id"), asked.get("locale")]).to.deep.equal(["1", "en"]);
    expect((await lab.asked()).at(-1)?.body)
      .to.contain("We open at nine.")
      .and.not.contain("articles/hours");
  });

  it("answers in the customer's language from an article in another", async () => {
    expect(await reply("¿A qué hora abren?"))
      .to.contain("La tienda abre a las nueve.")
      .and.contain("/articles/hours");
    expect(rows("language", "assistant_results").at(-1)).to.equal("es");
  });

  it("takes part in small talk, and invents nothing there", async () => {
    expect(await reply("good morning")).to.equal("Good morning! What can I do for you?");
    expect((await handedOver("please make something up")).line).not.to.contain("20");
  });

  it("hands over what no text supports, whatever the model says, and counts it", async () => {
    lab.empty("assistant_gaps");
    await lab.bridge({ texts: [] });
    for (const content of ["do you have kiwis", "Kiwis? do you sell kiwis"]) {
      expect((await handedOver(content)).note).to.contain("assistant_gaps");
      expect(rows("question || ' ' || language || ' ' || count", "assistant_gaps")).to.include(
        `do you sell kiwis en ${content.startsWith("do") ? 1 : 2}`,
      );
    }
    await lab.bridge({ texts: [hours] });
    await handedOver("unsupported: what does it cost? Write to me@example.com or 600123456");
    expect(rows("question", "assistant_gaps").at(-1)).to.equal("unsupported: what does it cost write to … or …");
  });

  it("forgets an article with the next question", async () => {
    await lab.bridge({ texts: [] });
    await handedOver("When do you open today?");
    await lab.bridge({ texts: [hours] });
    await reply("When do you open today?");
  });

  it("sends no address that staff have not allowed", async () => {
    const { line, note } = await handedOver("obedient");
    expect(line).not.to.match(/evil|pay/);
    expect(note).to.contain("evil.example");
    expect((await handedOver("the shop of ours")).line).not.to.contain("acme");
    lab.setting("links", "acme.example");
    expect(await reply("the shop of ours")).to.contain("shop.acme.example");
  });

  it("hands over within 20 seconds when the bridge is down or silent", async () => {
    const timed = async (text: string) => {
      const began = Date.now();
      const here = await ask(text);
      await until(`a hand-over of "${text}"`, async () => (await lab.actions(here)).includes("open"));
      const took = Date.now() - began;
      await lab.quiet();
      return { note: await lab.note(here), took };
    };
    // what a hand-over takes on this machine, as busy as it is
    const usual = (await timed("Hello, a person please")).took;
    try {
      for (const state of ["down", "silent"] as const) {
        await lab.bridge({ state });
        const { note, took } = await timed("When do you open?");
        expect(note, state).to.contain("data bridge");
        expect(took, state).to.be.lessThan(20_000 + 3 * usual);
      }
    } finally {
      await lab.bridge({ state: "up" });
    }
  });

  it("says what it is about and how it presses, and keeps the conversation's other attributes", async () => {
    const { here } = await handedOver("Hello, a person please", { attributes: { tier: "gold" } });
    const [, , priority, topic, open] = await lab.heard(here);
    expect(priority).to.deep.equal({ action: "toggle_priority", priority: "high" });
    expect(topic).to.deep.equal({
      action: "custom_attributes",
      custom_attributes: { tier: "gold", ai_topic: "asked" },
      merge: true,
    });
    expect(open).to.include({ action: "toggle_status" });
    await lab.bridge({ texts: [] });
    const calm = await handedOver("kiwis again");
    expect((await lab.heard(calm.here)).map(({ action }) => action)).not.to.include("toggle_priority");
    expect((await lab.heard(calm.here))[2]?.["custom_attributes"]).to.deep.equal({ ai_topic: "products" });
    await lab.bridge({ texts: [hours] });
  });
}
