import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as ipaddr from "ipaddr.js";

export interface FirewallArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Networks that may reach port 22. */
  readonly sshAllowedCidrs: readonly string[];
}

/** Logical names are kebab-case: 203.0.113.7/32 -> 203-0-113-7-32. */
const slug = (cidr: string) => cidr.replace(/[^0-9a-f]+/gi, "-");

/** Security group of the host: web for everyone, SSH for the named networks, everything outwards. */
export function firewall(name: string, args: FirewallArgs, parent: pulumi.Resource): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    `${name}-sg`,
    { vpcId: args.vpcId, description: "Host of the ecosystem", tags: { Name: name } },
    { parent },
  );
  const inside = { parent };
  for (const [port, why] of [
    [80, "HTTP: redirect to HTTPS and certificate challenges"],
    [443, "HTTPS"],
  ] as const) {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-in-${port}`,
      {
        securityGroupId: group.id,
        cidrIpv4: "0.0.0.0/0",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description: why,
      },
      inside,
    );
  }
  for (const cidr of [...new Set(args.sshAllowedCidrs)]) {
    const family = ipaddr.parseCIDR(cidr)[0].kind() === "ipv6" ? { cidrIpv6: cidr } : { cidrIpv4: cidr };
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-in-ssh-${slug(cidr)}`,
      {
        securityGroupId: group.id,
        ...family,
        ipProtocol: "tcp",
        fromPort: 22,
        toPort: 22,
        description: "SSH of an operator",
      },
      inside,
    );
  }
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-out`,
    {
      securityGroupId: group.id,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "-1",
      description: "Workflows and channels reach whatever their users connect",
    },
    inside,
  );
  return group;
}
