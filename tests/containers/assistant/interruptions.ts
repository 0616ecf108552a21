import { expect } from "chai";
import { docker, type AssistantLab } from "../../support/host/assistant-lab";
import { until } from "../../support/until";
import type { AsFargate } from "../../support/host/n8n/as-fargate";

/** What happens to the processes of queue mode while customers write. */
export function interruptions(lab: AssistantLab, n8n: AsFargate): void {
  const worker = () => n8n.container("n8n-worker");
  const calls = async () => (await lab.asked()).length;
  const asks = async (conversation: number) => {
    const before = await calls();
    await lab.deliver({ conversation, content: "slowly" });
    await until("the model is asked", async () => (await calls()) === before + 1);
  };

  it("finishes an answer when its worker is told to stop, and takes what comes meanwhile with the next", async () => {
    await asks(80);
    docker("stop", "--time", "110", worker());
    expect(await lab.actions(80)).to.deep.equal(["line"]);
    // Chatwoot would wait for five seconds
    const waits = lab.deliver({ conversation: 81, content: "Is nobody there?" });
    docker("start", worker());
    await waits;
    await until("the reply", async () => (await lab.actions(81)).length > 0);
    expect(await lab.actions(81)).to.deep.equal(["line"]);
  });

  it("opens a conversation whose worker died in the middle of the answer, once (D15)", async () => {
    await asks(82);
    docker("kill", worker());
    docker("start", worker());
    await lab.deliver({ conversation: 83, content: "And now?" });
    await until("the next reply", async () => (await lab.actions(83)).length > 0);
    const own = `conversation = '82'`;
    lab.sql(`UPDATE ${lab.table("assistant_transcript")} SET "createdAt" = now() - interval '3 minutes' WHERE ${own}`);
    await until("it is open", async () => (await lab.actions(82)).includes("note"));
    // by the watch, or by the flow for failures, which tells the customer as well
    const did = await lab.actions(82);
    expect(did.filter((action) => action !== "line")).to.deep.equal(["open", "note"]);
    expect(did.length, JSON.stringify(await lab.heard(82))).to.be.at.most(3);
  });

  it("answers while the main process is away", async () => {
    docker("stop", n8n.container("n8n"));
    await lab.deliver({ conversation: 84, content: "Hello?" });
    await until("the reply", async () => (await lab.actions(84)).length > 0);
    docker("start", n8n.container("n8n"));
  });

  it("goes on when Redis was away", async () => {
    docker("restart", n8n.container("redis"));
    await until(
      "it is taken",
      async () => (await lab.send({ conversation: 85, content: "Hello?", delivery: "r" })) === 200,
    );
    await until("the reply", async () => (await lab.actions(85)).length > 0);
  });
}
