import type { Role, Text } from "../../../services/model/types";
import type { RecordedResource } from "../../../record/record";
import { securityGraph, connectionsOf } from "./security-graph";
import type { FargatePreview } from "../data";
import { joined, listed, number, several, words, type Words } from "../../../services/model/text";

/** A box of the picture. */
export interface ProdNode {
  readonly name: string;
  readonly title: Words;
  readonly role: Role;
  /** Two lines below the title. */
  readonly lines: readonly Words[];
  /** Zones in which something of it always runs; `maybe`: in one of them, or when there is more to do. */
  readonly zones: { readonly sure: readonly string[]; readonly maybe: readonly string[] };
  /** In full, for those who point at it. */
  readonly about: Words;
}

export interface ProdModel {
  readonly edge: readonly ProdNode[];
  /** Buckets that a distribution serves. */
  readonly served: readonly ProdNode[];
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
  readonly beside: readonly Words[];
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const letter = (zone: string): string => zone.slice(-1);

/** What runs in which zones when `count` of it are spread over all of them. */
const spread = (count: number, zones: readonly string[]) =>
  count >= zones.length ? { sure: zones, maybe: [] } : { sure: [], maybe: zones };

function edge(of: (type: string) => readonly RecordedResource[], domain: string): ProdNode[] {
  const walled = of("aws:wafv2/webAcl:WebAcl").length > 0 ? { en: "firewall, TLS", es: "cortafuegos, TLS" } : "TLS";
  return of("aws:cloudfront/distribution:Distribution").map((d): ProdNode => {
    const aliases = items(d.inputs["aliases"]).filter((a) => typeof a === "string");
    const isDashboard = aliases.includes(domain);
    return {
      name: d.name,
      title: "CloudFront",
      role: "proxy",
      lines: [
        isDashboard
          ? { en: "the dashboard", es: "el panel" }
          : several(aliases.length, { en: "application|applications", es: "aplicación|aplicaciones" }),
        walled,
      ],
      zones: { sure: [], maybe: [] },
      about: `${d.name}: ${aliases.join(", ")}`,
    };
  });
}

/** Each distribution with the bucket that it serves. */
function serving(of: (type: string) => readonly RecordedResource[]): (readonly [from: string, bucket: ProdNode])[] {
  const buckets = of("aws:s3/bucket:Bucket");
  return of("aws:cloudfront/distribution:Distribution").flatMap((d) =>
    buckets
      .filter((b) => d.dependencies.includes(b.urn))
      .map((b) => [
        d.name,
        {
          name: b.name,
          title: { en: "S3 bucket", es: "Bucket de S3" },
          role: "store",
          lines: [
            { en: "its pages", es: "sus páginas" },
            { en: "not in the VPC", es: "fuera de la VPC" },
          ],
          zones: { sure: [], maybe: [] },
          about: b.name,
        },
      ]),
  );
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
    lines: [
      text(r.inputs["instanceClass"]) ?? "",
      r.inputs["multiAz"] === true
        ? { en: "primary and standby", es: "principal y de reserva" }
        : { en: "one zone", es: "una zona" },
    ],
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
      lines: [
        text(instances[0]?.inputs["instanceClass"]) ?? "",
        several(instances.length, { en: "instance|instances", es: "instancia|instancias" }),
      ],
      zones: { sure: [...new Set(known)].sort(), maybe: known.length === 0 ? zones : [] },
      about: `${r.name}, DocumentDB`,
    };
  });
  const redis = of("aws:elasticache/replicationGroup:ReplicationGroup").map((r): ProdNode => ({
    name: "redis",
    title: "Valkey",
    role: "store",
    lines: [
      text(r.inputs["nodeType"]) ?? "",
      several(Number(r.inputs["numCacheClusters"] ?? 1), { en: "node|nodes", es: "nodo|nodos" }),
    ],
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
  const counted = (type: string, forms: Text) => several(of(type).length, forms);
  const subnets = of("aws:ec2/subnet:Subnet");
  const zones = [...new Set(subnets.flatMap((s) => text(s.inputs["availabilityZone"]) ?? []).map(letter))].sort();
  const domain = facts.address;
  const ecs = new Map(of("aws:ecs/service:Service").map((s) => [text(s.inputs["name"]), s]));
  const balancers = of("aws:lb/loadBalancer:LoadBalancer").map((b): ProdNode => ({
    name: b.name,
    title: { en: "Load balancer", es: "Balanceador" },
    role: "proxy",
    lines: [
      { en: "from CloudFront only", es: "solo desde CloudFront" },
      counted("aws:lb/listenerRule:ListenerRule", { en: "rule|rules", es: "regla|reglas" }),
    ],
    zones: spread(items(b.inputs["subnets"]).length, zones),
    about: words`${b.name}: ${
      b.inputs["internal"] === true
        ? { en: "internal", es: "interno" }
        : { en: "with public addresses", es: "con direcciones públicas" }
    }`,
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
            lines: [
              { en: "calls of the tasks", es: "llamadas de las tareas" },
              { en: "to the internet", es: "a Internet" },
            ],
            zones: { sure: zones.slice(0, nats), maybe: [] },
            about: words`${nats}: ${{ en: "models, mail, webhooks", es: "modelos, correo, webhooks" }}`,
          },
        ];
  const services = catalogue.services.flatMap((s): ProdNode[] => {
    if (s.fargate === undefined || !ecs.has(s.name)) return [];
    const { cpu, memoryMb, minTasks, maxTasks, spot } = s.fargate;
    const url = endpoints.find((e) => e.service === s.name)?.url;
    const most = several(maxTasks, { en: "task|tasks", es: "tarea|tareas" });
    const count = minTasks === maxTasks ? most : words`${minTasks} ${{ en: "to", es: "a" }} ${most}`;
    const size = words`${number(cpu)} vCPU, ${number(memoryMb / 1024)} GB`;
    return [
      {
        name: s.name,
        title: s.title,
        role: s.role,
        lines: [url === undefined ? s.name : new URL(url).host, words`${count} · ${size}`],
        zones: spread(minTasks, zones),
        about: words`${s.name}, ${count}, ${size}${spot === true ? { en: ", on Spot", es: ", en Spot" } : ""}`,
      },
    ];
  });
  const kept = stores(of, zones);
  const connects = connections(resources);
  const holder = (store: string) => of(storeTypes[store] ?? "")[0];
  const [applications] = of("aws:cloudfront/distribution:Distribution").filter((d) =>
    d.dependencies.some((urn) => balancers.some((b) => urn.endsWith(`::${b.name}`))),
  );
  const pages = serving(of);
  const vpc = of("aws:ec2/vpc:Vpc")[0];
  return {
    edge: edge(of, domain),
    served: pages.map(([, bucket]) => bucket),
    balancers,
    outlets,
    services,
    stores: kept,
    requests: [
      ...(applications === undefined ? [] : balancers.map((b) => [applications.name, b.name] as const)),
      ...pages.map(([from, bucket]) => [from, bucket.name] as const),
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
      counted("aws:s3/bucket:Bucket", { en: "bucket|buckets", es: "bucket|buckets" }),
      counted("aws:secretsmanager/secret:Secret", { en: "secret|secrets", es: "secreto|secretos" }),
      counted("aws:ecr/repository:Repository", {
        en: "image repository|image repositories",
        es: "repositorio de imágenes|repositorios de imágenes",
      }),
      counted("aws:cloudwatch/logGroup:LogGroup", {
        en: "log group|log groups",
        es: "grupo de registros|grupos de registros",
      }),
      counted("aws:cloudwatch/metricAlarm:MetricAlarm", { en: "alarm|alarms", es: "alarma|alarmas" }),
      ...(of("aws:guardduty/detector:Detector").length > 0 ? ["GuardDuty"] : []),
    ],
  };
}

/** The picture in words. */
export function describeProd(model: ProdModel): Words {
  const withLines = (nodes: readonly ProdNode[]) =>
    listed(nodes.map((n) => words`${n.title} (${joined(n.lines, ", ")})`));
  const services = model.services.map((s) => {
    const stores = model.uses.filter(([from]) => from === s.name).map(([, store]) => store);
    const reached = model.requests.some(([, target]) => target === s.name)
      ? { en: "behind the load balancer", es: "detrás del balanceador" }
      : { en: "inside", es: "dentro" };
    return words`${s.about}, ${reached}${stores.length > 0 ? words`, ${{ en: "uses", es: "usa" }} ${listed(stores)}` : ""}`;
  });
  const zones = listed(model.zones);
  const front = {
    en: `in front of the load balancer in zones ${zones.en}`,
    es: `delante del balanceador en las zonas ${zones.es}`,
  };
  return words`${withLines(model.edge)} ${front}. ${joined(services, "; ")}. ${{ en: "Stores", es: "Almacenes" }}: ${withLines(model.stores)}.`;
}
