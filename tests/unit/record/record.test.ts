import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { expect } from "chai";
import { record, valueOf, type RecordedResource } from "../../../record/record";

class Inner extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("test:index:Inner", name, {}, opts);
    new aws.ec2.Vpc(`${name}-vpc`, { cidrBlock: "10.0.0.0/16" }, { parent: this });
    this.registerOutputs({});
  }
}
class Outer extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:index:Outer", name, {});
    new Inner(`${name}-inner`, { parent: this });
    this.registerOutputs({});
  }
}

const named = (resources: readonly RecordedResource[], name: string): RecordedResource => {
  const found = resources.find((r) => r.name === name);
  if (found === undefined) throw new Error(`no resource ${name} among ${resources.map((r) => r.name).join(", ")}`);
  return found;
};

describe("recorder", () => {
  it("gives the engine's URNs, with every component on the way", async () => {
    const { resources } = await record(() => new Outer("outer"), { stack: "dev" });
    const vpc = named(resources, "outer-inner-vpc");
    expect(vpc.urn).to.equal(
      "urn:pulumi:dev::ai-ecosystem::test:index:Outer$test:index:Inner$aws:ec2/vpc:Vpc::outer-inner-vpc",
    );
    expect(vpc.parent).to.equal(named(resources, "outer-inner").urn);
    expect(resources[0]).to.include({ type: "pulumi:pulumi:Stack", name: "ai-ecosystem-dev", parent: undefined });
  });

  it("records inputs, options and dependencies", async () => {
    const { resources } = await record(() => {
      const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" }, { protect: true, ignoreChanges: ["tags"] });
      const first = new aws.ec2.Subnet("first", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
      new aws.ec2.Subnet("second", { vpcId: "vpc-1", cidrBlock: "10.0.2.0/24" }, { dependsOn: [first] });
    });
    expect(named(resources, "vpc")).to.deep.include({
      inputs: { cidrBlock: "10.0.0.0/16" },
      protect: true,
      ignoreChanges: ["tags"],
      dependencies: [],
    });
    expect(named(resources, "first"))
      .to.include({ protect: false })
      .and.deep.include({ dependencies: [named(resources, "vpc").urn] });
    // the engine gets dependsOn, and what it brings along
    expect(named(resources, "second").dependencies).to.include(named(resources, "first").urn);
  });

  it("masks secrets: given ones, nested ones, and those that a provider calls secret", async () => {
    const { resources } = await record(() => {
      const password = new random.RandomPassword("password", { length: 24 });
      new aws.ssm.Parameter("given", { type: "SecureString", value: pulumi.secret("hush") });
      new aws.ssm.Parameter("made", { type: "SecureString", value: password.result });
      new aws.ec2.Vpc("nested", { cidrBlock: "10.0.0.0/16", tags: { open: "a", closed: pulumi.secret("hush") } });
    });
    expect(named(resources, "given").inputs["value"]).to.equal("********");
    expect(named(resources, "made").inputs["value"]).to.equal("********");
    expect(named(resources, "nested").inputs).to.deep.equal({ cidrBlock: "10.0.0.0/16", tags: "********" });
    expect(JSON.stringify(resources)).not.to.contain("hush").and.not.to.contain("facade");
  });

  it("is the same each time", async () => {
    const program = () => {
      const key = new tls.PrivateKey("key", { algorithm: "ED25519" });
      new aws.ec2.KeyPair("pair", { publicKey: key.publicKeyOpenssh });
      return { eip: new aws.ec2.Eip("eip", {}).publicIp, id: new random.RandomId("id", { byteLength: 8 }).hex };
    };
    const [first, second] = [await record(program), await record(program)];
    expect(first.resources).to.deep.equal(second.resources);
    expect(await valueOf(first.result)).to.deep.equal(await valueOf(second.result));
  });

  it("makes up plausible outcomes that cannot be taken for real ones", async () => {
    const { result } = await record(() => ({
      address: new aws.ec2.Eip("eip", {}).publicIp,
      vpc: new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" }).id,
      role: new aws.iam.Role("role", { assumeRolePolicy: "{}" }).arn,
      zones: aws.getAvailabilityZonesOutput({}).names,
      ami: aws.ssm.getParameterOutput({ name: "/aws/service/ami" }).value,
      typed: new random.RandomPassword("typed", { length: 20, overrideSpecial: "-_" }).result,
      plain: new random.RandomPassword("plain", { length: 40, special: false }).result,
      hash: new random.RandomPassword("plain2", { length: 12 }).bcryptHash,
      hex: new random.RandomBytes("hex", { length: 16 }).hex,
      key: new tls.PrivateKey("key", { algorithm: "ED25519" }).privateKeyOpenssh,
    }));
    const made = await valueOf(result);
    expect(made.address).to.equal("203.0.113.10");
    expect(made.vpc).to.match(/^vpc-[0-9a-f]{17}$/);
    expect(made.role).to.equal("arn:aws:iam::123456789012:role/role");
    expect(made.zones).to.include.members(["us-east-1a", "us-east-1b", "us-east-1c"]);
    expect(made.ami).to.match(/^ami-[0-9a-f]{17}$/);
    expect(made.typed)
      .to.match(/^facade[0-9a-f]+AB12-$/)
      .and.have.length(20);
    expect(made.plain)
      .to.match(/^facade[0-9a-zA-Z]+$/)
      .and.have.length(40);
    expect(made.hash)
      .to.match(/^\$2a\$10\$facade/)
      .and.have.length(60);
    expect(made.hex).to.match(/^facade[0-9a-f]{26}$/);
    expect(made.key).to.match(/^-----BEGIN OPENSSH PRIVATE KEY-----\n[\s\S]+-----END OPENSSH PRIVATE KEY-----\n$/);
  });

  it("follows the region that is asked for", async () => {
    const { result } = await record(() => aws.getAvailabilityZonesOutput({}).names, { region: "eu-west-1" });
    // as AWS does, with Local Zones, where it is not asked for others
    expect((await valueOf(result)).filter((name) => /^eu-west-1[a-z]$/.test(name))).to.deep.equal([
      "eu-west-1a",
      "eu-west-1b",
      "eu-west-1c",
    ]);
  });

  it("knows nothing in a preview that AWS decides, and registers all the same", async () => {
    let applied = false;
    const { resources, result } = await record(
      () => {
        const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
        const id = vpc.id.apply((v) => {
          applied = true;
          return v;
        });
        new aws.ec2.Subnet("subnet", { vpcId: id, cidrBlock: "10.0.1.0/24" });
        return { id, cidr: vpc.cidrBlock };
      },
      { preview: true },
    );
    expect(applied).to.equal(false);
    expect(named(resources, "subnet").inputs["vpcId"]).to.equal("<known after apply>");
    expect(await valueOf(result.cidr)).to.equal("10.0.0.0/16");
    expect(await valueOf(result.id)).to.equal(undefined);
  });

  it("tells of each resource once, as it comes", async () => {
    const seen: string[] = [];
    const { resources } = await record(() => new Outer("outer"), { onResource: (r) => seen.push(r.urn) });
    expect(seen).to.have.members(resources.map((r) => r.urn));
    expect(new Set(seen).size).to.equal(4);
  });
});
