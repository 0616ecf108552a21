import type { FargateTask, Service } from "../services/model/types";
import { cents, originOf } from "./money";
import { priceOf, type Price, type PriceList } from "../settings/prices/prices";
import type { FloorLine, UsageLine } from "./types";

/** Hours in which everybody works: 22 days of 8 hours. */
export const busyHours = 176;

const gb = (memoryMb: number): number => memoryMb / 1024;

/** `0.5 vCPU, 1 GB`. */
export const sizeOf = ({ cpu, memoryMb }: FargateTask): string => `${cpu} vCPU, ${gb(memoryMb)} GB`;

/** What one task of this size costs in an hour; Spot has prices of its own. */
function hourly(
  prices: PriceList,
  task: FargateTask,
): Pick<Price, "usd" | "source" | "date" | "otherRegion"> & { readonly sum: string } {
  const kind = task.spot === true ? "fargate.spot.arm" : "fargate.arm";
  const [cpu, memory] = [priceOf(prices, `${kind}.vcpu`), priceOf(prices, `${kind}.gb`)];
  return {
    // a fraction of a cent in a month
    usd: Number((task.cpu * cpu.usd + gb(task.memoryMb) * memory.usd).toFixed(7)),
    ...originOf({
      source: cpu.source === memory.source ? cpu.source : `${cpu.source}; ${memory.source}`,
      date: cpu.date,
      otherRegion: cpu.otherRegion ?? memory.otherRegion,
    }),
    sum: `${task.cpu} vCPU × ${cpu.usd} + ${gb(task.memoryMb)} GB × ${memory.usd} an hour`,
  };
}

const tasks = (n: number): string => `${n} ${n === 1 ? "task" : "tasks"}`;

/** Tasks of the services: `minTasks` always, up to `maxTasks` in busy hours. A line for each service. */
export function taskLines(
  services: readonly Service[],
  prices: PriceList,
): { readonly floor: readonly FloorLine[]; readonly usage: readonly UsageLine[] } {
  const hours = prices.hoursPerMonth;
  const floor: FloorLine[] = [];
  const usage: UsageLine[] = [];
  for (const { name, title, fargate } of services) {
    if (fargate === undefined) continue;
    const price = hourly(prices, fargate);
    const { usd, sum } = price;
    const common = { unit: "task-hour", unitPriceUsd: usd, ...originOf(price) };
    const spot = fargate.spot === true ? " on Spot" : "";
    const quantity = fargate.minTasks * hours;
    floor.push({
      ...common,
      id: `task-${name}`,
      item: `${title.en}: ${tasks(fargate.minTasks)} of ${sizeOf(fargate)}${spot}`,
      quantity,
      monthlyUsd: cents(quantity * usd),
      note: sum,
    });
    const more = fargate.maxTasks - fargate.minTasks;
    if (more <= 0) continue;
    usage.push({
      ...common,
      id: `more-${name}`,
      item: `${title.en}: up to ${tasks(more)} more${spot}`,
      minQuantity: 0,
      maxQuantity: more * busyHours,
      minUsd: 0,
      maxUsd: cents(more * busyHours * usd),
      note: `all of them in ${busyHours} working hours`,
    });
  }
  return { floor, usage };
}
