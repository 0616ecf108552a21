import type { FargateTask } from "../types";

const gb = 1024;
const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => (from + i * step) * gb);

/** Memory (MiB) that Fargate has for a number of vCPU. */
const sizes: ReadonlyMap<number, readonly number[]> = new Map([
  [0.25, [gb / 2, gb, 2 * gb]],
  [0.5, range(1, 4, 1)],
  [1, range(2, 8, 1)],
  [2, range(4, 16, 1)],
  [4, range(8, 30, 1)],
  [8, range(16, 60, 4)],
  [16, range(32, 120, 8)],
]);

/** Size of a job's task. */
export const jobTask = { cpu: 0.25, memoryMb: 1024 } as const;

/** The collector beside a service that is traced; what it takes is not the service's. */
export const collector = { cpuUnits: 64, memoryMb: 128 } as const;

/** MiB that the application has of a task. */
export const applicationMb = ({ memoryMb, tracing }: FargateTask): number =>
  memoryMb - (tracing !== undefined ? collector.memoryMb : 0);

interface Problem {
  /** Setting of the service that leads out. */
  readonly setting: "cpu" | "memoryMb" | "minTasks" | "maxTasks";
  readonly message: string;
}

/** What Fargate, or the application itself, does not take. */
export function taskProblems({ cpu, memoryMb, minTasks, maxTasks, single, queue }: FargateTask): Problem[] {
  const memory = sizes.get(cpu);
  const size: Problem[] =
    memory === undefined
      ? [{ setting: "cpu", message: `${cpu} vCPU is no size of Fargate; there are ${[...sizes.keys()].join(", ")}` }]
      : memory.includes(memoryMb)
        ? []
        : [
            {
              setting: "memoryMb",
              message: `with ${cpu} vCPU Fargate has ${listed(memory)} MB, not ${memoryMb}: change it, or cpu`,
            },
          ];
  return [
    ...size,
    ...(single === true && maxTasks > 1
      ? [{ setting: "maxTasks", message: "must be 1: two of it would do everything twice" } as const]
      : []),
    // requests, CPU and memory are measured of tasks; only what waits in a queue is there without one
    ...(minTasks === 0 && queue === undefined
      ? [
          {
            setting: "minTasks",
            message: "must be at least 1: nothing starts the first one again; enabled: false is off",
          } as const,
        ]
      : []),
    ...(minTasks > maxTasks
      ? [{ setting: "minTasks", message: `is ${minTasks}, above maxTasks, which is ${maxTasks}` } as const]
      : []),
  ];
}

const listed = (memory: readonly number[]): string => {
  const [first, second, third] = memory;
  const last = memory.at(-1);
  if (memory.length <= 4 || first === undefined || second === undefined) return memory.join(", ");
  return `${first}, ${second}, ${third}, … ${last}`;
};
