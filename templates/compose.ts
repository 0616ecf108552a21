import { dump } from "js-yaml";
import type { Catalogue } from "../services/catalogue";
import { projectName } from "../services/dump";
import type { Container, HealthCheck, MemoryPlan, Network, Service } from "../services/model/types";
import { envName, textOf, type EnvValue, type Reference, type Store } from "../services/model/values";
import { originText, type Hosts } from "./hosts";

/** Interface of the network `aws` on the host; a name there has 15 characters at most. */
export const awsBridge = "ai-eco-aws";

export interface ComposeOptions {
  readonly plan: MemoryPlan;
  readonly hosts: Hosts;
  /** Addresses of stores that are elsewhere. @default the name of its container */
  readonly stores?: Readonly<Partial<Record<Store, string>>> | undefined;
  /** Hash of what is under a path of the release; a container is recreated when its files change. */
  readonly filesHash: (source: string) => string;
  /** Prefix of volumes that Docker keeps itself, for a machine without a data volume. @default the data volume */
  readonly dockerVolumes?: string;
  /**
   * Ports of this machine in place of the catalogue's, on the loopback address: `{ 80: 8080 }`; a port that is not named is
   * not published.
   */
  readonly ports?: Readonly<Record<number, number>>;
}

const home = "${ECOSYSTEM_HOME:-/opt/ai-ecosystem}";

/** Compose interpolates `$`; a text that is meant as it stands doubles it. */
const literal = (text: string): string => text.replaceAll("$", "$$$$");

/** Secrets are in `.env`; a store has the name of its container, unless it is elsewhere. */
const place =
  ({ hosts, stores = {} }: ComposeOptions) =>
  (reference: Reference): string => {
    if ("secret" in reference) return `\${${envName(reference.secret)}:?}`;
    if ("store" in reference) return literal(stores[reference.store] ?? reference.store);
    if ("origin" in reference) return literal(originText(hosts, reference));
    throw new Error(`on one host there is no bucket ${reference.bucket}`);
  };

const envValue = (value: EnvValue, options: ComposeOptions): string =>
  textOf(value, { text: literal, reference: place(options) });

const sorted = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

const healthcheck = (check: HealthCheck) => ({
  test: ["CMD", ...check.command.map(literal)],
  interval: `${check.interval}s`,
  timeout: `${check.timeout}s`,
  retries: check.retries,
  start_period: `${check.startPeriod}s`,
  start_interval: "2s",
});

const bind = (source: string, target: string, readOnly: boolean) => ({
  type: "bind",
  source,
  target,
  read_only: readOnly,
  // a missing file is an error, not an empty folder
  bind: { create_host_path: false },
});

/** What services and jobs have in common. */
function container(c: Container, options: ComposeOptions, jobs: ReadonlySet<string>) {
  const volumes = [
    ...(c.volumes ?? []).map((v) => ({
      type: "volume",
      source: v.name,
      target: v.path,
      read_only: v.readOnly === true,
    })),
    ...(c.mounts ?? []).map((m) => bind(`${home}/current/${m.source}`, m.target, true)),
    ...(c.hostMounts ?? []).map((m) => bind(`${home}/${m.source}`, m.target, m.readOnly)),
  ];
  const aliases: Readonly<Record<Network, readonly string[]>> = {
    aws: [],
    frontend: c.aliases ?? [],
    backend: [],
    runners: [`${c.name}.runners`],
  };
  const networks = Object.fromEntries(c.networks.map((n) => [n, aliases[n].length > 0 ? { aliases: aliases[n] } : {}]));
  const after = Object.fromEntries(
    (c.after ?? []).map((name) => [
      name,
      { condition: jobs.has(name) ? "service_completed_successfully" : "service_healthy" },
    ]),
  );
  return {
    image: c.image,
    ...(c.entrypoint === undefined ? {} : { entrypoint: c.entrypoint.map(literal) }),
    ...(c.command === undefined ? {} : { command: c.command.map(literal) }),
    ...(c.user === undefined ? {} : { user: c.user }),
    ...(Object.keys(c.environment).length === 0
      ? {}
      : { environment: Object.fromEntries(sorted(c.environment).map(([k, v]) => [k, envValue(v, options)])) }),
    networks,
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(c.tmpfs === undefined ? {} : { tmpfs: c.tmpfs }),
    ...(c.readOnlyRoot === true ? { read_only: true } : {}),
    cap_drop: ["ALL"],
    ...((c.capabilities ?? []).length === 0 ? {} : { cap_add: c.capabilities }),
    security_opt: ["no-new-privileges:true"],
    deploy: { resources: { limits: { memory: `${c.memoryMb[options.plan]}M` } } },
    logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
    ...((c.mounts ?? []).length === 0
      ? {}
      : { labels: { "ai-ecosystem.files": (c.mounts ?? []).map((m) => options.filesHash(m.source)).join("-") } }),
    ...(Object.keys(after).length === 0 ? {} : { depends_on: after }),
  };
}

function published(service: Service, options: ComposeOptions): string[] {
  return Object.entries(service.published ?? {}).flatMap(([host, target]) => {
    const port = options.ports === undefined ? Number(host) : options.ports[target];
    if (port === undefined) return [];
    // somebody's own machine: nobody else on its network
    return [options.ports === undefined ? `${port}:${target}` : `127.0.0.1:${port}:${target}`];
  });
}

/** A named volume; on the host it is on the data volume, so that the data outlives the instance. */
const volume = (name: string, prefix: string | undefined) =>
  prefix === undefined
    ? {
        name,
        driver: "local",
        driver_opts: { type: "none", o: "bind", device: `${home}/data/volumes/${name}` },
      }
    : { name: `${prefix}${name}` };

/** `compose.yaml` of a catalogue. The same input gives the same bytes. */
export function renderCompose(catalogue: Catalogue, options: ComposeOptions): string {
  const jobs = new Set(catalogue.jobs.map((j) => j.name));
  const services = catalogue.services.map((s) => {
    const ports = published(s, options);
    return [
      s.name,
      {
        ...container(s, options, jobs),
        ...(ports.length === 0 ? {} : { ports }),
        healthcheck: healthcheck(s.healthCheck),
        stop_grace_period: `${s.stopGrace}s`,
        restart: "unless-stopped",
      },
    ] as const;
  });
  const oneOff = catalogue.jobs.map(
    (j) =>
      // an image's own check is one of its server
      [j.name, { ...container(j, options, jobs), healthcheck: { disable: true }, restart: "no" }] as const,
  );
  const volumes = new Set(
    [...catalogue.services, ...catalogue.jobs].flatMap((c) => (c.volumes ?? []).map((v) => v.name)),
  );
  const used = (name: Network) => [...catalogue.services, ...catalogue.jobs].some((c) => c.networks.includes(name));
  const doc = {
    name: projectName,
    services: Object.fromEntries<object>([...services, ...oneOff]),
    networks: {
      // By its name it comes before frontend: the first in the alphabet that leads outwards is a container's way out, and
      // bin/metadata-guard lets this interface through. The project's name is in front of both.
      ...(used("aws")
        ? { aws: { driver: "bridge", driver_opts: { "com.docker.network.bridge.name": awsBridge } } }
        : {}),
      frontend: { driver: "bridge" },
      backend: { driver: "bridge", internal: true },
      // code of workflows: no way out, and none to the stores
      ...(used("runners") ? { runners: { driver: "bridge", internal: true } } : {}),
    },
    volumes: Object.fromEntries(
      [...volumes].sort().map((name) => [name, volume(name, options.dockerVolumes)] as const),
    ),
  };
  return dump(doc, { noRefs: true, lineWidth: -1 });
}
