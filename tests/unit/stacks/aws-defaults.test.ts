import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { composeStack } from "../../../stacks/compose";
import { record, type RecordedResource } from "../../../record/record";
import { stated } from "../../support/aws/defaults";
import { sandboxSettings } from "../../support/fixtures";
import { everything, recordProd } from "../../support/recorded/prod";

const at = (value: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((v, key) => (v as Record<string, unknown> | undefined)?.[key], value);

describe("what AWS would fill in by itself", function () {
  let resources: RecordedResource[] = [];

  before(async () => {
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
    const sandbox = (values: Record<string, string>) =>
      record(() => composeStack(sandboxSettings(values)), { stack: "sandbox" });
    const domain = { domain: "desk.example.com", hostedZone: "example.com", adminEmail: "a@example.com" };
    const recordings = [
      await recordProd(),
      await recordProd(everything),
      await recordProd({ costProfile: "economy", deletionProtection: "false", natGateways: "1" }),
      await sandbox({}),
      await sandbox({ ...domain, alertEmail: "ops@example.com", monthlyBudgetUsd: "60", instanceType: "t4g.large" }),
    ];
    resources = recordings.flatMap((r) => r.resources).filter((r) => r.type.startsWith("aws:"));
  });

  it("has been looked at for every type of either topology", () => {
    const types = [...new Set(resources.map((r) => r.type))];
    expect(types.length).to.be.greaterThan(80);
    expect(types.filter((type) => stated[type] === undefined)).to.deep.equal([]);
  });

  it("is stated wherever it matters, by every resource of a type", () => {
    const missing = resources.flatMap(({ type, name, inputs }) => {
      const paths = stated[type];
      return typeof paths === "string"
        ? []
        : (paths ?? []).filter((path) => at(inputs, path) === undefined).map((path) => `${type} ${name}: ${path}`);
    });
    expect([...new Set(missing)]).to.deep.equal([]);
  });

  it("never makes a store be replaced for a version that AWS has chosen", () => {
    const ignored = (type: string) => resources.find((r) => r.type === type)?.ignoreChanges;
    expect(ignored("aws:elasticache/replicationGroup:ReplicationGroup")).to.include("engineVersion");
    // a prefix: the provider compares no more than the major version
    const rds = resources.filter((r) => r.type === "aws:rds/instance:Instance").map((r) => r.inputs["engineVersion"]);
    expect(rds.every((version) => /^\d+$/.test(String(version)))).to.equal(true);
  });
});
