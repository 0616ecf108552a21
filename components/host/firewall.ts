import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as ipaddr from "ipaddr.js";
import { usable } from "../usable";

export interface FirewallArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Networks that may reach port 22. */
  readonly sshAllowedCidrs: readonly string[];
}

/** Logical names are kebab-case: 203.0.113.7/32 -> 203-0-113-7-32. */
const slug = (cidr: string) => cidr.replace(/[^0-9a-f]+/gi, "-");

export interface HostFirewall {
  /** Of the security group, known when the host gets out: its first boot begins with that. */
  readonly id: pulumi.Output<string>;
  /** Who may come in; whoever logs in, or asks for a certificate, waits for them. */
  readonly ingressRules: readonly pulumi.Resource[];
}

/** Security group of the host: web for everyone, SSH for the named networks, everything outwards. */
export function firewall(name: string, args: FirewallArgs, parent: pulumi.Resource): HostFirewall {
  const group = new aws.ec2.SecurityGroup(
    `${name}-sg`,
    { vpcId: args.vpcId, description: "Host of the ecosystem", tags: { Name: name } },
    { parent },
  );
  const inside = { parent };
  const ingressRules: pulumi.Resource[] = [];
  for (const [port, why] of [
    [80, "HTTP: redirect to HTTPS and certificate challenges"],
    [443, "HTTPS"],
  ] as const) {
    const web = new aws.vpc.SecurityGroupIngressRule(
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
    ingressRules.push(web);
  }
  for (const cidr of [...new Set(args.sshAllowedCidrs)]) {
    const family = ipaddr.parseCIDR(cidr)[0].kind() === "ipv6" ? { cidrIpv6: cidr } : { cidrIpv4: cidr };
    const ssh = new aws.vpc.SecurityGroupIngressRule(
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
    ingressRules.push(ssh);
  }
  const out = new aws.vpc.SecurityGroupEgressRule(
    `${name}-out`,
    {
      securityGroupId: group.id,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "-1",
      description: "Workflows and channels reach whatever their users connect",
    },
    inside,
  );
  return { id: usable(group.id, [out]), ingressRules };
}
