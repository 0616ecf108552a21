import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { buildCatalogue, catalogue as factories } from "../../services/catalogue";
import type { Service } from "../../services/model/types";
import { fargateContext } from "../../stacks/contexts";
import { shellArchive } from "../../templates/release/shell-archive";
import { renderTaskFiles } from "../../templates/release/task-files";
import { callFlow, importFlows, killRunner, runnerEnvironment } from "../support/host/code-flow";
import { FargateRun, secretValues } from "../support/host/fargate-run";
import { prodSettings } from "../support/recorded/profile";
import { need } from "../support/need";

const stores = { postgres: "pgvector/pgvector:0.8.4-pg17", redis: "redis:7.4.11-alpine" };

/** n8n in queue mode, main, worker and webhooks as in production, with its runners in the worker's task. */
describe("code of workflows, in containers", function () {
  this.timeout(300_000);
  const context = {
    ...fargateContext(prodSettings()),
    postgres: { host: "postgres", port: 5432 },
    mongodb: { host: "mongodb", port: 27017 },
    redis: { host: "redis", port: 6379 },
  };
  const catalogue = buildCatalogue(factories, context, {});
  const n8n = catalogue.services.filter((s) => s.name.startsWith("n8n"));
  const sidecars = n8n.flatMap((s: Service) => s.sidecars ?? []);
  const values = secretValues(catalogue.secrets);
  let fargate: FargateRun | undefined;
  const running = (): FargateRun => {
    if (fargate === undefined) throw new Error("not started");
    return fargate;
  };
  const job = (name: string) => {
    const found = catalogue.jobs.find((j) => j.name === name);
    if (found === undefined) throw new Error(`no job ${name}`);
    return found;
  };
  /** Calls a workflow by n8n's webhook process, which queues it for the worker. */
  const call = (id: string) => running().exec("n8n-webhook", "node", "-e", callFlow(id)).trim();
  const inRunners = (script: string) => running().exec("n8n-runners", "sh", "-c", script);

  before(async function () {
    need(this, "docker");
    for (const image of new Set([...[...n8n, ...sidecars].map((s) => s.image), ...Object.values(stores)])) {
      if (spawnSync("docker", ["image", "inspect", image]).status === 0) continue;
      if (process.env["REQUIRE_ALL"] === "1") throw new Error(`no image ${image}`);
      console.log(`    skipped: no image ${image}`);
      this.skip();
    }
    fargate = new FargateRun(shellArchive(renderTaskFiles(catalogue, context).files), values, stores.postgres);
    const password = (id: string) => values[id] ?? "";
    fargate.store("postgres", "--env", `POSTGRES_PASSWORD=${password("postgres-password")}`, stores.postgres);
    fargate.store("redis", stores.redis, "redis-server", "--requirepass", password("redis-password"));
    await fargate.succeeds("postgres", ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"]);
    await fargate.job(job("postgres-setup"));
    const flows = job("n8n-import");
    await fargate.job({
      ...flows,
      command: ["-c", importFlows.command],
      environment: { ...flows.environment, FLOWS: importFlows.variable },
    });
    for (const service of n8n) {
      await fargate.start(service);
      await fargate.healthy(service);
    }
  });
  after(() => {
    fargate?.end();
  });

  it("waits for work with the launcher alone, and is healthy", async () => {
    const [runners] = sidecars;
    if (runners === undefined) throw new Error("no runners");
    await running().succeeds("n8n-runners", runners.healthCheck.command);
    expect(inRunners(runnerEnvironment)).to.equal("");
  });

  it("runs in the runner: with its modules, without n8n's keys, files and process", () => {
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

  it("ends with an error when its runner is killed, and the next one has a new runner", async () => {
    const slow = running().later("n8n-webhook", "node", "-e", callFlow("codeSlow"));
    const goesOn = () => Promise.race([slow.then(() => false), sleep(1000, true)]);
    // one that it kills before the code has begun is followed by another
    while (await goesOn()) inRunners(killRunner);
    expect((await slow).trim()).to.match(/^500 /);
    expect(call("codeProbe")).to.match(/^200 /);
  });

  it("lives on when the runners' container is started anew", async () => {
    running().restart("n8n-runners");
    await running().succeeds("n8n-runners", sidecars[0]?.healthCheck.command ?? []);
    expect(call("codeProbe")).to.match(/^200 /);
  });
});
