import type { Redis, Reply } from "./redis";

/** The queues to look at, `id` as the catalogue has it; absent: the stack does not have them. */
export interface Queues {
  /** Bull's lists. */
  readonly bull?: {
    readonly id: string;
    readonly database: number;
    readonly prefix: string;
    readonly service: string;
  };
  readonly sidekiq?: { readonly id: string; readonly database: number };
}

/** Series of a queue. A series has its history by its name. */
export const metricNames = (id: string) => ({
  /** Entries that wait for a worker. */
  backlog: `${id}Backlog`,
  /** The same, for each worker that runs. */
  backlogPerWorker: `${id}BacklogPerWorker`,
  /** Seconds that the oldest job has waited. */
  latency: `${id}Latency`,
});

const texts = (reply: Reply): readonly string[] =>
  Array.isArray(reply) ? reply.filter((r): r is string => typeof r === "string") : [];

/** One queue of Bull, `jobs`. What is given back or comes with a priority waits in the same list. */
export async function bullBacklog(
  redis: Redis,
  { database, prefix }: Pick<NonNullable<Queues["bull"]>, "database" | "prefix">,
): Promise<number> {
  await redis.send("SELECT", String(database));
  return Number(await redis.send("LLEN", `${prefix}:jobs:wait`));
}

/** When a job was put into its queue, in seconds; Sidekiq 8 writes milliseconds. */
export function enqueuedAt(job: string): number | undefined {
  const at = (JSON.parse(job) as { readonly enqueued_at?: unknown }).enqueued_at;
  if (typeof at !== "number") return undefined;
  return at > 1e11 ? at / 1000 : at;
}

/** The longest that a job at the head of a queue has waited, in seconds. */
export async function sidekiqLatency(
  redis: Redis,
  { database }: Pick<NonNullable<Queues["sidekiq"]>, "database">,
  now: number,
): Promise<number> {
  await redis.send("SELECT", String(database));
  let longest = 0;
  for (const queue of texts(await redis.send("SMEMBERS", "queues"))) {
    const oldest = await redis.send("LINDEX", `queue:${queue}`, "-1");
    const since = typeof oldest === "string" ? enqueuedAt(oldest) : undefined;
    if (since !== undefined) longest = Math.max(longest, now - since);
  }
  return Math.round(longest * 10) / 10;
}

/** All series of one moment. `workers` counts the running tasks of a service. */
export async function measure(
  redis: Redis,
  queues: Queues,
  workers: (service: string) => Promise<number>,
  now: number,
): Promise<Readonly<Record<string, number>>> {
  const values: Record<string, number> = {};
  if (queues.bull !== undefined) {
    const backlog = await bullBacklog(redis, queues.bull);
    const names = metricNames(queues.bull.id);
    values[names.backlog] = backlog;
    // without any worker the whole backlog is the next one's
    values[names.backlogPerWorker] = backlog / Math.max(1, await workers(queues.bull.service));
  }
  if (queues.sidekiq !== undefined) {
    values[metricNames(queues.sidekiq.id).latency] = await sidekiqLatency(redis, queues.sidekiq, now);
  }
  return values;
}

/** A line of a log that CloudWatch makes metrics of (embedded metric format): no call of an API, no right for one. */
export function metricLine(namespace: string, values: Readonly<Record<string, number>>, now: number): string {
  const unit = (name: string) => (name.endsWith("Latency") ? "Seconds" : "Count");
  const metrics = Object.keys(values).map((name) => ({ Name: name, Unit: unit(name) }));
  const directive = { Namespace: namespace, Dimensions: [[]], Metrics: metrics };
  return JSON.stringify({
    _aws: { Timestamp: Math.round(now * 1000), CloudWatchMetrics: [directive] },
    ...values,
  });
}
