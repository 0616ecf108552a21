import type { AlarmSpec, Metric } from "../alarm";
import { postgresConnectionsToWarnAt, postgresMemoryToWarnAt } from "../thresholds";
import * as metrics from "../metrics";
import type { ObservedStack } from "../observed-stack";

const GiB = 1024 ** 3;

/** Every quarter of an hour of bad values, seen in steps of five minutes. */
const quarterHour = { period: 300, evaluate: [3, 3] } as const;

/** The standby of a Multi-AZ instance has no metrics of its own, a lag least of all: it is written to at the same time. */
const postgresAlarms = (server: NonNullable<ObservedStack["postgres"]>): readonly AlarmSpec[] => [
  {
    id: "postgres-storage",
    runbook: "postgres-storage",
    meaning: "PostgreSQL has less than 2 GiB of disk left although its storage grows by itself: at zero it stops.",
    watch: metrics.postgres(server, "FreeStorageSpace", "Minimum"),
    comparison: "<",
    threshold: 2 * GiB,
    period: 300,
    // RDS grows the disk at a tenth of it, which takes some minutes
    evaluate: [6, 6],
    // postgres-cpu tells of a database that says nothing
    missingData: "ignore",
  },
  {
    id: "postgres-cpu",
    runbook: "postgres-cpu",
    meaning: "PostgreSQL uses more than 85 % of its CPU for a quarter of an hour, or reports nothing at all.",
    watch: metrics.postgres(server, "CPUUtilization", "Average"),
    comparison: ">",
    threshold: 85,
    ...quarterHour,
    // a failover is silent for two minutes, a dead instance for ever
    missingData: "breaching",
  },
  {
    id: "postgres-connections",
    runbook: "postgres-connections",
    meaning: "PostgreSQL has used three quarters of the connections that its size allows; at the limit, requests fail.",
    watch: metrics.postgres(server, "DatabaseConnections", "Maximum"),
    comparison: ">",
    threshold: postgresConnectionsToWarnAt(server.instanceClass),
    ...quarterHour,
    missingData: "ignore",
  },
  {
    id: "postgres-memory",
    runbook: "postgres-memory",
    meaning: "PostgreSQL is short of memory and about to swap, which makes every query slow.",
    watch: metrics.postgres(server, "FreeableMemory", "Average"),
    comparison: "<",
    threshold: postgresMemoryToWarnAt(server.instanceClass),
    ...quarterHour,
    missingData: "ignore",
  },
];

const mongodbAlarms = (observed: ObservedStack): readonly AlarmSpec[] => {
  const alarm = (metric: string, stat: string, spec: Omit<AlarmSpec, "watch">): readonly AlarmSpec[] =>
    metrics.mongodb(observed, metric, stat).map((watch) => ({ ...spec, watch }));
  return [
    ...alarm("CPUUtilization", "Maximum", {
      id: "mongodb-cpu",
      runbook: "mongodb-cpu",
      meaning: "DocumentDB uses more than 85 % of its CPU for a quarter of an hour, or reports nothing at all.",
      comparison: ">",
      threshold: 85,
      ...quarterHour,
      missingData: "breaching",
    }),
    ...alarm("DatabaseConnections", "Maximum", {
      id: "mongodb-connections",
      runbook: "mongodb-connections",
      meaning: "DocumentDB has far more connections than its clients' tasks open: somebody does not close them.",
      comparison: ">",
      threshold: 300,
      ...quarterHour,
      missingData: "ignore",
    }),
    ...alarm("VolumeBytesUsed", "Maximum", {
      id: "mongodb-storage",
      runbook: "mongodb-storage",
      meaning: "DocumentDB keeps more than 50 GiB; it grows without a limit, and so does its price.",
      comparison: ">",
      threshold: 50 * GiB,
      period: 3600,
      evaluate: [2, 2],
      missingData: "ignore",
    }),
  ];
};

const redisAlarms = (observed: ObservedStack): readonly AlarmSpec[] => {
  if (observed.redisNodeIds.length === 0) return [];
  const all = (metric: string, stat: string) => metrics.numbered("n", metrics.redis(observed, metric, stat));
  const alarm = (series: Readonly<Record<string, Metric>>, spec: Omit<AlarmSpec, "watch">, how: "MAX" | "SUM") => ({
    ...spec,
    watch: { expression: `${how}(METRICS())`, label: `${how.toLowerCase()} of the nodes`, metrics: series },
  });
  return [
    alarm(
      all("DatabaseMemoryUsagePercentage", "Maximum"),
      {
        id: "redis-memory",
        runbook: "redis-memory",
        meaning: "Valkey is 80 % full; at 100 % it refuses writes, and queues and live updates of every service stop.",
        comparison: ">",
        threshold: 80,
        period: 60,
        evaluate: [10, 10],
        // the only sign of a group that is gone
        missingData: "breaching",
      },
      "MAX",
    ),
    alarm(
      all("Evictions", "Sum"),
      {
        id: "redis-evictions",
        runbook: "redis-evictions",
        meaning: "Valkey throws away data, which it must never do (noeviction): queued jobs are being lost.",
        comparison: ">",
        threshold: 0,
        period: 60,
        evaluate: [1, 1],
        missingData: "notBreaching",
      },
      "SUM",
    ),
    alarm(
      all("CurrConnections", "Maximum"),
      {
        id: "redis-connections",
        runbook: "redis-connections",
        meaning: "Valkey has far more connections than the tasks open: somebody does not close them.",
        comparison: ">",
        threshold: 1000,
        ...quarterHour,
        missingData: "ignore",
      },
      "MAX",
    ),
  ];
};

/** The managed stores. */
export const dataAlarms = (observed: ObservedStack): readonly AlarmSpec[] => [
  ...(observed.postgres === undefined ? [] : postgresAlarms(observed.postgres)),
  ...mongodbAlarms(observed),
  ...redisAlarms(observed),
];
