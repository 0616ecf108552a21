import { expect } from "chai";
import { Network, type NetworkArgs } from "../../components/network";
import { evaluate } from "../../policies/rules";
import { record, valueOf, type RecordedResource } from "../../tools/record";

const make = (overrides: Partial<NetworkArgs> = {}, region = "us-east-1") =>
  record(() => new Network("net", { cidr: "10.0.0.0/16", azCount: 2, natGateways: 2, ...overrides }), { region });
const names = (resources: readonly RecordedResource[]) => resources.map((r) => r.name).sort();
const one = (resources: readonly RecordedResource[], name: string): RecordedResource => {
  const found = resources.find((r) => r.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${names(resources).join(", ")}`);
  return found;
};
const logs = { traffic: "REJECT", logGroup: "/ai-ecosystem/prod/flow-logs", retentionDays: 30 } as const;

describe("Network", () => {
  it("adds to the plain network what is asked for, and changes nothing of it", async () => {
    const { resources: plain } = await make();
    const { resources: full } = await make({ flowLogs: logs, s3Endpoint: true });
    const added = names(full).filter((name) => !names(plain).includes(name));
    expect(added).to.deep.equal(["net-flow-log", "net-flow-role", "net-flow-role-policy", "net-flow-vpc", "net-s3"]);
    expect(full.filter((r) => !added.includes(r.name))).to.deep.equal(plain);
  });

  it("writes flow logs with a retention, by a role that can do nothing else", async () => {
    const { resources } = await make({ flowLogs: logs });
    expect(one(resources, "net-flow-log").inputs).to.deep.equal({ name: logs.logGroup, retentionInDays: 30 });
    expect(one(resources, "net-flow-vpc").inputs).to.include({
      trafficType: "REJECT",
      logDestinationType: "cloud-watch-logs",
    });
    const { Statement } = JSON.parse(String(one(resources, "net-flow-role-policy").inputs["policy"])) as {
      Statement: { Action: string[]; Resource: string[] }[];
    };
    expect(Statement.flatMap((s) => s.Action).every((a) => a.startsWith("logs:"))).to.equal(true);
    const [group] = Statement[0]?.Resource ?? [];
    expect(Statement.map((s) => s.Resource)).to.deep.equal([[group, `${String(group)}:*`]]);
    expect(String(one(resources, "net-flow-role").inputs["assumeRolePolicy"])).to.contain("aws:SourceAccount");
    const findings = evaluate(resources).map((f) => f.rule);
    expect(findings.filter((rule) => rule.startsWith("AIE-IAM") || rule === "AIE-NET-09")).to.deep.equal([]);
  });

  it("leads from the private subnets to S3 without a NAT gateway, in the stack's region", async () => {
    const { resources, result } = await make({ s3Endpoint: true }, "eu-west-1");
    const endpoint = one(resources, "net-s3");
    expect(endpoint.inputs).to.include({ vpcEndpointType: "Gateway", serviceName: "com.amazonaws.eu-west-1.s3" });
    expect(endpoint.dependencies).to.include.members([
      one(resources, "net-private-a").urn.replace(
        "routeTableAssociation:RouteTableAssociation",
        "routeTable:RouteTable",
      ),
    ]);
    expect(endpoint.inputs["routeTableIds"]).to.have.length(2);
    expect(await valueOf(result.vpcId)).to.match(/^vpc-/);
  });
});
