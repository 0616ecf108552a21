import { answer } from "../../../record/mocks/calls";
import type { RecordedResource } from "../../../record/record";
import {
  securityGraph,
  type SecurityGroupRule,
  type Group,
  type SecurityGraph,
} from "../../../tools/report/pictures/security-graph";
import type { Catalogue } from "../../../services/catalogue";
import type { Store } from "../../../services/model/types";

const cloudFront = String(
  answer(
    "aws:ec2/getManagedPrefixList:getManagedPrefixList",
    { name: "com.amazonaws.global.cloudfront.origin-facing" },
    "us-east-1",
  )["id"],
);

const ports: Readonly<Record<Store, number>> = { postgres: 5432, mongodb: 27017, redis: 6379 };
const stores: Readonly<Record<string, Store>> = {
  "aws:rds/instance:Instance": "postgres",
  "aws:docdb/cluster:Cluster": "mongodb",
  "aws:elasticache/replicationGroup:ReplicationGroup": "redis",
};

/** Functions in the VPC, and the stores that each is there for. */
const functions: Readonly<Record<string, readonly Store[]>> = {
  "queues-function": ["redis"],
  "rotator-function": ["postgres"],
};

/** Short name of whoever is in a group. */
function who(member: RecordedResource): string {
  const store = stores[member.type];
  if (store !== undefined) return store;
  if (member.type === "aws:ecs/service:Service") return String(member.inputs["name"]);
  if (member.type === "aws:lb/loadBalancer:LoadBalancer") return "alb";
  if (member.type === "command:local:Command") return "jobs";
  return Object.keys(functions).find((name) => member.name.endsWith(`-${name}`)) ?? member.name;
}

const nameOf = (group: Group): string => [...new Set(group.members.map(who))].join("+") || group.name;

const span = ({ protocol, from, to }: SecurityGroupRule): string =>
  protocol === "tcp" && from === to ? String(from) : `${protocol} ${from}-${to}`;

/** `from > to : port` of each rule, as its own end has it. */
function connections(graph: SecurityGraph, direction: SecurityGroupRule["direction"]): string[] {
  const name = (id: string) => {
    const group = graph.groups.get(id);
    return group === undefined ? (id === cloudFront ? "CloudFront" : id) : nameOf(group);
  };
  return graph.rules
    .filter((d) => d.direction === direction)
    .map((d) => {
      const [from, to] = direction === "egress" ? [d.group, d.peer] : [d.peer, d.group];
      return `${name(from)} > ${name(to)} : ${span(d)}`;
    });
}

/** What the catalogue asks for: the connections inside, and those to the internet. */
function wanted({ services, jobs }: Catalogue, has: readonly string[]) {
  const routed = services.flatMap((s) =>
    s.route === undefined
      ? []
      : [...new Set([s.ports[0], ...(s.route.paths ?? []).map((p) => p.port)])].map((port) => [s.name, port] as const),
  );
  const webhooks = ["n8n", "n8n-webhook"].every((name) => services.some((s) => s.name === name));
  const users = [
    ...services.map((s) => [s.name, s.uses ?? []] as const),
    ["jobs", [...new Set(jobs.flatMap((j) => j.uses ?? []))]] as const,
    ...Object.entries(functions).filter(([name]) => has.includes(name)),
  ];
  const inside = [
    ...routed.map(([service, port]) => `alb > ${service} : ${port}`),
    ...(webhooks ? ["alb > n8n-webhook : 5678"] : []),
    ...services.flatMap((s) =>
      (s.calls ?? []).flatMap((called) => {
        const to = services.find((other) => other.name === called);
        const port = to?.internalPort ?? to?.ports[0];
        return port === undefined ? [] : [`${s.name} > ${called} : ${port}`];
      }),
    ),
    ...users.flatMap(([user, used]) =>
      used.filter((store) => has.includes(store)).map((store) => `${user} > ${store} : ${ports[store]}`),
    ),
  ];
  const outside: readonly (readonly [string, object])[] = [
    ...services.map((s) => [s.name, s.internet ?? {}] as const),
    ...(jobs.length === 0 ? [] : [["jobs", Object.assign({}, ...jobs.map((j) => j.internet)) as object] as const]),
    ...Object.keys(functions)
      .filter((name) => has.includes(name))
      .map((name) => [name, {}] as const),
  ];
  return {
    inside,
    outside: outside.flatMap(([name, internet]) =>
      [...new Set([443, ...Object.keys(internet).map(Number)])].map((port) => `${name} > 0.0.0.0/0 : ${port}`),
    ),
  };
}

const without = (all: readonly string[], known: readonly string[], text: string): string[] =>
  all.filter((entry) => !known.includes(entry)).map((entry) => `${text}: ${entry}`);

/** How the security groups of a production stack differ from what its catalogue asks for; nothing, if all is well. */
export function unexpectedConnections(resources: readonly RecordedResource[], catalogue: Catalogue): string[] {
  const graph = securityGraph(resources);
  const groups = [...graph.groups.values()];
  const members = groups.flatMap((g) => g.members);
  const { inside, outside } = wanted(catalogue, groups.map(nameOf));
  const [ins, outs] = [connections(graph, "ingress"), connections(graph, "egress")];
  const entered = ["CloudFront > alb : 443", ...inside];
  const left = [...inside, ...outside];
  return [
    ...without(ins, entered, "lets in"),
    ...without(entered, ins, "does not let in"),
    ...without(outs, left, "lets out"),
    ...without(left, outs, "does not let out"),
    ...groups.filter((g) => nameOf(g).includes("+")).map((g) => `shared group: ${nameOf(g)}`),
    ...members
      .filter((m, i) => members.indexOf(m) !== i && m.type !== "command:local:Command")
      .map((m) => `in several groups: ${m.name}`),
  ];
}
