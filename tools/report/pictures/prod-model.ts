import type { Role } from "../../../services/model/types";
import type { RecordedResource } from "../../../record/record";
import { securityGraph, connectionsOf } from "./security-graph";
import type { FargatePreview } from "../data";

/** A box of the picture. */
export interface ProdNode {
  readonly name: string;
  readonly title: string;
  readonly role: Role;
  /** Two lines below the title. */
  readonly lines: readonly string[];
  /** Zones in which something of it always runs; `maybe`: in one of them, or when there is more to do. */
  readonly zones: { readonly sure: readonly string[]; readonly maybe: readonly string[] };
  /** In full, for those who point at it. */
  readonly about: string;
}

export interface ProdModel {
  readonly edge: readonly ProdNode[];
  readonly balancers: readonly ProdNode[];
  readonly outlets: readonly ProdNode[];
  readonly services: readonly ProdNode[];
  readonly stores: readonly ProdNode[];
  readonly requests: readonly (readonly [from: string, to: string])[];
  readonly uses: readonly (readonly [from: string, to: string])[];
  /** Letters of the zones. */
  readonly zones: readonly string[];
  readonly cidr: string;
  readonly jobs: number;
  /** What else the stack has, in words. */
  readonly beside: readonly string[];
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const letter = (zone: string): string => zone.slice(-1);
const plural = (n: number, word: string, words = `${word}s`): string => `${n} ${n === 1 ? word : words}`;

/** What runs in which zones when `count` of it are spread over all of them. */
const spread = (count: number, zones: readonly string[]) =>
  count >= zones.length ? { sure: zones, maybe: [] } : { sure: [], maybe: zones };

function edge(of: (type: string) => readonly RecordedResource[], domain: string): ProdNode[] {
  const walled = of("aws:wafv2/webAcl:WebAcl").length > 0 ? "firewall, TLS" : "TLS";
  return of("aws:cloudfront/distribution:Distribution").map((d): ProdNode => {
    const aliases = items(d.inputs["aliases"]).filter((a) => typeof a === "string");
    const isDashboard = aliases.includes(domain);
    return {
      name: d.name,
      title: "CloudFront",
      role: "proxy",
      lines: [isDashboard ? "the dashboard" : `${aliases.length} applications`, walled],
      zones: { sure: [], maybe: [] },
      about: `${d.name}: ${aliases.join(", ")}`,
    };
  });
}

/** What holds the data of a store. */
const storeTypes: Readonly<Record<string, string>> = {
  postgres: "aws:rds/instance:Instance",
  mongodb: "aws:docdb/cluster:Cluster",
  redis: "aws:elasticache/replicationGroup:ReplicationGroup",
};

function stores(of: (type: string) => readonly RecordedResource[], zones: readonly string[]): ProdNode[] {
  const both = { sure: zones.slice(0, 2), maybe: [] };
  const one = { sure: [], maybe: zones };
  const postgres = of("aws:rds/instance:Instance").map((r): ProdNode => ({
    name: "postgres",
    title: "PostgreSQL",
    role: "store",
    lines: [text(r.inputs["instanceClass"]) ?? "", r.inputs["multiAz"] === true ? "primary and standby" : "one zone"],
    zones: r.inputs["multiAz"] === true ? both : one,
    about: `${r.name}, RDS`,
  }));
  const mongodb = of("aws:docdb/cluster:Cluster").map((r): ProdNode => {
    const instances = of("aws:docdb/clusterInstance:ClusterInstance");
    const known = instances.flatMap((i) => text(i.inputs["availabilityZone"]) ?? []).map(letter);
    return {
      name: "mongodb",
      title: "DocumentDB",
      role: "store",
      lines: [text(instances[0]?.inputs["instanceClass"]) ?? "", plural(instances.length, "instance")],
      zones: { sure: [...new Set(known)].sort(), maybe: known.length === 0 ? zones : [] },
      about: `${r.name}, DocumentDB`,
    };
  });
  const redis = of("aws:elasticache/replicationGroup:ReplicationGroup").map((r): ProdNode => ({
    name: "redis",
    title: "Valkey",
    role: "store",
    lines: [text(r.inputs["nodeType"]) ?? "", plural(Number(r.inputs["numCacheClusters"] ?? 1), "node")],
    zones: r.inputs["multiAzEnabled"] === true ? both : one,
    about: `${r.name}, ElastiCache`,
  }));
  return [...postgres, ...mongodb, ...redis];
}

/** Whether the security groups let one resource connect to another. */
function connections(resources: readonly RecordedResource[]) {
  const connections = connectionsOf(securityGraph(resources));
  return (from: RecordedResource | undefined, to: RecordedResource | undefined): boolean =>
    from !== undefined &&
    to !== undefined &&
    connections.some((connection) => connection.from.members.includes(from) && connection.to.members.includes(to));
}

/** The recorded resources and the catalogue as boxes and lines: what is not in the graph is not in the picture. */
export function prodModel({ catalogue, resources, facts, endpoints }: FargatePreview): ProdModel {
  const of = (type: string) => resources.filter((r) => r.type === type);
  const subnets = of("aws:ec2/subnet:Subnet");
  const zones = [...new Set(subnets.flatMap((s) => text(s.inputs["availabilityZone"]) ?? []).map(letter))].sort();
  const domain = facts.address;
  const ecs = new Map(of("aws:ecs/service:Service").map((s) => [text(s.inputs["name"]), s]));
  const balancers = of("aws:lb/loadBalancer:LoadBalancer").map((b): ProdNode => ({
    name: b.name,
    title: "Load balancer",
    role: "proxy",
    lines: ["from CloudFront only", plural(of("aws:lb/listenerRule:ListenerRule").length, "rule")],
    zones: spread(items(b.inputs["subnets"]).length, zones),
    about: `${b.name}: ${b.inputs["internal"] === true ? "internal" : "with public addresses"}`,
  }));
  const nats = of("aws:ec2/natGateway:NatGateway").length;
  const outlets: ProdNode[] =
    nats === 0
      ? []
      : [
          {
            name: "nat",
            title: nats === 1 ? "NAT gateway" : "NAT gateways",
            role: "proxy",
            lines: ["calls of the tasks", "to the internet"],
            zones: { sure: zones.slice(0, nats), maybe: [] },
            about: `${plural(nats, "NAT gateway")}: models, mail, webhooks`,
          },
        ];
  const services = catalogue.services.flatMap((s): ProdNode[] => {
    if (s.fargate === undefined || !ecs.has(s.name)) return [];
    const { cpu, memoryMb, minTasks, maxTasks, spot } = s.fargate;
    const url = endpoints.find((e) => e.service === s.name)?.url;
    const number = minTasks === maxTasks ? plural(minTasks, "task") : `${minTasks} to ${maxTasks} tasks`;
    return [
      {
        name: s.name,
        title: s.title.en,
        role: s.role,
        lines: [url === undefined ? s.name : new URL(url).host, `${number} · ${cpu} vCPU, ${memoryMb / 1024} GB`],
        zones: spread(minTasks, zones),
        about: `${s.name}, ${number} of ${cpu} vCPU and ${memoryMb / 1024} GB${spot === true ? ", on Spot" : ""}`,
      },
    ];
  });
  const kept = stores(of, zones);
  const connects = connections(resources);
  const holder = (store: string) => of(storeTypes[store] ?? "")[0];
  const [applications] = of("aws:cloudfront/distribution:Distribution").filter((d) =>
    d.dependencies.some((urn) => balancers.some((b) => urn.endsWith(`::${b.name}`))),
  );
  const vpc = of("aws:ec2/vpc:Vpc")[0];
  const buckets = of("aws:s3/bucket:Bucket").length;
  return {
    edge: edge(of, domain),
    balancers,
    outlets,
    services,
    stores: kept,
    requests: [
      ...(applications === undefined ? [] : balancers.map((b) => [applications.name, b.name] as const)),
      ...of("aws:lb/loadBalancer:LoadBalancer").flatMap((b) =>
        services.filter((s) => connects(b, ecs.get(s.name))).map((s) => [b.name, s.name] as const),
      ),
    ],
    uses: services.flatMap((s) =>
      kept.filter((k) => connects(ecs.get(s.name), holder(k.name))).map((k) => [s.name, k.name] as const),
    ),
    zones,
    cidr: text(vpc?.inputs["cidrBlock"]) ?? "",
    jobs: catalogue.jobs.length,
    beside: [
      plural(buckets, "bucket"),
      plural(of("aws:secretsmanager/secret:Secret").length, "secret"),
      plural(of("aws:ecr/repository:Repository").length, "image repository", "image repositories"),
      plural(of("aws:cloudwatch/logGroup:LogGroup").length, "log group"),
      plural(of("aws:cloudwatch/metricAlarm:MetricAlarm").length, "alarm"),
      ...(of("aws:guardduty/detector:Detector").length > 0 ? ["GuardDuty"] : []),
    ],
  };
}

/** The picture in words. */
export function describeProd(model: ProdModel): string {
  const to = (name: string) => model.uses.filter(([from]) => from === name).map(([, store]) => store);
  const behind = model.services.map((s) => {
    const stores = to(s.name);
    const reached = model.requests.some(([, target]) => target === s.name) ? "behind the load balancer" : "inside";
    return `${s.about}, ${reached}${stores.length > 0 ? `, uses ${stores.join(", ")}` : ""}`;
  });
  return `${model.edge.map((e) => `${e.title} (${e.lines.join(", ")})`).join(", ")} in front of the load balancer in zones ${model.zones.join(" and ")}. ${behind.join("; ")}. Stores: ${model.stores.map((s) => `${s.title} (${s.lines.join(", ")})`).join(", ")}.`;
}
