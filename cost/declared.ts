/** A resource as the program declares it. In the running program some inputs are Outputs, which count as unknown. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What AWS bills by the piece, and nobody but the graph knows. */
export interface Counts {
  /** Series that alarms read, those of autoscaling included. */
  readonly alarmSeries: number;
  /** Series that are counted in logs. */
  readonly logMetrics: number;
  /** Secrets, the masters that the databases keep included. */
  readonly secrets: number;
  readonly keys: number;
  /** Repositories of images. */
  readonly repositories: number;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Objects in a value that have the key. */
function having(value: unknown, key: string): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, v) => sum + having(v, key), 0);
  if (!isPlain(value)) return 0;
  return (key in value ? 1 : 0) + having(Object.values(value), key);
}

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const scalingType = "aws:appautoscaling/policy:Policy";

/** Counts a stack's resources. */
export function countsOf(resources: readonly Declared[]): Counts {
  const of = (type: string) => resources.filter((r) => r.type === type);
  const total = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);
  const masters = ["aws:rds/instance:Instance", "aws:docdb/cluster:Cluster"].flatMap(of);
  const counted = of("aws:cloudwatch/logMetricFilter:LogMetricFilter").map(({ inputs }) =>
    JSON.stringify((inputs["metricTransformation"] as { readonly name?: unknown } | undefined)?.name),
  );
  return {
    alarmSeries:
      total(of(alarmType).map(({ inputs }) => having(inputs["metricQueries"], "metric") || 1)) +
      // a policy has an alarm for more and one for fewer tasks, each of every series that it reads
      2 * total(of(scalingType).map(({ inputs }) => having(inputs, "metricStat") || 1)),
    logMetrics: new Set(counted).size,
    secrets:
      of("aws:secretsmanager/secret:Secret").length +
      masters.filter(({ inputs }) => inputs["manageMasterUserPassword"] === true).length,
    keys: of("aws:kms/key:Key").length,
    repositories: of("aws:ecr/repository:Repository").length,
  };
}
