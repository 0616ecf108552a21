import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { expect } from "chai";
import { chooseZones } from "../../../components/zones";
import { Network, type NetworkArgs } from "../../../components/network";
import { evaluate } from "../../../policies/engine/evaluate";
import { record, valueOf, type RecordedResource } from "../../../record/record";
import { failureOf } from "../../support/recorded/failure";
import { Waits } from "../../support/recorded/waits";

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
      Statement: { Action: string | string[]; Resource: string | string[] }[];
    };
    expect(Statement.flatMap((s) => s.Action).every((a) => a.startsWith("logs:"))).to.equal(true);
    const [group] = Statement[0]?.Resource ?? [];
    expect(Statement.map((s) => s.Resource)).to.deep.equal([[group, `${String(group)}:*`], "*"]);
    // the one that has no resource level
    expect(Statement[1]?.Action).to.equal("logs:DescribeLogGroups");
    expect(String(one(resources, "net-flow-role").inputs["assumeRolePolicy"])).to.contain("aws:SourceAccount");
    const findings = evaluate(resources).map((f) => f.rule);
    expect(findings.filter((rule) => rule.startsWith("AIE-IAM"))).to.deep.equal([]);
  });

  const waits = (resources: readonly RecordedResource[], name: string) => {
    // the last of a name: the address of a NAT gateway has it too
    const of = new Waits(resources).of(one([...resources].reverse(), name));
    return names(resources.filter((r) => of.has(r.urn)));
  };

  it("hands out subnets when they have their ways, and a NAT gateway when it has its own (AWS-5)", async () => {
    const { resources } = await record(() => {
      const network = new Network("net", { cidr: "10.0.0.0/16", azCount: 2, natGateways: 1 });
      const user = (tier: string, ids: readonly pulumi.Output<string>[]) =>
        new random.RandomPet(`${tier}-user`, { keepers: { ids: pulumi.all([...ids]).apply((all) => all.join()) } });
      user("public", network.publicSubnetIds);
      user("private", network.privateSubnetIds);
    });
    expect(waits(resources, "net-nat-a")).to.include.members(["net-igw", "net-public-internet", "net-public-a"]);
    const open = ["net-igw", "net-public-internet", "net-public-a", "net-public-b"];
    expect(waits(resources, "public-user")).to.include.members(open);
    const closed = ["net-private-a-internet", "net-private-b-internet", "net-nat-a", "net-public-internet"];
    expect(waits(resources, "private-user")).to.include.members(closed);
    const associations = resources.filter((r) => r.type === "aws:ec2/routeTableAssociation:RouteTableAssociation");
    const of = (name: string) => new Waits(resources).of(one(resources, name));
    for (const a of associations)
      expect(of(a.name.includes("public") ? "public-user" : "private-user")).to.include(a.urn);
  });

  const zonesOf = async (overrides: Partial<NetworkArgs>, region: string) => {
    const { resources, result } = await make(overrides, region);
    const found = resources.filter((r) => r.type === "aws:ec2/subnet:Subnet").map((r) => r.inputs["availabilityZone"]);
    expect(await Promise.all(result.zones.map((zone) => valueOf(zone)))).to.have.members([...new Set(found)]);
    return [...new Set(found)].sort();
  };

  it("is in no Local or Wavelength Zone, and in none without Fargate or NAT gateways (AWS-11)", async () => {
    expect(await zonesOf({}, "us-east-1")).to.deep.equal(["us-east-1a", "us-east-1b"]);
    // b is usw1-az2
    expect(await zonesOf({}, "us-west-1")).to.deep.equal(["us-west-1a", "us-west-1c"]);
    // a is apne1-az3
    expect(await zonesOf({ azCount: 3 }, "ap-northeast-1")).to.deep.equal(
      ["b", "c", "d"].map((letter) => `ap-northeast-1${letter}`),
    );
  });

  it("is in the zones that are named, and in no others", async () => {
    const zones = ["us-east-1d", "us-east-1b"];
    expect(await zonesOf({ zones }, "us-east-1")).to.deep.equal([...zones].sort());
  });

  it("passes over Local and Wavelength Zones, should an answer hold them", () => {
    const offered = ["us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1", "us-east-1a", "us-east-1b", "us-west-2-lax-1b"];
    expect(chooseZones("us-east-1", offered, { count: 2 })).to.deep.equal(["us-east-1a", "us-east-1b"]);
    expect(() => chooseZones("us-east-1", offered, { count: 3 })).to.throw("has 2 zones");
    expect(() => chooseZones("us-east-1", offered, { count: 1, names: ["us-east-1-bos-1a"] })).to.throw("has no zone");
  });

  it("says how many zones there are when it needs more, and which when one is not among them (AWS-11)", async () => {
    const said = async (overrides: Partial<NetworkArgs>, region: string) =>
      String(await failureOf(() => make(overrides, region)));
    expect(await said({ azCount: 3 }, "us-west-1")).to.match(
      /ai-ecosystem:azCount is 3, and us-west-1 has 2 zones .*\(us-west-1a, us-west-1c\)/,
    );
    expect(await said({ zones: ["us-west-1b", "us-west-1c"] }, "us-west-1")).to.match(
      /ai-ecosystem:zones: us-west-1 has no zone us-west-1b .* it has us-west-1a, us-west-1c/,
    );
  });

  it("leaves subnets in the zones that they are in", async () => {
    const { resources } = await make();
    const subnets = resources.filter((r) => r.type === "aws:ec2/subnet:Subnet");
    expect(subnets.map((r) => r.ignoreChanges)).to.deep.equal(Array(4).fill(["availabilityZone"]));
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
