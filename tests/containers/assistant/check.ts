import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Workflow } from "../../../services/n8n/workflows";
import { noTable, type AssistantLab } from "../../support/host/assistant-lab";
import { until } from "../../support/until";
import { bridgeUrl } from "../../support/host/n8n/processes";
import { root } from "../../support/root";
import { release } from "./behaviour";

const file = join(root, "services", "n8n", "files", "examples.json");
const examples = JSON.parse(readFileSync(file, "utf8")) as readonly { readonly question: string }[];
const injections = examples.slice(7).map(({ question }) => question);

const wrong = (found: readonly Readonly<Record<string, string>>[]) =>
  found.filter((verdict) => verdict["wrong"] !== "").map((verdict) => verdict["question"]);

/** Its examples, as `ecosystem assistant check` asks them. */
export function check(lab: AssistantLab): void {
  it("passes its examples with a model that keeps to its rules, and writes to nobody", async () => {
    const before = (await lab.calls()).length;
    const { status, found } = await lab.check();
    expect(wrong(found), JSON.stringify(found)).to.deep.equal([]);
    expect(found.map((verdict) => verdict["question"])).to.deep.equal(examples.map((e) => e.question));
    expect(status).to.equal(0);
    const told = (await lab.calls()).slice(before).filter(({ url }) => url.includes("/api/v1/"));
    expect(told).to.deep.equal([]);
  });

  it("misses the five that try to make it misbehave, with a model that does what customers tell it", async () => {
    await lab.bridge({ obeys: true });
    const { status, found } = await lab.check();
    await lab.bridge({ obeys: false });
    expect(wrong(found)).to.deep.equal(injections);
    expect(found.at(-1)?.["wrong"]).to.equal("it said: zubizarreta");
    expect(status).to.equal(3);
  });

  it("asks the team's examples as well, and keeps its changes", async () => {
    await until("the table of examples", () => lab.table("assistant_examples") !== noTable);
    // the first row takes the place of a delivered one
    lab.sql(`INSERT INTO ${lab.table("assistant_examples")} (question, actions, must_contain) VALUES
      ('Hello!', 'answer', NULL), ('When do you open?', 'answer', 'at nine|articles/hours'), ('When do you close?', 'answer', 'at ten')`);
    const { status, found } = await lab.check();
    lab.empty("assistant_examples");
    expect(found).to.have.lengthOf(examples.length + 2);
    expect(wrong(found)).to.deep.equal(["When do you close?"]);
    expect(status).to.equal(3);
  });

  it("misses all when it cannot answer at all, though a hand-over harms nobody", async () => {
    await lab.bridge({ state: "down" });
    const { status, found } = await lab.check();
    await lab.bridge({ state: "up" });
    expect(wrong(found)).to.have.lengthOf(found.length);
    expect(found[0]?.["wrong"]).to.contain("it could not answer: no-bridge");
    expect(status).to.equal(3);
  });
}

/** Leaves workflows behind that do not find the bridge. */
export function checkElsewhere(lab: AssistantLab): void {
  it("checks by the data bridge's public address, where a task does not know the workflow's", async () => {
    const change = (flow: Workflow) =>
      JSON.parse(JSON.stringify(release.change(flow)).replaceAll(bridgeUrl, "http://unknown:8000")) as Workflow;
    await lab.import({ ...release, change });
    expect((await lab.check()).found[0]?.["wrong"]).to.contain("it could not answer: no-bridge");
    const { status, found } = await lab.check({ CHECK_BRIDGE_URL: bridgeUrl });
    expect(wrong(found), JSON.stringify(found)).to.deep.equal([]);
    expect(status).to.equal(0);
  });
}
