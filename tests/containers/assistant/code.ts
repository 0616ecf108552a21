import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { AsFargate } from "../../support/host/n8n/as-fargate";
import { callFlow, killRunner, runnerEnvironment } from "../../support/host/code-flow";

/** Code of workflows, in the task runners beside the worker. */
export function code(n8n: AsFargate): void {
  /** Calls a workflow by n8n's webhook process, which queues it for the worker. */
  const call = (id: string) => n8n.tasks.exec("n8n-webhook", "node", "-e", callFlow(id)).trim();
  const inRunners = (script: string) => n8n.tasks.exec("n8n-runners", "sh", "-c", script);

  it("waits for code with the launcher alone, and is healthy", async () => {
    await n8n.tasks.succeeds("n8n-runners", n8n.runners.healthCheck.command);
    expect(inRunners(runnerEnvironment)).to.equal("");
  });

  it("runs code in the runner: with its modules, without n8n's keys, files and process", () => {
    const [status, ...answer] = call("codeProbe").split(" ");
    expect(status, answer.join(" ")).to.equal("200");
    expect(JSON.parse(answer.join(" "))).to.deep.equal({
      // of the runners' own configuration: in n8n's process it is refused
      crypto: "function",
      files: "refused",
      environment: "refused",
      key: "refused",
      way: "refused",
    });
    const environment = inRunners(runnerEnvironment);
    expect(environment).to.contain("N8N_RUNNERS_TASK_BROKER_URI=http://127.0.0.1:5679");
    expect(environment).to.not.match(/ENCRYPTION_KEY|DB_POSTGRESDB|N8N_RUNNERS_AUTH_TOKEN/);
  });

  it("ends code with an error when its runner is killed, and the next has a new runner", async () => {
    const slow = n8n.tasks.later("n8n-webhook", "node", "-e", callFlow("codeSlow"));
    const goesOn = () => Promise.race([slow.then(() => false), sleep(1000, true)]);
    // one that it kills before the code has begun is followed by another
    while (await goesOn()) inRunners(killRunner);
    expect((await slow).trim()).to.match(/^500 /);
    expect(call("codeProbe")).to.match(/^200 /);
  });

  it("lives on when the runners' container is started anew", async () => {
    n8n.tasks.restart("n8n-runners");
    await n8n.tasks.succeeds("n8n-runners", n8n.runners.healthCheck.command);
    expect(call("codeProbe")).to.match(/^200 /);
  });
}
