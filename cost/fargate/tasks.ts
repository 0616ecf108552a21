import { number, several, words, type Text } from "../../services/model/text";
import type { FargateTask, Service } from "../../services/model/types";
import { cents, originOf } from "../money";
import { priceOf, type Price, type PriceList } from "../../settings/prices/prices";
import type { FloorLine, UsageLine } from "../types";

/** Hours in which everybody works: 22 days of 8 hours. */
export const busyHours = 176;

const gb = (memoryMb: number): number => memoryMb / 1024;

/** `0.5 vCPU, 1 GB`. */
export const sizeOf = ({ cpu, memoryMb }: Pick<FargateTask, "cpu" | "memoryMb">): Text =>
  words`${number(cpu)} vCPU, ${number(gb(memoryMb))} GB`;

/** What one task of this size costs in an hour; Spot has prices of its own. */
function hourly(
  prices: PriceList,
  task: FargateTask,
): Pick<Price, "usd" | "source" | "date" | "otherRegion"> & { readonly sum: Text } {
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
    sum: words`${number(task.cpu)} vCPU × ${number(cpu.usd, 9)} + ${number(gb(task.memoryMb))} GB × ${number(memory.usd, 9)} ${{ en: "an hour", es: "por hora" }}`,
  };
}

const tasks = (n: number): Text => several(n, { en: "task|tasks", es: "tarea|tareas" });

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
    const spot = fargate.spot === true ? { en: " on Spot", es: " en Spot" } : "";
    const quantity = fargate.minTasks * hours;
    floor.push({
      ...common,
      id: `task-${name}`,
      item: words`${title}: ${tasks(fargate.minTasks)} ${{ en: "of", es: "de" }} ${sizeOf(fargate)}${spot}`,
      quantity,
      monthlyUsd: cents(quantity * usd),
      note: sum,
    });
    const more = fargate.maxTasks - fargate.minTasks;
    if (more <= 0) continue;
    usage.push({
      ...common,
      id: `more-${name}`,
      item: words`${title}: ${{ en: "up to", es: "hasta" }} ${tasks(more)} ${{ en: "more", es: "más" }}${spot}`,
      minQuantity: 0,
      maxQuantity: more * busyHours,
      minUsd: 0,
      maxUsd: cents(more * busyHours * usd),
      note: { en: `all of them in ${busyHours} working hours`, es: `todas en ${busyHours} horas de trabajo` },
    });
  }
  return { floor, usage };
}
