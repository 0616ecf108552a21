import { expect } from "chai";
import { buildCatalogue, catalogue as factories, CatalogueError } from "../../../services/catalogue";
import type { Database } from "../../../services/model/database";
import type { Service } from "../../../services/model/types";
import { required } from "../../../settings/required";
import { fargateContext } from "../../../stacks/contexts";
import { prodSettings } from "../../support/recorded/profile";
import { demo, sandboxContext } from "../../support/fixtures";
import { interpolate, secret } from "../../../services/model/values";

/** Messages about the demo service with something in it that is wrong. */
function told(changes: Partial<Service>, context = sandboxContext()): string[] {
  try {
    buildCatalogue([...factories, (given) => ({ ...demo(given), ...changes })], context, {});
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return error.problems.filter((p) => p.key === "services.demo").map((p) => p.message);
  }
  return [];
}

describe("what a service names", () => {
  const context = fargateContext(prodSettings());

  it("is there in the catalogue as it is shipped, in both topologies", () => {
    expect(told({})).to.deep.equal([]);
    expect(told({}, context)).to.deep.equal([]);
  });

  it("is told all at once where it is not: secrets, stores, files, other containers", () => {
    const { environment } = demo(sandboxContext());
    const messages = told({
      environment: { ...environment, PASSWORD: secret("demo-db-password") },
      uses: ["mysql" as "postgres"],
      calls: ["chatwoot"],
      after: ["setup"],
      mounts: [{ source: "demo/demo.yaml", target: "/demo.yaml" }],
      jobs: [{ ...demo(sandboxContext()), name: "demo-setup", purpose: "x", environment: { KEY: secret("lost") } }],
    }).join("\n");
    for (const part of [
      "reads the secret demo-db-password, which nobody declares",
      "uses the store mysql, which does not exist",
      "calls chatwoot, which does not exist",
      "waits for setup, which does not exist",
      "mounts demo/demo.yaml, which is no file of the release",
      "its job demo-setup reads the secret lost, which nobody declares",
    ]) {
      expect(messages).to.contain(part);
    }
  });

  it("is what it says in `uses` and `files`, and the host of a service", () => {
    const fargate = { cpu: 0.25, memoryMb: 512, minTasks: 1, maxTasks: 1 };
    const environment = {
      REDIS_URL: interpolate`redis://${context.redis.host}:${context.redis.port}`,
      BUCKET: context.bucket?.("files").name ?? "",
      CHAT_URL: context.origin("chat"),
      DASHBOARD: context.hostname(""),
      LOST: interpolate`${context.origin("nowhere")}/api`,
    };
    expect(told({ fargate, environment }, context)).to.deep.equal([
      "reads the address of redis without using it: it must be in `uses`",
      "reads the name of the bucket files, which is not in its `files`",
      "reads the address of the host nowhere, which no service has",
    ]);
    const right = { ...environment, LOST: "" };
    const files = { bucket: "files", shownOn: [] };
    expect(told({ fargate, environment: right, uses: ["redis"], files }, context)).to.deep.equal([]);
  });

  it("is told of a second queue of a kind, which nobody would count", () => {
    const alarm = { above: 1, meaning: "x." };
    const queue = { id: "demo", kind: "bull", database: 3, work: "jobs", label: "x", target: 1, alarm } as const;
    const fargate = { cpu: 0.25, memoryMb: 512, minTasks: 1, maxTasks: 2, queue };
    expect(told({ fargate }, context)).to.deep.equal([
      "has a queue of the kind bull, and only one of a kind is counted in a stack",
    ]);
  });

  it("is told of two that have one volume for different users", () => {
    const volume = { name: "ai-eco-n8n", path: "/data", uid: 5, gid: 5, backup: "none" } as const;
    expect(() =>
      buildCatalogue([...factories, (given) => ({ ...demo(given), volumes: [volume] })], sandboxContext(), {}),
    ).to.throw("services.demo: has the volume ai-eco-n8n with another owner or backup than elsewhere");
  });

  it("is told of a database that cannot be made", () => {
    const wrong = (database: Database) => told({ database }).join("\n") + told({ database }, context).join("\n");
    expect(told({ database: { role: "demo", name: "demo" } })).to.deep.equal([]);
    expect(wrong({ role: "Demo", name: "demo" })).to.contain("its database or role Demo must be lower-case letters");
    expect(wrong({ role: "demo", name: "demo; DROP" })).to.contain("must be lower-case letters");
    expect(wrong({ role: "demo_clone", name: "demo" })).to.contain("setup needs itself");
    expect(wrong({ role: "demo", name: "postgres" })).to.contain("setup needs itself");
    expect(wrong({ role: "demo", name: "demo", readOnly: true })).to.contain("database demo, which no service owns");
    expect(wrong({ role: "demo", name: "n8n", readOnly: true })).to.equal("");
  });

  it("is told on both sides, where two want one database", () => {
    const build = (database: Database) => () =>
      buildCatalogue([...factories, (given) => ({ ...demo(given), database })], sandboxContext(), {});
    expect(build({ role: "demo", name: "n8n" })).to.throw(
      /services\.n8n: its database n8n is that of demo, too.*services\.demo/,
    );
    expect(build({ role: "n8n", name: "demo" })).to.throw("services.demo: its role n8n is that of n8n, too");
  });
});

describe("required", () => {
  it("is the value, and throws where there is none", () => {
    expect(required({ a: "" }, "a", "secret")).to.equal("");
    expect(required(["x"], 0, "zone")).to.equal("x");
    expect(() => required({ a: "1" }, "b", "secret")).to.throw("there is no secret b among a");
    expect(() => required([], 0, "zone")).to.throw("there is no zone 0 among none");
  });
});
