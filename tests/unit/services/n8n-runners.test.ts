import { expect } from "chai";
import { load } from "js-yaml";
import { CatalogueError, type Overrides } from "../../../services/catalogue";
import type { Service } from "../../../services/model/types";
import { imagesOf } from "../../../templates/images";
import { renderTask, secretVariables } from "../../../templates/ecs";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { sandboxCatalogue, sandboxRelease } from "../../support/fixtures";
import { addressText } from "../../support/values";

const byName = (list: readonly Service[]) => new Map(list.map((s) => [s.name, s]));
const host = (values: Record<string, string> = {}, overrides: Overrides = {}) =>
  byName(sandboxCatalogue(values, overrides).services);
const production = (services: Overrides = {}) => prodCatalogue(prodSettings({ services: JSON.stringify(services) }));
const task = (services: Overrides = {}) => byName(production(services).services);

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CatalogueError) return error.message;
    throw error;
  }
  return "none";
}

/** What a process of n8n and its runner must agree on. */
const shared = ["N8N_RUNNERS_AUTH_TOKEN", "N8N_RUNNERS_TASK_TIMEOUT"];

describe("n8n's task runners", () => {
  it("are of n8n's own version, whatever that is", () => {
    const images = (overrides: Overrides) => {
      const services = host({}, overrides);
      return [services.get("n8n")?.image, services.get("n8n-runners")?.image];
    };
    const [n8n = "", runners = ""] = images({});
    expect(runners.split(":")[1]).to.equal(n8n.split(":")[1]);
    const digest = `@sha256:${"0".repeat(64)}`;
    for (const name of ["docker.n8n.io/n8nio/n8n:2.43.1", "n8nio/n8n:2.43.1", `n8nio/n8n:2.43.1${digest}`]) {
      expect(images({ n8n: { image: name } })[1], name).to.equal("n8nio/runners:2.43.1");
    }
    const moved = production({ "n8n-worker": { image: "n8nio/n8n:2.43.1" }, n8n: { image: "n8nio/n8n:2.43.1" } });
    expect(imagesOf(moved)).to.include("n8nio/runners:2.43.1").and.not.include(runners);
  });

  it("cannot be told of an image of one's own, and are asked for", () => {
    const own = { n8n: { image: "registry.example.com/n8n:7" } };
    expect(problemOf(() => host({}, own))).to.equal(
      "services.n8n-runners.image: is required with an image of your own for n8n: n8nio/runners of the version that is in it",
    );
    const both = { ...own, "n8n-runners": { image: "n8nio/runners:2.43.1" } };
    expect(host({}, both).get("n8n-runners")?.image).to.equal("n8nio/runners:2.43.1");
    expect(host({}, { ...own, "n8n-runners": { enabled: false } }).has("n8n-runners")).to.equal(false);
  });

  it("are not of another version, and may be one's own", () => {
    const [, version = ""] = (host().get("n8n")?.image ?? "").split(":");
    expect(problemOf(() => host({}, { "n8n-runners": { image: "n8nio/runners:1.0.0" } }))).to.equal(
      `services.n8n-runners.image: must be n8nio/runners:${version}, the version of n8n`,
    );
    const own = { "n8n-runners": { image: "registry.example.com/runners:7" } };
    expect(host({}, own).get("n8n-runners")?.image).to.equal("registry.example.com/runners:7");
  });

  it("are there wherever code runs, and where they are not the editor offers none", () => {
    const with_ = [host(), host({ memoryPlan: "compact" }, { "n8n-runners": { enabled: true } })];
    const without = [host({ memoryPlan: "compact" }), host({}, { "n8n-runners": { enabled: false } })];
    for (const services of with_) {
      expect(services.has("n8n-runners")).to.equal(true);
      expect(services.get("n8n")?.environment).to.not.have.property("NODES_EXCLUDE");
    }
    for (const services of without) {
      expect(services.has("n8n-runners")).to.equal(false);
      expect(services.get("n8n")?.environment["NODES_EXCLUDE"]).to.contain("n8n-nodes-base.code");
    }
    for (const name of ["n8n", "n8n-worker", "n8n-webhook"]) {
      expect(task().get(name)?.environment, name).to.not.have.property("NODES_EXCLUDE");
      const off = task({ "n8n-runners": { enabled: false } }).get(name);
      expect(off?.environment["NODES_EXCLUDE"], name).to.contain("n8n-nodes-base.code");
      expect(off?.sidecars, name).to.equal(undefined);
    }
    expect([...host({}, { n8n: { enabled: false } }).keys()]).not.to.include("n8n-runners");
  });

  it("are external for every process of n8n: the mode inside n8n is to go (APP-4)", () => {
    for (const services of [host(), host({ memoryPlan: "compact" }), task()]) {
      for (const [name, { environment, image }] of services) {
        if (!image.includes("n8nio/n8n")) continue;
        expect(environment["N8N_RUNNERS_MODE"], name).to.equal("external");
        expect(environment["N8N_PYTHON_ENABLED"], name).to.equal("false");
      }
    }
  });

  it("share a network with n8n alone, where its broker listens, and have no other way", () => {
    const file = load(sandboxRelease().files["compose.yaml"]?.text ?? "") as {
      readonly services: Readonly<Record<string, { networks: Readonly<Record<string, { aliases?: string[] }>> }>>;
      readonly networks: Readonly<Record<string, { internal?: boolean }>>;
    };
    const there = Object.entries(file.services).filter(([, s]) => "runners" in s.networks);
    expect(there.map(([name]) => name)).to.have.members(["n8n", "n8n-runners"]);
    expect(Object.keys(file.services["n8n-runners"]?.networks ?? {})).to.deep.equal(["runners"]);
    expect(file.networks["runners"]?.internal).to.equal(true);
    const [n8n, runners] = [host().get("n8n"), host().get("n8n-runners")];
    const listen = n8n?.environment["N8N_RUNNERS_BROKER_LISTEN_ADDRESS"];
    expect(file.services["n8n"]?.networks["runners"]?.aliases).to.deep.equal([listen]);
    const port = n8n?.environment["N8N_RUNNERS_BROKER_PORT"];
    if (typeof listen !== "string" || typeof port !== "string") throw new Error("no broker");
    expect(runners?.environment["N8N_RUNNERS_TASK_BROKER_URI"]).to.equal(`http://${listen}:${port}`);
    for (const name of shared) expect(runners?.environment[name], name).to.deep.equal(n8n?.environment[name]);
  });

  it("know nothing of n8n's but their token", () => {
    for (const s of [host().get("n8n-runners"), task().get("n8n-worker")?.sidecars?.[0]]) {
      if (s === undefined) throw new Error("no runners");
      expect(secretVariables(s).map(([name]) => name)).to.deep.equal(["N8N_RUNNERS_AUTH_TOKEN"]);
      expect([s.volumes, s.mounts, s.hostMounts, s.uses, s.calls, s.internet]).to.deep.equal(Array(6).fill(undefined));
    }
  });

  it("are in the worker's task, out of its memory, and end after it", () => {
    const worker = task().get("n8n-worker");
    const [runners] = worker?.sidecars ?? [];
    if (worker === undefined || runners === undefined) throw new Error("no runners");
    // in queue mode the others run no execution
    for (const name of ["n8n", "n8n-webhook"]) expect(task().get(name)?.sidecars, name).to.equal(undefined);
    const reference = "arn:aws:secretsmanager:us-east-1:123456789012:secret:bundle-AbCdEf:KEY::";
    const containers = renderTask(worker, {
      region: "us-east-1",
      image: (image) => `registry.example.com/${image}`,
      address: addressText,
      secrets: Object.fromEntries(secretVariables(worker).map(([name]) => [name, reference])),
      logGroup: "/logs",
      release: { uri: "s3://bucket/0.sh", sha256: "0".repeat(64) },
    });
    const of = (name: string) => containers.find((c) => c["name"] === name);
    expect(of("n8n-runners")).to.deep.include({
      image: `registry.example.com/${runners.image}`,
      essential: true,
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
      memory: runners.memoryMb.standard,
      secrets: [{ name: "N8N_RUNNERS_AUTH_TOKEN", valueFrom: reference }],
    });
    expect(of("n8n-worker")?.["dependsOn"]).to.deep.include({ condition: "START", containerName: "n8n-runners" });
    expect(worker.environment["N8N_RUNNERS_BROKER_LISTEN_ADDRESS"]).to.equal("127.0.0.1");
    const heapOf = (s: Service) =>
      /--max-old-space-size=(\d+)/.exec(JSON.stringify(s.environment["NODE_OPTIONS"]))?.[1];
    expect(Number(heapOf(worker)) + runners.memoryMb.standard).to.be.lessThan(worker.fargate?.memoryMb ?? 0);
    const larger = task({ "n8n-runners": { memoryMb: 224 } }).get("n8n-worker");
    if (larger === undefined) throw new Error("no worker");
    expect(Number(heapOf(worker)) - Number(heapOf(larger))).to.equal(224 - runners.memoryMb.standard);
    expect(problemOf(() => task({ "n8n-runners": { memoryMb: 768 } }))).to.contain("beside n8n-runners");
  });
});
