import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { record, valueOf, type RecordOptions } from "../../../record/record";
import { failureOf } from "../../support/recorded/failure";

class Group extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  constructor(name: string, vpcId: pulumi.Input<string>) {
    super("test:index:Group", name, {});
    this.id = new aws.ec2.SecurityGroup(`${name}-sg`, { vpcId, description: "a test" }, { parent: this }).id;
    this.registerOutputs({});
  }
}

const never = <T>() => pulumi.output(new Promise<T>(() => undefined));
const message = async (program: () => unknown, options: RecordOptions = {}): Promise<string> => {
  const error = await failureOf(() => record(program, { patience: 300, ...options }));
  return error instanceof Error ? error.message : String(error);
};
/** An error where nobody can catch it. */
const broken = (): pulumi.Output<string> =>
  pulumi.output("10.0.0.0/16").apply((): string => {
    throw new Error("inside apply");
  });

describe("a recording that fails", () => {
  afterEach("is ready for the next one", async () => {
    const { resources } = await record(() => new Group("next", "vpc-1"));
    expect(resources).to.have.length(3);
  });

  it("passes the program's own error on", async () => {
    const wrong = new pulumi.RunError("the settings are wrong");
    const run = () =>
      record(() => {
        throw wrong;
      });
    expect(await failureOf(run)).to.equal(wrong);
  });

  it("tells of an error inside apply", async () => {
    const text = await message(() => new aws.ssm.Parameter("parameter", { type: "String", value: broken() }));
    expect(text).to.contain("inside apply");
  });

  it("tells of it as well when others wait for the broken part, by input, parent or option", async () => {
    const text = await message(() => {
      const group = new Group("group", broken());
      const inside = { parent: group };
      new aws.ec2.SecurityGroup("by-input", { vpcId: "vpc-1", description: group.id });
      const parent = new aws.ec2.Vpc("vpc", { cidrBlock: broken() }, inside);
      new aws.ec2.Subnet("by-parent", { vpcId: "vpc-1" }, { parent });
      new aws.ec2.Eip("by-option", {}, { dependsOn: [parent] });
      return new Group("by-output", parent.id);
    });
    expect(text).to.contain("inside apply");
  });

  it("tells of a component that throws when it is made inside apply", async () => {
    const text = await message(() => {
      const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
      const half = (id: string): string => {
        new Group("half", id);
        throw new Error("in the constructor");
      };
      new aws.ec2.Subnet("subnet", { vpcId: vpc.id.apply(half) });
    });
    expect(text).to.contain("in the constructor");
  });

  it("tells of a look-up that has no answer, and of a resource that cannot be made", async () => {
    const refused = Promise.reject(new Error("no answer"));
    refused.catch(() => undefined);
    const asked = await message(() => {
      const { names } = aws.getAvailabilityZonesOutput({ state: refused });
      new aws.ec2.Subnet("subnet", { vpcId: "vpc-1", availabilityZone: names.apply(([first]) => first ?? "") });
    });
    expect(asked).to.contain("no answer");
    const made = await message(() => new Group("group", new aws.ec2.Vpc("vpc", {}).id), {
      onResource: ({ name }) => {
        if (name === "vpc") throw new Error("cannot be made");
      },
    });
    expect(made).to.contain("vpc").and.contain("cannot be made");
  });

  it("names what waits for a value that never comes, the cause first, and by which input", async () => {
    const text = await message(() => {
      new aws.ec2.Eip("unharmed", {});
      const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: never<string>(), enableDnsSupport: true });
      const group = new Group("group", vpc.id);
      new aws.ec2.Eip("address", { tags: { vpc: vpc.id } }, { dependsOn: [vpc] });
      new aws.ec2.Subnet("subnet", { vpcId: group.id }, { parent: vpc });
    });
    expect(text.split("\n").slice(1)).to.deep.equal([
      "- aws:ec2/vpc:Vpc vpc: cidrBlock",
      "- aws:ec2/securityGroup:SecurityGroup group-sg: vpcId",
      "- aws:ec2/eip:Eip address: tags, dependsOn",
      "- aws:ec2/subnet:Subnet subnet: vpcId, parent",
    ]);
    expect(text).to.contain("4 resources wait").and.not.contain("unharmed");
  });

  it("cuts a long list", async () => {
    const text = await message(() => {
      const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: never<string>() });
      for (let i = 0; i < 30; i++) new aws.ec2.Subnet(`subnet-${i}`, { vpcId: vpc.id });
    });
    expect(text.split("\n")).to.have.length(12);
    expect(text).to.contain("31 resources").and.contain("- and 21 more");
  });

  it("tells of a program that waits for something else", async () => {
    const text = await message(() => new Promise(() => undefined));
    expect(text).to.contain("never ended").and.contain("for no resource");
  });

  it("lets a program take its time that does move on", async () => {
    const patience = 1500;
    let made = 0;
    const slowly = async () => {
      const start = Date.now();
      while (Date.now() - start < 2 * patience) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        new aws.ec2.Eip(`address-${made++}`, {});
      }
    };
    expect((await record(slowly, { patience })).resources).to.have.length(made + 1);
  });

  it("does not wait for ever for the value of an output", async () => {
    const { result } = await record(() => ({ value: never<string>() }));
    const error = await failureOf(() => valueOf(result.value, 200));
    expect(String(error)).to.contain("never got a value");
  });
});
