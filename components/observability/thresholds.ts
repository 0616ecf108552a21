/** Memory of the database classes by size, MiB; of the families M and T. */
const memoryMb: Readonly<Record<string, number>> = { micro: 1024, small: 2048, medium: 4096, large: 8192 };

/** `db.r7g.large` has twice the memory of `db.m7g.large`, `4xlarge` four times that of `xlarge`. */
function memoryOf(instanceClass: string): number {
  const [, family = "", size = ""] = instanceClass.split(".");
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  const base = memoryMb[size] ?? (times === undefined ? 1024 : 16384 * Number(times === "" ? 1 : times));
  return family.startsWith("r") ? 2 * base : base;
}

/**
 * Connections at which to warn: RDS allows one for each 9,531,392 bytes, of a memory that its own processes have taken
 * a fifth of, and 5,000 at most; three quarters of that.
 * https://docs.aws.amazon.com/prescriptive-guidance/latest/tuning-postgresql-parameters/max-connections.html
 */
export const postgresConnectionsToWarnAt = (instanceClass: string): number =>
  Math.floor(Math.min(((memoryOf(instanceClass) * 1024 * 1024) / 9_531_392) * 0.8, 5000) * 0.75);

/** Free memory under which PostgreSQL starts to swap, bytes: 6 % of the class's. */
export const postgresMemoryToWarnAt = (instanceClass: string): number =>
  Math.floor(memoryOf(instanceClass) * 0.06) * 1024 * 1024;
