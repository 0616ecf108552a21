import { list } from "../engine/inputs";
import {
  covers,
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

/** Who may talk to whom. */
export const securityGroupRules: readonly Rule[] = [
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
];
