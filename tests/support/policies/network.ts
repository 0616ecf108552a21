import { resource, UNKNOWN } from "./resource";
import type { RuleCase } from "./cases";

const ingress = (inputs: Record<string, unknown>) => [
  resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { ipProtocol: "tcp", ...inputs }),
];
const egress = (inputs: Record<string, unknown>) => [
  resource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", inputs),
];
const group = (inputs: Record<string, unknown>) =>
  resource("aws:ec2/securityGroup:SecurityGroup", inputs, { name: "sg" });
const ports = (fromPort: unknown, toPort: unknown, cidrIpv4 = "0.0.0.0/0") => ingress({ fromPort, toPort, cidrIpv4 });

/** A port in each way that it can be opened to the world. */
const opened = (port: number) => [
  ports(port, port),
  ports(port - 1, port + 1),
  ports(port, port, "0.0.0.0/1"),
  ingress({ fromPort: port, toPort: port, cidrIpv6: "::/0" }),
  ingress({ ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
  [group({ ingress: [{ protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }] })],
  [
    resource("aws:ec2/securityGroupRule:SecurityGroupRule", {
      type: "ingress",
      protocol: "6",
      fromPort: port,
      toPort: port,
      ipv6CidrBlocks: ["2000::/3"],
    }),
  ],
];
/** Not open to the world, or not open there. */
const closed = (port: number) => [
  ports(port, port, "203.0.113.7/32"),
  ports(443, 443),
  ports(UNKNOWN, UNKNOWN),
  ingress({ fromPort: port, toPort: port, cidrIpv4: UNKNOWN }),
  ingress({ fromPort: port, toPort: port, referencedSecurityGroupId: "sg-1" }),
  ingress({ ipProtocol: "icmp", fromPort: -1, toPort: -1, cidrIpv4: "0.0.0.0/0" }),
];

const vpc = resource("aws:ec2/vpc:Vpc", {}, { name: "vpc" });
const defaultGroup = (inputs: Record<string, unknown>) =>
  resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", inputs, { uses: [vpc] });
const inGroup = resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {}, { uses: [group({})] });

export const networkCases: Readonly<Record<string, RuleCase>> = {
  "AIE-NET-01": { bad: opened(22), good: closed(22) },
  "AIE-NET-03": {
    bad: [
      ports(5432, 5432),
      ports(3389, 3389),
      ports(442, 443),
      ports(0, 65535),
      ingress({ ipProtocol: "-1", cidrIpv6: "::/0" }),
    ],
    good: [...closed(5432), ports(80, 80), ports(22, 22)],
  },
  "AIE-NET-04": { bad: opened(80), good: closed(80) },
  "AIE-NET-06": {
    bad: [
      egress({ ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
      egress({ ipProtocol: "tcp", fromPort: 0, toPort: 65535, cidrIpv6: "::/0" }),
    ],
    good: [
      egress({ ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" }),
      egress({ ipProtocol: "-1", cidrIpv4: "10.0.0.0/16" }),
    ],
  },
  "AIE-NET-07": { bad: [[group({ ingress: [{ fromPort: 443 }] }), inGroup]], good: [[group({}), inGroup]] },
  "AIE-NET-08": {
    bad: [[vpc], [vpc, defaultGroup({ ingress: [{ protocol: "-1", self: true }] })]],
    good: [
      [vpc, defaultGroup({})],
      [vpc, defaultGroup({ ingress: [], egress: [] })],
    ],
  },
  "AIE-NET-10": {
    bad: [[resource("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true })]],
    good: [
      [resource("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: false })],
      [resource("aws:ec2/subnet:Subnet", {})],
    ],
  },
};
