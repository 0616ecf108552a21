import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { buildCatalogue, catalogue as factories, type Catalogue } from "../../services/catalogue";
import { inOrder } from "../../services/model/checks/in-order";
import type { Container } from "../../services/model/types";
import { fargateContext } from "../../stacks/contexts";
import { builtImages } from "../../templates/built-images";
import { shellArchive } from "../../templates/release/shell-archive";
import { renderTaskFiles } from "../../templates/release/task-files";
import { templatePath } from "../../templates/text";
import { FargateRun, secretValues } from "../support/host/fargate-run";
import { prodSettings } from "../support/recorded/profile";
import { recordProd } from "../support/recorded/prod";
import { Waits } from "../support/recorded/waits";
import { need } from "../support/need";

const stores = { postgres: "pgvector/pgvector:0.8.4-pg17", mongodb: "mongo:8.0.29", redis: "redis:7.4.11-alpine" };

const present = (image: string): boolean => spawnSync("docker", ["image", "inspect", image]).status === 0;

/** Those of IMAGES that are built and not pulled. Without the internet it takes a base that has the packages already. */
function build(images: readonly string[]): void {
  for (const { image, folder } of builtImages()) {
    if (!images.includes(image) || present(image)) continue;
    const context = templatePath(folder);
    const { status, stderr } = spawnSync("docker", ["build", "--quiet", "--tag", image, context], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  }
}

/** In the order that they wait for each other. */
function ordered(jobs: Catalogue["jobs"]): Catalogue["jobs"] {
  const result: Catalogue["jobs"][number][] = [];
  const names = new Set(jobs.map((j) => j.name));
  while (result.length < jobs.length) {
    const next = jobs.find(
      (j) => !result.includes(j) && (j.after ?? []).every((a) => !names.has(a) || result.some((r) => r.name === a)),
    );
    if (next === undefined) throw new Error("the jobs wait for each other in a circle");
    result.push(next);
  }
  return result;
}

/** Of a service of production, those that are made before it, whatever the order of the rest. */
async function madeBefore(): Promise<(service: string) => readonly string[]> {
  const { resources } = await recordProd();
  const waits = new Waits(resources);
  const prefix = "ai-ecosystem-prod-services-";
  const ecs = resources.filter((r) => r.type === "aws:ecs/service:Service");
  return (service) => {
    const waiter = ecs.find((r) => r.name === prefix + service);
    if (waiter === undefined) throw new Error(`production has no service ${service}`);
    return ecs
      .filter((r) => r !== waiter && waits.missing(waiter, [r]).length === 0)
      .map((r) => r.name.slice(prefix.length));
  };
}

describe("tasks of Fargate, in containers", function () {
  this.timeout(1_800_000);
  let fargate: FargateRun | undefined;
  // stores without TLS, and no rotation; everything else is as in production
  const context = {
    ...fargateContext(prodSettings()),
    postgres: { host: "postgres", port: 5432 },
    mongodb: { host: "mongodb", port: 27017 },
    redis: { host: "redis", port: 6379 },
  };
  const catalogue = buildCatalogue(factories, context, {});
  // the dump's image needs the internet; its scripts run in tests/artefacts/backup
  const jobs = catalogue.jobs.filter((job) => job.scheduled === undefined);
  const values = secretValues(catalogue.secrets);
  const files = shellArchive(renderTaskFiles(catalogue, context).files);
  const running = (): FargateRun => {
    if (fargate === undefined) throw new Error("not started");
    return fargate;
  };

  let there: (service: string) => readonly string[] = () => [];

  before(async function () {
    need(this, "docker");
    there = await madeBefore();
    const built = builtImages().map((b) => b.image);
    const sidecars = catalogue.services.flatMap((s) => s.sidecars ?? []);
    const all = [...catalogue.services, ...sidecars, ...jobs].map((c) => c.image);
    for (const image of new Set([...all, ...Object.values(stores)])) {
      if (built.includes(image) || present(image)) continue;
      if (process.env["REQUIRE_ALL"] === "1") throw new Error(`no image ${image}`);
      console.log(`    skipped: no image ${image}`);
      this.skip();
    }
    build(all);
    fargate = new FargateRun(files, values, stores.postgres);
    const password = (id: string) => values[id] ?? "";
    fargate.store("postgres", "--env", `POSTGRES_PASSWORD=${password("postgres-password")}`, stores.postgres);
    fargate.store("redis", stores.redis, "redis-server", "--requirepass", password("redis-password"));
    fargate.store(
      "mongodb",
      ...["--env", "MONGO_INITDB_ROOT_USERNAME=root"],
      ...["--env", `MONGO_INITDB_ROOT_PASSWORD=${password("mongodb-root-password")}`],
      stores.mongodb,
    );
    await fargate.succeeds("postgres", ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"]);
    await fargate.succeeds("mongodb", ["bash", "-c", "exec 3<>/dev/tcp/$(hostname -i)/27017"]);
  });
  after(() => {
    fargate?.end();
  });

  for (const job of ordered(jobs)) {
    it(`${job.name} does its work and ends`, async () => {
      await running().job(job);
    });
  }

  for (const service of inOrder(catalogue.services, (s) => s.calls ?? [])) {
    it(`${service.name} becomes healthy`, async () => {
      await running().start(service, there(service.name));
      await running().healthy(service);
    });
  }

  it("reach the services that they call by the names that they were told at their start (AWS-2)", async () => {
    for (const { name, calls = [] } of catalogue.services) {
      for (const callee of calls) {
        const to = catalogue.services.find((s) => s.name === callee);
        const port = to?.internalPort ?? to?.ports[0];
        // some are called by their public address
        if (port === undefined || !context.internalUrl(callee, port).includes(`//${callee}:`)) continue;
        await running().succeeds(
          name,
          ["wget", "-q", "-O", "/dev/null", `http://${callee}:${port}${to?.route?.healthPath ?? "/"}`],
          10,
        );
      }
    }
  });

  it("answer the first message: from n8n's webhook by its worker to Chatwoot", async () => {
    const body = JSON.stringify({
      ...{ event: "message_created", id: 1, content: "Hello", message_type: "incoming", private: false },
      ...{ sender: { type: "contact" }, account: { id: 1 }, conversation: { id: 7, status: "pending" } },
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac("sha256", values["chatwoot-bot-secret"] ?? "").update(`${timestamp}.${body}`);
    const headers = {
      "content-type": "application/json",
      "x-chatwoot-timestamp": timestamp,
      "x-chatwoot-delivery": "1",
      "x-chatwoot-signature": `sha256=${signature.digest("hex")}`,
    };
    const request = JSON.stringify({ method: "POST", body, headers });
    const ask = `fetch("http://127.0.0.1:5678/webhook/chatwoot-bot", ${request}).then((r) => console.log(r.status))`;
    expect(running().exec("n8n-webhook", "node", "-e", ask).trim()).to.equal("200");
    const worked = () => /Worker finished execution (\d+)/.exec(running().log("n8n-worker"))?.[1];
    const end = Date.now() + 90_000;
    while (worked() === undefined && Date.now() < end) await sleep(500);
    expect(worked(), running().log("n8n-worker")).to.match(/^\d+$/);
    // a run that succeeds is not kept; one that fails is, and starts the failure flow
    const failures = "SELECT count(*) FROM execution_entity WHERE status NOT IN ('success', 'new', 'running')";
    const psql = ["psql", "-h", "127.0.0.1", "-U", "postgres", "n8n", "-Atc"];
    expect(
      running()
        .exec("postgres", ...psql, failures)
        .trim(),
      running().log("n8n-worker"),
    ).to.equal("0");
  });

  it("keep idle connections for longer than the load balancer uses them (AWS-17)", () => {
    // Node says it with each answer
    const ask = "fetch('http://127.0.0.1:5678/healthz').then((r) => console.log(r.headers.get('keep-alive')))";
    for (const name of ["n8n", "n8n-webhook"]) {
      const seconds = catalogue.services.find((s) => s.name === name)?.keepAliveSeconds;
      expect(running().exec(name, "node", "-e", ask).trim(), name).to.equal(`timeout=${String(seconds)}`);
    }
  });

  it("do not start with files that somebody else has put in the release's place", async () => {
    const [job] = jobs.filter((j) => (j.mounts ?? []).length > 0);
    if (job === undefined) throw new Error("no job reads files");
    running().upload(`${files}\ntouch "$1/taken-over"\n`);
    try {
      const failure = await running()
        .job(job)
        .then(
          () => "it ran",
          (error: unknown) => (error as { readonly stdout?: string }).stdout,
        );
      expect(failure).to.contain("files.sh: FAILED");
    } finally {
      running().upload(files);
    }
  });

  it("run code of workflows and notebooks", async () => {
    expect(running().log("n8n-worker")).to.contain('Registered runner \\"launcher-javascript\\"');
    await running().succeeds("data-bridge", [
      "wget",
      "-q",
      "-O",
      "/dev/null",
      "http://127.0.0.1:8888/data/jupyter/login",
    ]);
    const notebook = `
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
reply = client.execute_interactive("import pandas, psycopg2, pymongo", output_hook=print)
print(reply["content"]["status"])
manager.shutdown_kernel()
`;
    expect(running().exec("data-bridge", "python", "-c", notebook)).to.match(/^ok$/m);
  });

  it("find what they must write to, and nothing else, writable", () => {
    const writes = (path: string) => `if touch ${path}/.try 2>/dev/null; then rm ${path}/.try; echo ${path}; fi`;
    const folders = (c: Container) => (c.tmpfs ?? []).map((entry) => entry.split(":")[0] ?? entry);
    for (const service of catalogue.services) {
      const tried = [
        ...folders(service),
        "/",
        "/app",
        "/bin",
        "/etc",
        "/home",
        "/opt",
        "/release",
        "/root",
        "/usr",
        "/var",
      ];
      const found = running().exec(service.name, "sh", "-c", tried.map(writes).join("; "));
      expect(found.trim().split("\n"), service.name).to.have.members(folders(service));
    }
  });
});
