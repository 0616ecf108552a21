import type { Catalogue } from "../../services/catalogue";
import type { Context } from "../../services/model/context";
import { projectName } from "../../services/dump";
import { databaseNames } from "../../services/model/database-users";
import { isClient } from "../../services/model/store-client";
import { said } from "../../services/model/text";
import { databaseVersions } from "../../services/model/images/version";
import type { Container, MemoryPlan, Service, Volume } from "../../services/model/types";
import { envName, type Store } from "../../services/model/values";
import { hostName, originOf, type Hosts } from "../hosts";

/** Obtains certificates from Let's Encrypt; pinned like every other image. */
export const legoImage = "goacme/lego:v5.5.2";

export interface FactsInput {
  readonly catalogue: Catalogue;
  readonly plan: MemoryPlan;
  readonly hosts: Hosts;
  readonly tls: "letsencrypt" | "self-signed";
  /** The first administrator's address. */
  readonly email: string;
  readonly context: Pick<Context, "smtp" | "topology" | "postgres" | "ownMongo">;
  /** Addresses of managed stores. @default all stores are containers */
  readonly stores?: Readonly<Partial<Record<Store, string>>> | undefined;
  readonly swapGb: number;
  readonly backupRetentionDays: number;
  /** Where backups go besides. @default they stay on the host */
  readonly backups?: {
    readonly bucket: string;
    readonly region: string;
    /** Of the metrics that alarms read. @default nobody reads any */
    readonly namespace?: string;
  };
}

/** Host labels that need a name in the certificate, the apex first. */
export const labelsOf = (catalogue: Pick<Catalogue, "services">): string[] => [
  "",
  ...catalogue.services.flatMap((s) => (s.route === undefined ? [] : [s.route.host])),
];

/** Applications with people of their own, and how those get in. */
export const userCommands = (catalogue: Pick<Catalogue, "services">, hosts: Hosts) =>
  catalogue.services.flatMap(({ title, route, users }) =>
    users === undefined
      ? []
      : [{ application: title.en.toLowerCase(), ...users, url: originOf(hosts, route?.host ?? "") }],
  );

/** What asks the assistant its examples, where there is one. */
export const assistantCheck = (catalogue: Pick<Catalogue, "services">) =>
  catalogue.services.flatMap((service) => service.assistantCheck ?? [])[0];

const filesOf = ({ volumes = [] }: Container): readonly Volume[] => volumes.filter((v) => v.backup === "files");

/** Applications with a database of their own, and their volumes of files. */
function ownData(services: readonly Service[]) {
  const own = new Map<string, { name: string; postgres: string[]; volumes: string[] }>();
  for (const service of services) {
    const { name, application, database } = service;
    const id = application?.id ?? name;
    const entry = own.get(id) ?? { name: id, postgres: [], volumes: [] };
    if (database !== undefined && database.readOnly !== true) entry.postgres.push(database.name);
    entry.volumes.push(...filesOf(service).map((v) => v.name));
    own.set(id, entry);
  }
  return [...own.values()]
    .filter(({ postgres }) => postgres.length > 0)
    .map(({ name, postgres, volumes }) => ({ name, postgres: [...new Set(postgres)], volumes: [...new Set(volumes)] }));
}

/**
 * Addresses of the stores that AWS runs, whether the MongoDB is the user's own, and the volumes that hold the data of a host
 * whose stores were containers once; nothing where they are.
 */
const managedFacts = ({ context, catalogue, stores = {} }: FactsInput) =>
  isClient(context, context.postgres)
    ? {
        managed: stores,
        ownMongo: context.ownMongo !== undefined,
        ownVolumes: Object.fromEntries(
          catalogue.whole.flatMap(({ name, ownVolume }) => (ownVolume === undefined ? [] : [[name, ownVolume]])),
        ),
      }
    : {};

/** `release.json`: what the scripts on the host need to know of the catalogue. */
export function releaseFacts(input: FactsInput, id: string): string {
  const { catalogue, plan } = input;
  // what is off here keeps its data, and that is in every backup
  const whole = catalogue.whole.filter((s) => s.fargateOnly !== true);
  const files = whole.flatMap((s) => [s, ...(s.jobs ?? [])].flatMap(filesOf));
  const volumes = new Map(
    [...[...catalogue.services, ...catalogue.jobs].flatMap((c) => c.volumes ?? []), ...files].map(
      ({ name, uid, gid, backup }) => [name, { name, uid, gid, backup }],
    ),
  );
  const facts = {
    id,
    project: projectName,
    services: catalogue.services.map((s) => ({
      name: s.name,
      role: s.role,
      memoryMb: s.memoryMb[plan],
      image: s.image,
      ...(s.route === undefined ? {} : { host: hostName(input.hosts, s.route.host), healthPath: s.route.healthPath }),
    })),
    jobs: catalogue.jobs.map((j) => ({ name: j.name, image: j.image, purpose: j.purpose })),
    volumes: [...volumes.values()],
    /** Names in `.env` of what data is encrypted with. */
    keys: catalogue.secrets.filter((s) => s.fixed === true).map((s) => envName(s.id)),
    /** Work that waits in Redis, which maintenance lets end. */
    queues: catalogue.services.flatMap(({ name: service, fargate }) => {
      if (fargate?.queue === undefined) return [];
      const { kind, database, prefix = "bull", work } = fargate.queue;
      return [{ service, kind, database, prefix, work: said(work) }];
    }),
    users: userCommands(catalogue, input.hosts),
    assistant: assistantCheck(catalogue) ?? null,
    mail: input.context.smtp !== undefined,
    administrator: input.email,
    databases: databaseNames(catalogue.databases),
    ...managedFacts(input),
    /** What the versions of the images must go with. */
    versions: databaseVersions(
      catalogue.databases,
      (service) => catalogue.services.find((s) => s.name === service)?.image,
    ),
    /** What of the data is one application's alone, and so can be restored without the rest. */
    applications: ownData(whole),
    /** What proves that the saved keys open the saved data. */
    encrypted: catalogue.databases.flatMap(({ name, encrypted }) =>
      encrypted === undefined ? [] : [{ database: name, query: encrypted.query, key: envName(encrypted.key) }],
    ),
    tls: {
      mode: input.tls,
      names: labelsOf(catalogue).map((label) => hostName(input.hosts, label)),
    },
    swapGb: input.swapGb,
    backupRetentionDays: input.backupRetentionDays,
    ...(input.backups === undefined ? {} : { backups: input.backups }),
    legoImage,
  };
  return `${JSON.stringify(facts, null, 2)}\n`;
}
