import type { RecordedResource } from "../../../record/record";
import { typeNames } from "./type-names";

/** Resources of one type in one component. */
export interface Group {
  readonly id: string;
  readonly label: string;
  readonly members: readonly RecordedResource[];
  /** 0 for what depends on nothing in its room, else one more than the deepest it depends on. */
  readonly layer: number;
}

/** A component with what it holds. */
export interface Room {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly groups: readonly Group[];
  readonly layers: number;
}

/** `to` depends on `from`; `count` is the number of dependencies between their members. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** What a stack is made of, small enough to be drawn. */
export interface Graph {
  readonly rooms: readonly Room[];
  /** Between groups of the same room, without those that a longer way implies. */
  readonly inside: readonly Edge[];
  /** Between rooms, as much of it as no longer way implies. */
  readonly between: readonly Edge[];
}

const stackType = "pulumi:pulumi:Stack";

/** The last part of a type: `aws:ec2/vpc:Vpc` is `Vpc`, a provider is `aws provider`. */
export function shortType(type: string): string {
  const [first = "", second = "", third = ""] = type.split(":");
  return first === "pulumi" && second === "providers" ? `${third} provider` : third;
}

/** Components: our own types, and whatever has children. */
export function isComponent(resource: RecordedResource, resources: readonly RecordedResource[]): boolean {
  return resource.type.startsWith("ai-ecosystem:") || resources.some((r) => r.parent === resource.urn);
}

/** Names that people use, where the type's own words are not. */
const spoken: Readonly<Record<string, string>> = {
  Vpc: "VPC",
  NatGateway: "NAT gateway",
  Eip: "Elastic IP",
  EipAssociation: "Elastic IP link",
  SecurityGroupIngressRule: "Ingress rule",
  SecurityGroupEgressRule: "Egress rule",
  DefaultSecurityGroup: "Default security group",
  RouteTableAssociation: "Route table link",
  VolumeAttachment: "Volume link",
};

/** A type in words: `InternetGateway` is `Internet gateway`. */
export function typeWords(type: string): string {
  const short = shortType(type);
  const words = short.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return typeNames[type] ?? spoken[short] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

type Adjacency = ReadonlyMap<string, ReadonlySet<string>>;

/** Nodes that can be reached from `start` by at least two steps. */
function reachedByDetour(edges: Adjacency, start: string): Set<string> {
  const found = new Set<string>();
  const direct = edges.get(start) ?? new Set<string>();
  const todo = [...direct].flatMap((next) => [...(edges.get(next) ?? [])]);
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (found.has(node) || node === start) continue;
    found.add(node);
    todo.push(...(edges.get(node) ?? []));
  }
  return found;
}

/** Longest way to each node; a cycle (two types that use each other) is cut where it is met. */
function layersOf(nodes: readonly string[], edges: Adjacency): ReadonlyMap<string, number> {
  const before = new Map(nodes.map((n) => [n, nodes.filter((m) => edges.get(m)?.has(n) === true)]));
  const layers = new Map<string, number>();
  const visit = (node: string, path: ReadonlySet<string>): number => {
    const known = layers.get(node);
    if (known !== undefined) return known;
    const depths = (before.get(node) ?? [])
      .filter((m) => !path.has(m))
      .map((m) => visit(m, new Set([...path, node])) + 1);
    const layer = Math.max(0, ...depths);
    layers.set(node, layer);
    return layer;
  };
  for (const node of nodes) visit(node, new Set());
  // what needs nothing stands just before what needs it: short lines
  for (const node of nodes.filter((n) => (before.get(n) ?? []).length === 0)) {
    const users = [...(edges.get(node) ?? [])].map((n) => layers.get(n) ?? 0);
    if (users.length > 0) layers.set(node, Math.max(0, Math.min(...users) - 1));
  }
  return layers;
}

const byCode = (a: string, b: string) => (a < b ? -1 : 1);

/** Groups resources by component and type, and their dependencies with them. The same input gives the same graph. */
export function graphOf(resources: readonly RecordedResource[]): Graph {
  const byUrn = new Map(resources.map((r) => [r.urn, r]));
  const stack = resources.find((r) => r.type === stackType);
  /** The component that holds a resource; those of one kind inside another (a secret bundle per service) share a room. */
  const rooms = new Map<string, RecordedResource[]>();
  const roomOf = (resource: RecordedResource): string => {
    const component = byUrn.get(resource.parent ?? "");
    if (component === undefined || component === stack) return "stack";
    const id = component.parent === stack?.urn ? component.urn : `${component.parent ?? ""}>${component.type}`;
    const sharing = rooms.get(id) ?? [];
    if (!sharing.includes(component)) rooms.set(id, [...sharing, component]);
    return id;
  };
  const drawn = resources.filter(
    (r) => !isComponent(r, resources) && r.type !== stackType && !r.type.startsWith("pulumi:providers:"),
  );
  const groupOf = (resource: RecordedResource) => `${roomOf(resource)}|${resource.type}`;

  const groups = new Map<string, RecordedResource[]>();
  for (const resource of drawn) {
    const id = groupOf(resource);
    groups.set(id, [...(groups.get(id) ?? []), resource]);
  }
  const insideCounts = new Map<string, Map<string, number>>();
  const betweenCounts = new Map<string, Map<string, number>>();
  const count = (counts: Map<string, Map<string, number>>, from: string, to: string) => {
    const row = counts.get(from) ?? new Map<string, number>();
    counts.set(from, row.set(to, (row.get(to) ?? 0) + 1));
  };
  for (const resource of drawn) {
    for (const urn of resource.dependencies) {
      const dependency = byUrn.get(urn);
      if (dependency === undefined || isComponent(dependency, resources)) continue;
      const [fromRoom, toRoom] = [roomOf(dependency), roomOf(resource)];
      if (fromRoom !== toRoom) count(betweenCounts, fromRoom, toRoom);
      else if (groupOf(dependency) !== groupOf(resource)) count(insideCounts, groupOf(dependency), groupOf(resource));
    }
  }
  const adjacency = new Map([...insideCounts].map(([from, row]) => [from, new Set(row.keys())]));
  const edgesOf = (counts: Map<string, Map<string, number>>): Edge[] =>
    [...counts]
      .flatMap(([from, row]) => [...row].map(([to, n]) => ({ from, to, count: n })))
      .sort((a, b) => byCode(a.from + a.to, b.from + b.to));

  const placed = [...new Set(drawn.map(roomOf))].sort(byCode).map((id): Room => {
    const ids = [...groups.keys()].filter((g) => g.startsWith(`${id}|`)).sort(byCode);
    const layers = layersOf(ids, adjacency);
    const [component, ...others] = rooms.get(id) ?? [];
    const members = ids.map((groupId): Group => {
      const inGroup = groups.get(groupId) ?? [];
      return {
        id: groupId,
        label: typeWords(inGroup[0]?.type ?? ""),
        members: inGroup,
        layer: layers.get(groupId) ?? 0,
      };
    });
    return {
      id,
      title:
        component === undefined
          ? "Stack"
          : `${shortType(component.type)}${others.length > 0 ? ` ×${others.length + 1}` : ""}`,
      kind: others.length > 0 ? "" : (component?.name ?? ""),
      groups: members,
      layers: Math.max(0, ...members.map((g) => g.layer)) + 1,
    };
  });
  const inside = edgesOf(insideCounts).filter((e) => !reachedByDetour(adjacency, e.from).has(e.to));
  const neighbours = new Map([...betweenCounts].map(([from, row]) => [from, new Set(row.keys())]));
  const all = edgesOf(betweenCounts);
  const between = all.filter((e) => !reachedByDetour(neighbours, e.from).has(e.to));
  return { rooms: orderRooms(placed, all), inside, between };
}

/** Rooms that others use come first, those that have to do with no other last. */
function orderRooms(rooms: readonly Room[], between: readonly Edge[]): Room[] {
  const ids = rooms.map((r) => r.id);
  const edges = new Map(ids.map((id) => [id, new Set(between.filter((e) => e.from === id).map((e) => e.to))]));
  const layers = layersOf(ids, edges);
  const alone = (room: Room) => Number(!between.some((e) => e.from === room.id || e.to === room.id));
  return [...rooms].sort(
    (a, b) => alone(a) - alone(b) || (layers.get(a.id) ?? 0) - (layers.get(b.id) ?? 0) || byCode(a.title, b.title),
  );
}
