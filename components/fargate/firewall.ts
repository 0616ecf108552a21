import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface TaskFirewallArgs {
  readonly vpcId: pulumi.Input<string>;
  /** TCP ports that it may reach anywhere -> what for. 443 is always among them. */
  readonly internet: Readonly<Record<number, string>>;
}

/** What every task needs: its image, secrets and logs are at public addresses, whatever else it calls. */
const everyTask = { 443: "AWS, language models and other APIs" } as const;

/** A security group, and the rules without which it is of no use. */
export interface Firewall {
  readonly id: pulumi.Output<string>;
  readonly rules: readonly pulumi.CustomResource[];
}

/** Security group of a service's tasks: outwards only what is named, inwards what the rules of others add. */
export function taskFirewall(name: string, args: TaskFirewallArgs, parent: pulumi.Resource): Firewall {
  const group = new aws.ec2.SecurityGroup(
    `${name}-sg`,
    { vpcId: args.vpcId, description: `Tasks of ${name}`, tags: { Name: name } },
    { parent },
  );
  const rules = Object.entries({ ...args.internet, ...everyTask }).map(([key, description]) => {
    const port = Number(key);
    return new aws.vpc.SecurityGroupEgressRule(
      `${name}-out-${port}`,
      {
        securityGroupId: group.id,
        cidrIpv4: "0.0.0.0/0",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description,
      },
      { parent },
    );
  });
  return { id: group.id, rules };
}

export interface ConnectionArgs {
  readonly from: { readonly name: string; readonly groupId: pulumi.Input<string> };
  readonly to: { readonly name: string; readonly groupId: pulumi.Input<string> };
  readonly port: number;
}

/** The rules of a connection from one group to another, at both ends or at its beginning. */
export function connection(
  name: string,
  { from, to, port }: ConnectionArgs,
  parent: pulumi.Resource,
  ends: "both" | "out",
): readonly pulumi.CustomResource[] {
  const range = { ipProtocol: "tcp", fromPort: port, toPort: port };
  const out = new aws.vpc.SecurityGroupEgressRule(
    `${name}-${from.name}-to-${to.name}-${port}`,
    {
      ...range,
      securityGroupId: from.groupId,
      referencedSecurityGroupId: to.groupId,
      description: `${from.name} calls ${to.name}`,
    },
    { parent },
  );
  if (ends === "out") return [out];
  const into = new aws.vpc.SecurityGroupIngressRule(
    `${name}-${to.name}-from-${from.name}-${port}`,
    {
      ...range,
      securityGroupId: to.groupId,
      referencedSecurityGroupId: from.groupId,
      description: `${from.name} calls ${to.name}`,
    },
    { parent },
  );
  return [out, into];
}
