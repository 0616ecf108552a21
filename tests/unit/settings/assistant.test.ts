import { expect } from "chai";
import { inRegion } from "../../../dev/docs/profiles";
import { describeProblems } from "../../../settings/problems";
import { parseSettings } from "../../../settings/settings";

function settings(assistant?: object) {
  const values = {
    topology: "host",
    sshAllowedCidrs: '["203.0.113.7/32"]',
    ...(assistant === undefined ? {} : { assistant: JSON.stringify(assistant) }),
  };
  return parseSettings({ values, aws: inRegion(), secretKeys: new Set() });
}
const limits = (given?: object) => {
  const result = settings(given);
  return "problems" in result ? result.problems.map((p) => `${p.key} ${p.message}`) : result.parsed.assistant;
};

describe("limits of the assistant", () => {
  it("are there without a setting, and each can be set alone", () => {
    const preset = { dailyAnswers: 300, contactAnswersPerHour: 20, conversationAnswers: 15 };
    expect(limits()).to.deep.equal(preset);
    expect(limits({ dailyAnswers: 0 })).to.deep.equal({ ...preset, dailyAnswers: 0 });
  });

  it("are refused by name when they are none", () => {
    expect(limits({ dailyAnswers: -1, contactAnswersPerHour: 1.5, dailyAnswer: 5 })).to.have.lengthOf(3);
    expect(limits({ dailyAnswer: 5 })).to.deep.equal([
      "assistant.dailyAnswer is not known; did you mean dailyAnswers?",
    ]);
  });
});

/** The problems of settings, as they are shown. */
function said(more: Readonly<Record<string, string>>, secret: readonly string[] = []): string {
  const values = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]', ...more };
  const result = parseSettings({ values, aws: inRegion(), secretKeys: new Set(secret) });
  return "problems" in result ? describeProblems(result.problems, "sandbox") : "";
}

describe("the AI of people", () => {
  it("is refused without the one key that Chatwoot takes, with the way out", () => {
    const other = said({ deskAi: "true", anthropicApiKey: "sk-ant-0123456789" }, ["anthropicApiKey"]);
    for (const text of [said({ deskAi: "true" }), other]) {
      expect(text)
        .to.contain("has 1 problem:")
        .and.to.contain("ai-ecosystem:deskAi = true: needs openaiApiKey")
        .and.to.contain(
          "pulumi config set -s sandbox --secret ai-ecosystem:openaiApiKey sk-..., or set deskAi to false",
        );
    }
    expect(said({ deskAi: "true", openaiApiKey: "sk-0123456789" }, ["openaiApiKey"])).to.equal("");
    expect(said({ deskAi: "false" })).to.equal("");
  });

  it("is not refused beside a key with a problem of its own", () => {
    expect(said({ deskAi: "true", openaiApiKey: "sk-0123456789" })).not.to.contain("deskAi");
  });
});

describe("the desk's conversations in LibreChat", () => {
  it("are refused without a model that could read them, with the ways out", () => {
    expect(said({ deskConversations: "true" }))
      .to.contain("has 1 problem:")
      .and.to.contain("ai-ecosystem:deskConversations = true: needs a model")
      .and.to.contain("pulumi config set -s sandbox --secret ai-ecosystem:openaiApiKey sk-...")
      .and.to.contain("bedrock set to true, or set deskConversations to false");
    expect(said({ deskConversations: "true", bedrock: "true" })).to.equal("");
    for (const key of ["openaiApiKey", "anthropicApiKey", "googleApiKey", "openrouterApiKey"]) {
      expect(said({ deskConversations: "true", [key]: "sk-0123456789" }, [key]), key).to.equal("");
    }
  });
});
