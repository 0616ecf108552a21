import { cpus, loadavg, release, totalmem, type } from "node:os";

/** What figures depend on, beside the program. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

export const machine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.version,
});

/** Processes that want a core, on average over the last minute. */
export const load = (): number => Math.round(10 * (loadavg()[0] ?? 0)) / 10;
