import { list } from "../engine/inputs";
import {
  covers,
  defaultSecurityGroup,
  describe,
  groupTypes,
  ingressRule,
  isWorld,
  eitherRule,
  egressRule,
  openingsOf,
  ruleTypes,
  type Opening,
} from "../engine/openings";
import type { RecordedResource, Rule } from "../engine/types";

const incoming = [...groupTypes, ingressRule, eitherRule];
const outgoing = [...groupTypes, egressRule, eitherRule];

const worldOpenings = (resource: RecordedResource): readonly Opening[] =>
  openingsOf(resource, "ingress").filter((o) => isWorld(o.cidr));

const opens = (test: (o: Opening) => boolean) => (resource: RecordedResource) =>
  worldOpenings(resource)
    .filter(test)
    .map((o) => `opens ${describe(o)}`);

/** Exactly one port, over TCP. */
const only = (o: Opening, port: number) => o.protocol === "tcp" && o.from === port && o.to === port;

const vpc = "aws:ec2/vpc:Vpc";

/** Security groups, and the VPC that they are in. */
export const networkRules: readonly Rule[] = [
  {
    id: "AIE-NET-01",
    severity: "error",
    title: "SSH is not open to the internet",
    reason: "Port 22 of a public address is tried by password and key guessers within minutes.",
    remedy: "Name your own networks in ai-ecosystem:sshAllowedCidrs, or use Session Manager (ssmCommand) alone.",
    references: ["FSBP EC2.13", "CKV_AWS_24", "AVD-AWS-0107", "CIS 5.3", "CIS 5.4"],
    types: incoming,
    scope: "resource",
    check: opens((o) => covers(o, 22)),
  },
  {
    id: "AIE-NET-03",
    severity: "error",
    title: "The internet reaches no port but 443 (and 80)",
    reason: "Everything is served by the proxy over TLS; another open port goes round its limits and its logs.",
    remedy:
      "Close the port in the component's security group and route the service through the proxy (services/<name>.ts).",
    references: ["FSBP EC2.18", "FSBP EC2.19", "CKV_AWS_277", "AVD-AWS-0107"],
    types: incoming,
    scope: "resource",
    // 22 and 80 have rules of their own
    check: opens((o) => o.protocol !== "icmp" && ![443, 22, 80].some((port) => only(o, port))),
  },
  {
    id: "AIE-NET-04",
    severity: "error",
    title: "Plain HTTP is not open to the internet",
    reason: "What is sent over port 80 can be read and changed on the way.",
    remedy: "Close port 80; only what redirects to HTTPS and answers ACME challenges may have it open.",
    references: ["CKV_AWS_260", "FSBP EC2.18"],
    types: incoming,
    scope: "resource",
    check: opens((o) => covers(o, 80)),
  },
  {
    id: "AIE-NET-06",
    severity: "error",
    title: "Outgoing traffic is limited to the ports that are needed",
    reason: "A container that was broken into can send the data anywhere, by any protocol.",
    remedy: "Name ports and protocols in the egress rules of the component (components/).",
    references: ["CKV_AWS_382", "AVD-AWS-0104"],
    types: outgoing,
    scope: "resource",
    check: (resource) =>
      openingsOf(resource, "egress")
        .filter((o) => isWorld(o.cidr) && o.protocol !== "icmp" && o.from <= 1 && o.to >= 65535)
        .map((o) => `lets out ${describe(o)}`),
  },
  {
    id: "AIE-NET-07",
    severity: "error",
    title: "A security group has inline rules or rule resources, not both",
    reason: "Each update of the group then removes the rules of the other kind, and opens or closes ports unseen.",
    remedy: "Use aws.vpc.SecurityGroupIngressRule and aws.vpc.SecurityGroupEgressRule only.",
    references: [],
    types: groupTypes,
    scope: "stack",
    check: (group, stack) => {
      const inline = ["ingress", "egress"].some((d) => list(group.inputs[d]).length > 0);
      const rules = stack.usersOf(group, ...ruleTypes).map((r) => r.name);
      return inline && rules.length > 0 ? [`has inline rules besides ${rules.join(", ")}`] : [];
    },
  },
  {
    id: "AIE-NET-08",
    severity: "error",
    title: "The VPC's default security group is closed",
    reason: "Whatever is started without a group gets this one, and as AWS makes it, it trusts all its members.",
    remedy:
      "Declare an aws.ec2.DefaultSecurityGroup for the VPC with neither ingress nor egress (components/network.ts).",
    references: ["FSBP EC2.2", "CKV2_AWS_12", "AVD-AWS-0173", "CIS 5.5"],
    types: [vpc],
    scope: "stack",
    check: (resource, stack) => {
      const groups = stack.usersOf(resource, defaultSecurityGroup);
      if (groups.length === 0) return ["leaves its default security group as AWS makes it"];
      return groups
        .filter((g) => ["ingress", "egress"].some((d) => list(g.inputs[d]).length > 0))
        .map((g) => `has an open default security group (${g.name})`);
    },
  },
  {
    id: "AIE-NET-10",
    severity: "error",
    title: "Subnets give no public addresses by themselves",
    reason: "A machine would be on the internet because of where it was started, not because someone decided so.",
    remedy: "Set mapPublicIpOnLaunch: false and give an Elastic IP to what must be reached (components/network.ts).",
    references: ["FSBP EC2.15", "CKV_AWS_130", "AVD-AWS-0164"],
    types: ["aws:ec2/subnet:Subnet"],
    scope: "resource",
    check: (resource) => (resource.inputs["mapPublicIpOnLaunch"] === true ? ["maps public addresses on launch"] : []),
  },
];
