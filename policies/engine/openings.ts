import { at, isObject, isOpaque, list, numeric, strings } from "./inputs";
import type { RecordedResource } from "./types";

export const securityGroup = "aws:ec2/securityGroup:SecurityGroup";
export const defaultSecurityGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
export const ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const egressRule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
/** The older resource for either direction. */
export const eitherRule = "aws:ec2/securityGroupRule:SecurityGroupRule";
export const groupTypes = [securityGroup, defaultSecurityGroup];
export const ruleTypes = [ingressRule, egressRule, eitherRule];

export type Direction = "ingress" | "egress";

/** Ports that a security group lets through, to or from one network. */
export interface Opening {
  readonly cidr: string;
  readonly protocol: "tcp" | "udp" | "icmp" | "all";
  readonly from: number;
  readonly to: number;
}

const protocols: Readonly<Record<string, Opening["protocol"]>> = {
  tcp: "tcp",
  "6": "tcp",
  udp: "udp",
  "17": "udp",
  icmp: "icmp",
  "1": "icmp",
  icmpv6: "icmp",
  "58": "icmp",
};

const port = (value: unknown): number | undefined =>
  isOpaque(value) || Number.isNaN(numeric(value)) ? undefined : numeric(value);

/** Protocol and ports of a rule; undefined while they are not known. */
export function spanOf(protocol: unknown, from: unknown, to: unknown): Omit<Opening, "cidr"> | undefined {
  if (isOpaque(protocol)) return undefined;
  // whatever is not one of these (-1, all, ESP, ...) has no ports: it counts as all of them
  const name = protocols[typeof protocol === "string" ? protocol.toLowerCase() : numeric(protocol)] ?? "all";
  const [first, last] = name === "all" ? [0, 65535] : [port(from), port(to)];
  return first === undefined || last === undefined ? undefined : { protocol: name, from: first, to: last };
}

function openings(protocol: unknown, from: unknown, to: unknown, cidrs: readonly string[]): Opening[] {
  const span = spanOf(protocol, from, to);
  return span === undefined ? [] : cidrs.filter((c) => !isOpaque(c)).map((cidr) => ({ cidr, ...span }));
}

/** What a security group or a rule of one lets through in a direction; parts that are not known yet are left out. */
export function openingsOf(resource: RecordedResource, direction: Direction): readonly Opening[] {
  const { type, inputs } = resource;
  if (type === (direction === "ingress" ? ingressRule : egressRule)) {
    const cidrs = [...strings(inputs["cidrIpv4"]), ...strings(inputs["cidrIpv6"])];
    return openings(inputs["ipProtocol"], inputs["fromPort"], inputs["toPort"], cidrs);
  }
  const blocks =
    type === eitherRule && inputs["type"] === direction
      ? [inputs]
      : groupTypes.includes(type)
        ? list(inputs[direction])
        : [];
  return blocks.filter(isObject).flatMap((block) => {
    const cidrs = [...strings(block["cidrBlocks"]), ...strings(block["ipv6CidrBlocks"])];
    return openings(block["protocol"], at(block, "fromPort"), at(block, "toPort"), cidrs);
  });
}

/** The whole internet, or so much of it that the difference does not matter (settings refuse the same for SSH). */
export function isWorld(cidr: string): boolean {
  const bits = /\/(\d{1,3})$/.exec(cidr)?.[1];
  return bits !== undefined && Number(bits) < 8;
}

export const covers = (opening: Opening, wanted: number): boolean =>
  opening.protocol !== "icmp" && opening.from <= wanted && wanted <= opening.to;

export const describe = ({ protocol, from, to, cidr }: Opening): string => {
  const ports = protocol === "all" ? "every port" : `${protocol} port ${from === to ? from : `${from}-${to}`}`;
  return `${ports} to ${cidr}`;
};
