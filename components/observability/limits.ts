/** Memory of the database classes, MiB. */
const memoryMb: Readonly<Record<string, number>> = {
  micro: 1024,
  small: 2048,
  medium: 4096,
  large: 8192,
  xlarge: 16384,
  "2xlarge": 32768,
};

const memoryOf = (instanceClass: string): number => memoryMb[instanceClass.split(".").at(-1) ?? ""] ?? 1024;

/**
 * Connections at which to warn: RDS allows one for each 9,531,392 bytes, of a memory that its own processes have taken
 * a fifth of; three quarters of that.
 */
export const postgresConnectionsToWarnAt = (instanceClass: string): number =>
  Math.floor(((memoryOf(instanceClass) * 1024 * 1024) / 9_531_392) * 0.8 * 0.75);

/** Free memory under which PostgreSQL starts to swap, bytes: 6 % of the class's. */
export const postgresMemoryToWarnAt = (instanceClass: string): number =>
  Math.floor(memoryOf(instanceClass) * 0.06) * 1024 * 1024;
