import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { buildCatalogue, catalogue as factories, type Catalogue } from "../../services/catalogue";
import type { Container } from "../../services/types";
import { fargateContext } from "../../stacks/contexts";
import { builtImages } from "../../templates/built-images";
import { shellArchive } from "../../templates/shell-archive";
import { renderTaskFiles } from "../../templates/task-files";
import { FargateRun, secretValues } from "../support/fargate-run";
import { prodHosts } from "../support/fargate-services";
import { prodSettings } from "../support/fargate";
import { need } from "../support/need";

const stores = { postgres: "pgvector/pgvector:0.8.4-pg17", mongodb: "mongo:8.0.29", redis: "redis:7.4.11-alpine" };

const present = (image: string): boolean => spawnSync("docker", ["image", "inspect", image]).status === 0;

/** What is built and not pulled. Without the internet it can only be built on a base that has the packages already. */
function build(): void {
  for (const { image, folder } of builtImages()) {
    if (present(image)) continue;
    const context = join(__dirname, "..", "..", "templates", folder);
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

describe("tasks of Fargate, in containers", function () {
  this.timeout(300_000);
  let fargate: FargateRun | undefined;
  // stores without TLS, and no rotation; everything else is as in production
  const context = {
    ...fargateContext(prodSettings(), prodHosts),
    postgres: { host: "postgres", port: 5432 },
    mongodb: { host: "mongodb", port: 27017 },
    redis: { host: "redis", port: 6379 },
  };
  const catalogue = buildCatalogue(factories, context, {});
  const values = secretValues(catalogue.secrets);
  const files = shellArchive(renderTaskFiles(catalogue, context).files);
  const running = (): FargateRun => {
    if (fargate === undefined) throw new Error("not started");
    return fargate;
  };

  before(async function () {
    need(this, "docker");
    const built = builtImages().map((b) => b.image);
    const all = [...catalogue.services, ...catalogue.jobs].map((c) => c.image);
    for (const image of new Set([...all, ...Object.values(stores)])) {
      if (built.includes(image) || present(image)) continue;
      if (process.env["REQUIRE_ALL"] === "1") throw new Error(`no image ${image}`);
      console.log(`    skipped: no image ${image}`);
      this.skip();
    }
    build();
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

  for (const job of ordered(catalogue.jobs)) {
    it(`${job.name} does its work and ends`, async () => {
      await running().job(job);
    });
  }

  for (const service of catalogue.services) {
    it(`${service.name} becomes healthy`, async () => {
      await running().start(service);
      await running().healthy(service);
    });
  }

  it("keep idle connections for longer than the load balancer uses them", () => {
    // Node says it with each answer
    const ask = "fetch('http://127.0.0.1:5678/healthz').then((r) => console.log(r.headers.get('keep-alive')))";
    for (const name of ["n8n", "n8n-webhook"]) {
      const seconds = catalogue.services.find((s) => s.name === name)?.keepAliveSeconds;
      expect(running().exec(name, "node", "-e", ask).trim(), name).to.equal(`timeout=${String(seconds)}`);
    }
  });

  it("do not start with files that somebody else has put in the release's place", async () => {
    const [job] = catalogue.jobs.filter((j) => (j.mounts ?? []).length > 0);
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
    expect(running().log("n8n-worker")).to.contain('Registered runner \\"JS Task Runner\\"');
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
