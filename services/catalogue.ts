import { chatwootSidekiq, chatwootWeb } from "./chatwoot/chatwoot";
import type { Context, ServiceFactory } from "./model/context";
import { dataBridge } from "./data-bridge/data-bridge";
import { dumpJob, dumps } from "./dump";
import { importJob } from "./import";
import { applicationMb, jobTask, taskProblems } from "./model/checks/fargate-limits";
import { imageMoves } from "./model/images/image-moves";
import { CatalogueError, type Problem } from "./model/checks/catalogue-error";
import { circleAmong } from "./model/checks/in-order";
import { localServices } from "./local";
import { librechat } from "./librechat/librechat";
import { mongodb } from "./mongodb";
import { n8n } from "./n8n/n8n";
import { n8nWebhook, n8nWorker } from "./n8n/processes";
import { n8nRunners } from "./n8n/runners";
import { suggestion } from "../settings/nearest";
import { nginx } from "./nginx";
import { postgres } from "./postgres";
import { containersOf, jobsOf, presenceOf, runs } from "./model/checks/presence";
import { redis } from "./redis";
import type { OwnedDatabase } from "./model/database";
import { databaseProblems } from "./model/database-users";
import { secretsOf, wiringProblems } from "./model/checks/wiring";
import { applicationTitle } from "./model/images/version";
import { type Container, type GeneratedSecret, type Job, type Service, type Store } from "./model/types";

/** The services of this project, in start order: stores, then applications, then the entrance. */
export const shipped: readonly ServiceFactory[] = [
  postgres,
  mongodb,
  redis,
  chatwootWeb,
  chatwootSidekiq,
  n8n,
  n8nWorker,
  n8nWebhook,
  n8nRunners,
  librechat,
  dataBridge,
  nginx,
];

/** Every service of either topology; a user's own ones start with the applications. */
export const catalogue: readonly ServiceFactory[] = [...shipped.filter((s) => s !== nginx), ...localServices(), nginx];

export { CatalogueError, secretsOf };

/** What the settings may change of a service. `memoryMb` in MiB, `cpu` in vCPU. */
export interface Override {
  readonly enabled?: boolean | undefined;
  readonly image?: string | undefined;
  readonly memoryMb?: number | undefined;
  readonly cpu?: number | undefined;
  readonly minTasks?: number | undefined;
  readonly maxTasks?: number | undefined;
  /** `false`: on demand also where Spot would do, for a region or a time without Spot. */
  readonly spot?: boolean | undefined;
}
export type Overrides = Readonly<Record<string, Override>>;

/** The services of one stack, overrides applied, checked for consistency. */
export interface Catalogue {
  readonly services: readonly Service[];
  readonly jobs: readonly Job[];
  /** Also those of what is off: data, logins and tokens are good for the day it comes back. */
  readonly secrets: readonly GeneratedSecret[];
  /** Stores that somebody needs, or that are to stay. */
  readonly stores: readonly Store[];
  /** Of all services: what is off keeps its data, role and backup. */
  readonly databases: readonly OwnedDatabase[];
  /** Every service of either topology as if nothing was off; of the overrides it has the images. */
  readonly whole: readonly Service[];
}

/** Everything but the image, which {@link imageMoves} decides for all containers that share it. */
function override(service: Service, o: Override): Service {
  const { fargate: given, ...rest } = service;
  const memoryMb = o.memoryMb === undefined ? service.memoryMb : { compact: o.memoryMb, standard: o.memoryMb };
  if (given === undefined) return { ...rest, memoryMb };
  const { spot, ...fargate } = given;
  const { cpu = fargate.cpu, minTasks = fargate.minTasks, maxTasks = fargate.maxTasks } = o;
  return {
    ...rest,
    memoryMb,
    fargate: {
      ...fargate,
      ...(spot === undefined || o.spot === false ? {} : { spot }),
      cpu,
      minTasks,
      maxTasks,
      memoryMb: o.memoryMb ?? fargate.memoryMb,
    },
  };
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i);
}

/** A container with what follows from its limit, in MiB. */
const sized = <T extends Container>(container: T, limitMb: number): T => ({
  ...container,
  environment: { ...container.environment, ...container.fromMemory?.(limitMb) },
});

/** MiB that a service may take. */
const limitOf = ({ fargate, sidecars = [], memoryMb }: Service, { topology, plan }: Context): number =>
  topology === "fargate" && fargate !== undefined
    ? applicationMb(fargate) - sidecars.reduce((sum, s) => sum + s.memoryMb[plan], 0)
    : memoryMb[plan];

const withSidecars = (service: Service, all: readonly Service[]): Service => {
  const sidecars = all.filter((s) => s.beside?.includes(service.name));
  return sidecars.length === 0 ? service : { ...service, sidecars };
};

/**
 * The services of a stack.
 * @throws CatalogueError that names every service whose needs are not met.
 */
export function buildCatalogue(
  factories: readonly ServiceFactory[],
  surroundings: Context,
  overrides: Overrides,
): Catalogue {
  const described = factories.map((factory) => factory({ ...surroundings, has: () => true }));
  const databases = described.flatMap((s) =>
    s.database === undefined ? [] : [{ ...s.database, service: s.name, application: applicationTitle(s) }],
  );
  const mongodbUsers = described.flatMap((s) => s.mongodbUser ?? []);
  const context: Context = { ...surroundings, databases, mongodbUsers };
  const presence = presenceOf(factories, context, overrides);
  const all = factories.map((factory) => factory({ ...context, has: (name) => presence.names.has(name) }));
  const names = all.map((s) => s.name);
  const problems: Problem[] = Object.keys(overrides)
    .filter((name) => !names.includes(name))
    .map((name) => ({ key: `services.${name}`, message: `is not known${suggestion(name, names)}` }));
  problems.push(...presence.problems, ...databaseProblems(described), ...wiringProblems(presence.whole, context));
  const enabled = all.filter((s) => presence.names.has(s.name));
  const move = imageMoves(enabled, overrides, problems);
  const set = (s: Service): Service => move(override(s, overrides[s.name] ?? {}));
  const sidecars = enabled
    .filter((s) => s.beside !== undefined && !runs(s, context))
    .map((s) => sized(set(s), set(s).memoryMb[context.plan]));
  const kept = enabled
    .filter((s) => runs(s, context))
    .map((s) => withSidecars(set(s), sidecars))
    .map((s) => sized(s, limitOf(s, context)));
  for (const { name, fargate } of context.topology === "fargate" ? kept : []) {
    const wrong = fargate === undefined ? [] : taskProblems(fargate);
    if (overrides[name]?.spot === true && fargate?.spot !== true) {
      const message = "must be false: a task that Spot takes away would be missed at once";
      problems.push({ key: `services.${name}.spot`, message });
    }
    problems.push(...wrong.map(({ setting, message }) => ({ key: `services.${name}.${setting}`, message })));
  }
  for (const service of [...kept, ...sidecars]) {
    const { name, memoryNeed } = service;
    const limit = limitOf(service, context);
    // a size that Fargate does not have is told already
    if (problems.some((p) => p.key === `services.${name}.memoryMb`)) continue;
    if (memoryNeed === undefined || limit >= memoryNeed.floor) continue;
    const others = [
      ...(service.fargate?.tracing === undefined ? [] : ["its collector"]),
      ...(service.sidecars ?? []).map((s) => s.name),
    ];
    const collected = others.length > 0 && context.topology === "fargate" ? ` beside ${others.join(" and ")}` : "";
    problems.push({
      key: `services.${name}.memoryMb`,
      message: `leaves it ${limit} MiB${collected}; it needs ${memoryNeed.floor} at least (${memoryNeed.source})`,
    });
  }
  const imageOf = (service: string) => kept.find((s) => s.name === service)?.image;
  const keptJobs = enabled
    .flatMap((s) => jobsOf(s, context))
    .map((job) => move(sized(job, context.topology === "host" ? job.memoryMb[context.plan] : jobTask.memoryMb)))
    .map((job) => ({ ...job, environment: { ...job.environment, ...job.fromImages?.(imageOf) } }));
  const present = new Set([...kept, ...keptJobs].map((c) => c.name));
  for (const name of twice([...kept, ...keptJobs].map((c) => c.name))) {
    problems.push({ key: `services.${name}`, message: "is the name of two services or jobs" });
  }
  const keep = <T extends Container>(container: T): T => {
    // others are off, managed by AWS, or not needed there
    const after = (container.after ?? []).filter((name) => present.has(name));
    const calls = container.calls?.filter((name) => present.has(name));
    return { ...container, after, ...(calls === undefined ? {} : { calls }) };
  };
  const generated = all.flatMap((s) => s.secrets ?? []);
  const services = kept.map(keep);
  const wanted = new Set(presence.whole.flatMap((s) => containersOf(s, context)).flatMap(secretsOf));
  const secrets = generated.filter(
    (s) => s.fixed === true || wanted.has(s.id) || (s.bcrypt === true && wanted.has(`${s.id}-hash`)),
  );
  const whole = presence.whole.map(imageMoves(presence.whole, overrides, []));
  const { stores } = presence;
  const parts = { secrets, stores, whole };
  const archives = context.dumps === true && dumps(stores) ? [dumpJob(context, parts), importJob(context, parts)] : [];
  const jobs = [...keptJobs, ...archives].map(keep);
  for (const id of twice(generated.map((s) => s.id))) {
    problems.push({ key: `services`, message: `the secret ${id} is declared twice` });
  }
  for (const [what, list, needs] of [
    ["call", services, (c: Container) => c.calls ?? []],
    ["wait for", [...services, ...jobs], (c: Container) => c.after ?? []],
  ] as const) {
    const circle = context.topology === "fargate" ? circleAmong(list, needs) : [];
    if (circle.length > 0) {
      const out = what === "call" ? ": one of them must be called by its public address" : "";
      problems.push({ key: "services", message: `${circle.join(", ")} ${what} each other, so none can start${out}` });
    }
  }
  if (problems.length > 0) throw new CatalogueError(problems);
  return { services, jobs, secrets, stores, databases, whole };
}
