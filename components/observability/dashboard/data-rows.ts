import { words, type Words } from "../../../services/model/text";
import * as metrics from "../metrics";
import type { ObservedStack } from "../observed-stack";
import { postgresConnectionsToWarnAt } from "../thresholds";
import { graph, text, type GraphLine, type Row } from "./widgets";

const cpuUse = "CPU, %";
const connections = { en: "connections", es: "conexiones" };
const cpuAndConnections = { en: "CPU and connections", es: "CPU y conexiones" };
const memory = { en: "memory", es: "memoria" };

function postgresGraphs({ region, postgres }: ObservedStack) {
  if (postgres === undefined) return [];
  const line = (name: string, stat: string, label: Words, right = false): GraphLine => ({
    metric: metrics.postgres(postgres, name, stat),
    label,
    ...(right ? { rightAxis: true as const } : {}),
  });
  return [
    graph(
      words`PostgreSQL: ${cpuAndConnections}`,
      [line("CPUUtilization", "Average", cpuUse), line("DatabaseConnections", "Maximum", connections)],
      { width: 8, region, limit: postgresConnectionsToWarnAt(postgres.instanceClass) },
    ),
    graph(
      { en: "PostgreSQL: memory and disk", es: "PostgreSQL: memoria y disco" },
      [
        line("FreeableMemory", "Average", { en: "memory that is free, bytes", es: "memoria libre, bytes" }),
        line("FreeStorageSpace", "Minimum", { en: "disk that is free, bytes", es: "disco libre, bytes" }, true),
      ],
      { width: 8, region },
    ),
  ];
}

/** Of the stores that AWS runs. */
export function dataRows(observed: ObservedStack): readonly Row[] {
  const { region } = observed;
  const nodes = (name: string, stat: string, label: Words): readonly GraphLine[] =>
    metrics
      .redis(observed, name, stat)
      .map((metric, i) => ({ metric, label: words`${label}, ${{ en: "node", es: "nodo" }} ${i + 1}` }));
  const mongo = (name: string, stat: string, label: Words, right = false): readonly GraphLine[] =>
    metrics
      .mongodb(observed, name, stat)
      .map((metric) => ({ metric, label, ...(right ? { rightAxis: true as const } : {}) }));
  const documents = [
    ...mongo("CPUUtilization", "Maximum", cpuUse),
    ...mongo("DatabaseConnections", "Maximum", connections, true),
  ];
  const databases = [
    ...postgresGraphs(observed),
    documents.length === 0
      ? text(8, {
          en: "MongoDB is not part of this stack: no service needs one, or it is elsewhere (`mongoUri`).",
          es: "MongoDB no es parte de este stack: ningún servicio lo necesita, o está en otro sitio (`mongoUri`).",
        })
      : graph(words`DocumentDB: ${cpuAndConnections}`, documents, { width: 8, region }),
  ];
  const valkey = [
    graph(words`Valkey: ${memory}`, nodes("DatabaseMemoryUsagePercentage", "Maximum", memory), {
      width: 12,
      region,
      limit: 80,
      unit: "%",
    }),
    graph(
      { en: "Valkey: connections and evictions", es: "Valkey: conexiones y expulsiones" },
      [
        ...nodes("CurrConnections", "Maximum", connections),
        ...nodes("Evictions", "Sum", { en: "evictions", es: "expulsiones" }),
      ],
      { width: 12, region },
    ),
  ];
  return [
    { height: 1, widgets: [text(24, { en: "## Data", es: "## Datos" })] },
    { height: 5, widgets: databases },
    ...(observed.redisNodeIds.length === 0 ? [] : [{ height: 5, widgets: valkey }]),
  ];
}
