import { expect } from "chai";
import { describeProblems } from "../../../settings/problems";
import { parseSettings } from "../../../settings/settings";

const good = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]' };
const saidOf = (values: Readonly<Record<string, string>>): string => {
  const result = parseSettings({
    values: { ...good, ...values },
    secretKeys: new Set<string>(),
    aws: { values: { region: "eu-west-1" }, secretKeys: new Set() },
  });
  return "problems" in result ? describeProblems(result.problems, "desk") : "";
};

describe("what is wrong with a setting, in words", () => {
  for (const [what, values, words] of [
    [
      "a choice",
      { instanceType: "t3.humongous" },
      "ai-ecosystem:instanceType = t3.humongous: is none of the values that are taken",
    ],
    [
      "a list of numbers",
      { logRetentionDays: "31" },
      "ai-ecosystem:logRetentionDays = 31: is none of the values that are taken",
    ],
    ["a number", { swapSizeGb: "much" }, "ai-ecosystem:swapSizeGb = much: must be a"],
    [
      "a number that is too large",
      { backupRetentionDays: "99" },
      "ai-ecosystem:backupRetentionDays = 99: must be at most 35",
    ],
    ["a switch", { bedrock: "yes" }, "ai-ecosystem:bedrock = yes: must be true or false"],
    ["an address", { alertEmail: "ops" }, "ai-ecosystem:alertEmail = ops: is not an e-mail address"],
    ["an object", { smtp: "smtp.example.com" }, "ai-ecosystem:smtp: must be an object"],
    ["a leaf", { services: '{"n8n": {"memoryMb": "much"}}' }, "ai-ecosystem:services.n8n.memoryMb = much: must be a"],
    [
      "a name that is near",
      { instanceTyp: "t3.medium" },
      "ai-ecosystem:instanceTyp: is not known; did you mean instanceType?",
    ],
    [
      "a name of the provider's",
      { region: "eu-west-1" },
      "ai-ecosystem:region: is not known; did you mean aws:region?",
    ],
  ] as const) {
    it(`of ${what}`, () => {
      expect(saidOf(values))
        .to.contain(words)
        .and.not.match(/Invalid|expected|Too (big|small)/);
    });
  }

  it("guesses no name where none is near", () => {
    const said = saidOf({ foo: "bar" });
    expect(said).to.contain("ai-ecosystem:foo: is not known").and.not.contain("did you mean");
  });

  it("names all that there are where they are few", () => {
    expect(saidOf({ smtp: '{"host": "a.example.com", "from": "a@example.com", "colour": "red"}' })).to.contain(
      "smtp.colour: is not known; there are host, port, user, password, from, security",
    );
  });
});
