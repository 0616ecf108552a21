import type { AlarmSpec, Metric } from "../alarm";
import { postgresConnectionsToWarnAt, postgresMemoryToWarnAt } from "../thresholds";
import * as metrics from "../metrics";
import type { ObservedStores } from "../observed-stack";

const GiB = 1024 ** 3;

/** Every quarter of an hour of bad values, seen in steps of five minutes. */
const quarterHour = { period: 300, evaluate: [3, 3] } as const;

/** The standby of a Multi-AZ instance has no metrics of its own, a lag least of all: it is written to at the same time. */
const postgresAlarms = (server: NonNullable<ObservedStores["postgres"]>): readonly AlarmSpec[] => [
  {
    id: "postgres-storage",
    runbook: "postgres-storage",
    meaning: {
      en: "PostgreSQL has less than 2 GiB of disk left although its storage grows by itself: at zero it stops.",
      es: "A PostgreSQL le quedan menos de 2 GiB de disco, aunque su almacenamiento crece solo: con cero se para.",
    },
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
    meaning: {
      en: "PostgreSQL uses more than 85 % of its CPU for a quarter of an hour, or reports nothing at all.",
      es: "PostgreSQL usa más del 85 % de su CPU desde hace un cuarto de hora, o no informa de nada.",
    },
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
    meaning: {
      en: "PostgreSQL has used three quarters of the connections that its size allows; at the limit, requests fail.",
      es: "PostgreSQL usa tres cuartos de las conexiones que su tamaño permite; en el límite, las peticiones fallan.",
    },
    watch: metrics.postgres(server, "DatabaseConnections", "Maximum"),
    comparison: ">",
    threshold: postgresConnectionsToWarnAt(server.instanceClass),
    ...quarterHour,
    missingData: "ignore",
  },
  {
    id: "postgres-memory",
    runbook: "postgres-memory",
    meaning: {
      en: "PostgreSQL is short of memory and about to swap, which makes every query slow.",
      es: "A PostgreSQL le falta memoria y está a punto de usar la de intercambio, que hace lenta cada consulta.",
    },
    watch: metrics.postgres(server, "FreeableMemory", "Average"),
    comparison: "<",
    threshold: postgresMemoryToWarnAt(server.instanceClass),
    ...quarterHour,
    missingData: "ignore",
  },
];

const mongodbAlarms = (observed: ObservedStores): readonly AlarmSpec[] => {
  const alarm = (metric: string, stat: string, spec: Omit<AlarmSpec, "watch">): readonly AlarmSpec[] =>
    metrics.mongodb(observed, metric, stat).map((watch) => ({ ...spec, watch }));
  return [
    ...alarm("CPUUtilization", "Maximum", {
      id: "mongodb-cpu",
      runbook: "mongodb-cpu",
      meaning: {
        en: "DocumentDB uses more than 85 % of its CPU for a quarter of an hour, or reports nothing at all.",
        es: "DocumentDB usa más del 85 % de su CPU desde hace un cuarto de hora, o no informa de nada.",
      },
      comparison: ">",
      threshold: 85,
      ...quarterHour,
      missingData: "breaching",
    }),
    ...alarm("DatabaseConnections", "Maximum", {
      id: "mongodb-connections",
      runbook: "mongodb-connections",
      meaning: {
        en: "DocumentDB has far more connections than its clients' tasks open: somebody does not close them.",
        es: "DocumentDB tiene muchas más conexiones de las que abren las tareas de sus clientes: alguien no las cierra.",
      },
      comparison: ">",
      threshold: 300,
      ...quarterHour,
      missingData: "ignore",
    }),
    ...alarm("VolumeBytesUsed", "Maximum", {
      id: "mongodb-storage",
      runbook: "mongodb-storage",
      meaning: {
        en: "DocumentDB keeps more than 50 GiB; it grows without a limit, and so does its price.",
        es: "DocumentDB guarda más de 50 GiB; crece sin límite, y su precio también.",
      },
      comparison: ">",
      threshold: 50 * GiB,
      period: 3600,
      evaluate: [2, 2],
      missingData: "ignore",
    }),
  ];
};

const redisAlarms = (observed: ObservedStores): readonly AlarmSpec[] => {
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
        meaning: {
          en: "Valkey is 80 % full; at 100 % it refuses writes, and queues and live updates of every service stop.",
          es: "Valkey está al 80 %; al 100 % rechaza escrituras, y se paran las colas y los avisos en vivo de todo servicio.",
        },
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
        meaning: {
          en: "Valkey throws away data, which it must never do (noeviction): queued jobs are being lost.",
          es: "Valkey tira datos, lo que nunca debe hacer (noeviction): se pierden trabajos en cola.",
        },
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
        meaning: {
          en: "Valkey has far more connections than the tasks open: somebody does not close them.",
          es: "Valkey tiene muchas más conexiones de las que abren las tareas: alguien no las cierra.",
        },
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
export const dataAlarms = (observed: ObservedStores): readonly AlarmSpec[] => [
  ...(observed.postgres === undefined ? [] : postgresAlarms(observed.postgres)),
  ...mongodbAlarms(observed),
  ...redisAlarms(observed),
];
