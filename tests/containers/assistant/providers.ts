import { expect } from "chai";
import { starterProviders } from "../../../services/n8n/workflows";
import { type AssistantLab } from "../../support/host/assistant-lab";
import { until } from "../../support/until";
import { release } from "./behaviour";

/** The conversation in which the model of a provider says nothing at all. */
const silentOf = (provider: number) => 200 + 10 * provider;

/** The whole flow with each provider; the stand-in takes of a request only what the provider's API takes. */
export function providers(lab: AssistantLab): void {
  for (const [i, provider] of starterProviders.entries()) {
    it(`answers, hands over, and survives errors and refusals of ${provider}`, async () => {
      await lab.import({ ...release, provider });
      await lab.published();
      const before = (await lab.calls()).length;
      const [answer = 0, person = 0, failure = 0, refusal = 0] = [1, 2, 3, 4].map((n) => silentOf(i) + n);
      await lab.deliver({ conversation: silentOf(i), content: "silence at once" });
      await lab.deliver({ conversation: answer, content: "When do you open?" });
      await lab.deliver({ conversation: person, content: "Hello, a person please" });
      await lab.deliver({ conversation: failure, content: "explode" });
      await lab.deliver({ conversation: refusal, content: "refused by the provider" });
      await until("the reply", async () => (await lab.actions(answer)).length > 0);
      expect(await lab.actions(answer)).to.deep.equal(["line"]);
      expect(String((await lab.heard(answer))[0]?.["content"])).to.match(
        /^The shop opens at nine\..*\/articles\/hours$/s,
      );
      for (const [conversation, reason] of [
        [person, "The customer asks for a person."],
        [refusal, "failed"],
        [failure, "failed"],
      ] as const) {
        await until(`${conversation} is handed over`, async () => (await lab.actions(conversation)).length >= 3);
        expect(await lab.actions(conversation), String(conversation)).to.have.members(["line", "note", "open"]);
        expect(await lab.note(conversation)).to.contain(reason);
      }
      const asked = (await lab.calls()).slice(before).filter(({ url }) => url.startsWith(`/${provider}/`));
      expect(asked.map(({ refused }) => refused).filter((refused) => refused !== undefined)).to.deep.equal([]);
      // phrases and a decision each, and phrases of the silent one
      expect(asked.length).to.be.at.least(9);
    });
  }
}

/** What came of those that {@link providers} left behind with a silent model. */
export function silentModels(lab: AssistantLab): void {
  it("hands over the conversation of a model that is silent, whichever provider it is of (D13)", async () => {
    for (const [i, provider] of starterProviders.entries()) {
      const here = silentOf(i);
      await until(`${provider}: it is handed over`, async () => (await lab.actions(here)).length >= 3);
      expect(await lab.actions(here), provider).to.have.members(["open", "note", "line"]);
    }
  });
}
