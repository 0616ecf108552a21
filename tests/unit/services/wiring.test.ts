import { expect } from "chai";
import { buildCatalogue, catalogue as factories, CatalogueError } from "../../../services/catalogue";
import type { Database } from "../../../services/model/database";
import { secret, type Service } from "../../../services/model/types";
import { required } from "../../../settings/required";
import { fargateContext } from "../../../stacks/contexts";
import { prodSettings } from "../../support/recorded/profile";
import { prodHosts } from "../../support/recorded/fargate-services";
import { demo, sandboxContext } from "../../support/fixtures";

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
  const context = fargateContext(prodSettings(), prodHosts);

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
