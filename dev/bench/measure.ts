import { spawn } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";

/** A program to be timed from its start to its end. */
export interface Command {
  readonly words: readonly [string, ...string[]];
  /** @default this process's folder */
  readonly cwd?: string;
  /** In addition to this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What is timed: a command, or something of this process that answers with its seconds. */
export type Measurement = Command | (() => Promise<number> | number);

/** A command ended as it must not: nothing was measured. */
export class BenchError extends Error {}

export interface Output {
  readonly seconds: number;
  readonly stdout: string;
}

const lastLines = (text: string, count: number): string => text.trimEnd().split("\n").slice(-count).join("\n");

/** Runs a command, which has to end with 0. @throws BenchError with the end of what it said. */
export async function run({ words: [program, ...args], cwd, env }: Command): Promise<Output> {
  const start = performance.now();
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (texts[stream] += text));
  }
  let status: number | null;
  try {
    [status] = (await once(child, "close")) as [number | null];
  } catch (error) {
    throw new BenchError(`${program}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) {
    throw new BenchError(`${[program, ...args].join(" ")}\n${lastLines(texts.stdout + texts.stderr, 15)}`);
  }
  return { seconds, stdout: texts.stdout };
}

const secondsOf = async (subject: Measurement): Promise<number> =>
  typeof subject === "function" ? subject() : (await run(subject)).seconds;

/**
 * Times each of them `rounds` times, in turn, so that what else the machine does falls on all alike; every other round
 * goes the other way round. One run of each before that does not count.
 * @returns for each of the subjects its seconds, one a round
 */
export async function inTurn(
  subjects: readonly Measurement[],
  rounds: number,
  progress: (round: number) => void = () => undefined,
): Promise<number[][]> {
  const seconds = subjects.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    progress(round);
    const order = [...subjects.keys()];
    if (round % 2 === 1) order.reverse();
    for (const i of order) {
      const taken = await secondsOf(subjects[i] as Measurement);
      if (round > 0) seconds[i]?.push(taken);
    }
  }
  return seconds;
}

/** Middle value, of an even number the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Median of the rounds' own ratios: a round that the machine disturbed disturbs both of its sides. */
export const pairedRatio = (ours: readonly number[], theirs: readonly number[]): number =>
  median(ours.map((seconds, round) => seconds / (theirs[round] ?? NaN)));
