import { at, isObject, list, strings } from "../../../policies/engine/inputs";
import {
  defaultSecurityGroup,
  eitherRule,
  egressRule,
  ingressRule,
  securityGroup,
  spanOf,
  type Direction,
} from "../../../policies/engine/openings";
import type { RecordedResource } from "../../../record/record";

/** A security group, and the resources that are in it. */
export interface Group {
  readonly id: string;
  /** Name of its resource. */
  readonly name: string;
  /** Sorted by name. */
  readonly members: readonly RecordedResource[];
}

/** What a group lets in or out: `peer` is a group's id, a prefix list's id, or a network as a CIDR block. */
export interface SecurityGroupRule {
  readonly group: string;
  readonly direction: Direction;
  readonly peer: string;
  readonly protocol: "tcp" | "udp" | "icmp" | "all";
  readonly from: number;
  readonly to: number;
  /** Name of the resource that opens it. */
  readonly rule: string;
}

/** Who may connect to whom. A connection is there when the one end lets it out and the other lets it in. */
export interface SecurityGraph {
  /** By id. */
  readonly groups: ReadonlyMap<string, Group>;
  readonly rules: readonly SecurityGroupRule[];
}

/** Keys of the inputs in which a resource names the groups that it is in. */
const memberKeys = [
  "securityGroups",
  "securityGroupIds",
  "vpcSecurityGroupIds",
  "networkConfiguration.securityGroups",
  "vpcConfig.securityGroupIds",
  // the command that starts a job's task
  "environment.SECURITY_GROUPS",
] as const;

/** `self` is what the rule's own group is called. */
const peers = (rule: Record<string, unknown>, self: string): readonly string[] => [
  ...["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId", "sourceSecurityGroupId"].flatMap((key) =>
    strings(rule[key]),
  ),
  ...["cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"].flatMap((key) => strings(rule[key])),
  ...(rule["self"] === true ? [self] : []),
];

function parseRule(
  group: string,
  direction: Direction,
  rule: Record<string, unknown>,
  name: string,
): SecurityGroupRule[] {
  const span = spanOf(rule["ipProtocol"] ?? rule["protocol"], rule["fromPort"], rule["toPort"]);
  // with neither ports nor protocol known it may be anything
  const ports = span ?? ({ protocol: "all", from: 0, to: 65535 } as const);
  return peers(rule, group).map((peer) => ({ group, direction, peer, ...ports, rule: name }));
}

function rulesOf({ type, id, name, inputs }: RecordedResource): SecurityGroupRule[] {
  if (type === securityGroup || type === defaultSecurityGroup) {
    return (["ingress", "egress"] as const).flatMap((direction) =>
      list(inputs[direction])
        .filter(isObject)
        .flatMap((block) => parseRule(id ?? name, direction, block, name)),
    );
  }
  const [group] = strings(inputs["securityGroupId"]);
  if (group === undefined) return [];
  if (type === ingressRule) return parseRule(group, "ingress", inputs, name);
  if (type === egressRule) return parseRule(group, "egress", inputs, name);
  return type === eitherRule ? parseRule(group, inputs["type"] === "egress" ? "egress" : "ingress", inputs, name) : [];
}

/** The security groups of recorded resources as a graph. Ids must be known: it cannot be made of a preview. */
export function securityGraph(resources: readonly RecordedResource[]): SecurityGraph {
  const byName = [...resources].sort((a, b) => (a.name < b.name ? -1 : 1));
  const isGroup = ({ type }: RecordedResource) => type === securityGroup || type === defaultSecurityGroup;
  const members = new Map<string, RecordedResource[]>();
  for (const r of byName.filter((other) => !isGroup(other) && other.type !== eitherRule)) {
    const ids = new Set(memberKeys.flatMap((key) => strings(at(r.inputs, key))));
    for (const id of ids) members.set(id, [...(members.get(id) ?? []), r]);
  }
  const groups = new Map(
    byName
      .filter(isGroup)
      .map(({ id = "", name }): [string, Group] => [id, { id, name, members: members.get(id) ?? [] }]),
  );
  return { groups, rules: byName.flatMap(rulesOf) };
}

const overlap = (a: SecurityGroupRule, b: SecurityGroupRule): boolean =>
  (a.protocol === b.protocol || a.protocol === "all" || b.protocol === "all") && a.from <= b.to && b.from <= a.to;

/** A connection that both ends let through. */
export interface Connection {
  readonly from: Group;
  readonly to: Group;
  readonly out: SecurityGroupRule;
  readonly in: SecurityGroupRule;
}

/** Every connection between two groups. */
export const connectionsOf = ({ groups, rules }: SecurityGraph): Connection[] =>
  rules.flatMap((out) => {
    const [from, to] = [groups.get(out.group), groups.get(out.peer)];
    if (out.direction !== "egress" || from === undefined || to === undefined) return [];
    return rules
      .filter((d) => d.direction === "ingress" && d.group === to.id && d.peer === from.id && overlap(out, d))
      .map((entry) => ({ from, to, out, in: entry }));
  });
