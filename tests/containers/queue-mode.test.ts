import { expect } from "chai";
import { AssistantLab } from "../support/host/assistant-lab";
import { until } from "../support/until";
import { importFlows } from "../support/host/code-flow";
import { AsFargate } from "../support/host/n8n/as-fargate";
import { behaviour, release } from "./assistant/behaviour";
import { check } from "./assistant/check";
import { code } from "./assistant/code";
import { conversation } from "./assistant/conversation";
import { digest, firstDigest } from "./assistant/digest";
import { interruptions } from "./assistant/interruptions";
import { knowledge } from "./assistant/knowledge";

/** Main process, webhooks and a worker with its task runners, as production's tasks have them. */
describe("n8n in queue mode", function () {
  this.timeout(1_800_000);
  const n8n = new AsFargate();
  const lab = new AssistantLab(n8n);
  const silent = 90;

  before(async function () {
    await lab.start(this);
    await lab.import(release);
    const { status, output } = await n8n.shell({ FLOWS: importFlows.variable }, "-c", importFlows.command);
    expect(status, output).to.equal(0);
    await lab.begin(release, 3);
  });
  after(() => {
    lab.stop();
  });

  firstDigest(lab);
  code(n8n);
  behaviour(lab);
  conversation(lab);
  knowledge(lab);
  check(lab);
  digest(lab);

  it("hands over the conversation of a model that is silent, within the limit of time (D13)", async () => {
    await lab.deliver({ conversation: silent, content: "silence" });
    await until("it is handed over", async () => (await lab.actions(silent)).length >= 3);
    expect(await lab.actions(silent)).to.have.members(["line", "note", "open"]);
    // the watch would say that nobody has answered
    expect(await lab.note(silent)).to.contain("The assistant failed");
  });

  interruptions(lab, n8n);
});
