import { expect } from "chai";
import { inRegion } from "../../../dev/docs/profiles";
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
