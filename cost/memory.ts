import type { Catalogue } from "../services/catalogue";
import type { Settings } from "../settings/settings";
import { instanceSpec } from "./instances";

export type MemorySettings = Pick<Settings, "instanceType" | "memoryPlan" | "swapSizeGb">;

/** `fits`: every limit can be used at once; `swap`: it runs, and pages under load; `demo`: not to be worked with. */
export type Verdict = "fits" | "swap" | "demo";

/** A service's memory limit and its part of all limits. */
export interface ServiceMemory {
  readonly name: string;
  readonly title: string;
  readonly limitMb: number;
  /** Held when nobody works. */
  readonly idleMb: number;
}

/** The limits of a stack's services against what its instance has. All sizes in MiB. */
export interface MemoryBudget {
  readonly instanceType: string;
  readonly plan: Settings["memoryPlan"];
  readonly ramMb: number;
  readonly swapMb: number;
  /** Kernel, Docker, agents. */
  readonly systemMb: number;
  /** Largest first. */
  readonly services: readonly ServiceMemory[];
  readonly limitsMb: number;
  /** What the services hold when nobody works. */
  readonly idleMb: number;
  readonly verdict: Verdict;
  readonly sentence: string;
  /** Measurements behind the verdict; empty when there is nothing to warn of. */
  readonly evidence: readonly string[];
}

/** Amazon Linux, Docker and the SSM agent, estimated. */
const systemMb = 256;
/** Of a limit, where a service does not say what it holds when nobody works. */
const idleShare = 0.64;

const mib = (mb: number) => `${mb.toLocaleString("en-US")} MiB`;

const stressTest =
  "Stress test of the original specification (1 GB and 4 GB of swap): all containers start and answer single requests; " +
  "with more than 2 or 3 people at once, answers take 5 to 30 seconds, applications time out now and then, " +
  "and the kernel may kill a worker or a store.";
/** Those that hold the most, named. */
function tight({ services, limitsMb }: Pick<MemoryBudget, "services" | "limitsMb">): string {
  const largest = [...services].sort((a, b) => b.idleMb - a.idleMb).slice(0, 3);
  return (
    `When idle, ${largest.map((s) => `${s.title} holds ${mib(s.idleMb)}`).join(", ")}. ` +
    `Limits of ${mib(limitsMb)} in all leave the applications little above that: expect restarts under load.`
  );
}
const honest = "A medium instance (4 GB) is the honest minimum for daily work; small works for a demo, with swap.";

const gb = (mb: number) => `${Number((mb / 1024).toFixed(1))} GB`;

function judge(limitsMb: number, idleMb: number, ramMb: number, swapMb: number): Verdict {
  if (limitsMb + systemMb <= ramMb) return "fits";
  const roomy = limitsMb + systemMb <= ramMb + swapMb;
  return roomy && idleMb + systemMb <= ramMb ? "swap" : "demo";
}

function explain(budget: Omit<MemoryBudget, "sentence" | "evidence">): string {
  const { verdict, limitsMb, idleMb, ramMb, swapMb, instanceType } = budget;
  const limits = `limits of ${mib(limitsMb)} and ${mib(systemMb)} for the system`;
  const ram = `${gb(ramMb)} of RAM of a ${instanceType}`;
  if (verdict === "fits") return `Fits: ${limits} are within the ${ram}.`;
  const swap = swapMb === 0 ? "there is no swap" : `${gb(swapMb)} of swap`;
  if (verdict === "swap") {
    return `Fits with swap only: ${limits} are more than the ${ram}; ${swap} carries the rest, slowly.`;
  }
  return limitsMb + systemMb > ramMb + swapMb
    ? `Demo only: ${limits} are more than the ${ram} and its swap together (${swapMb === 0 ? swap : gb(ramMb + swapMb)}).`
    : `Demo only: the services hold about ${mib(idleMb)} when nobody works, more than the ${ram} leaves them; ` +
        `the host lives on its ${swap}.`;
}

/** Whether a stack's services fit into its instance. */
export function memoryBudget(input: {
  readonly settings: MemorySettings;
  readonly catalogue: Pick<Catalogue, "services">;
}): MemoryBudget {
  const { instanceType, memoryPlan, swapSizeGb } = input.settings;
  const { ramMb, size } = instanceSpec(instanceType);
  const swapMb = swapSizeGb * 1024;
  const services = input.catalogue.services
    .map((s) => ({
      name: s.name,
      title: s.title.en,
      limitMb: s.memoryMb[memoryPlan],
      idleMb: s.memoryNeed?.idle[memoryPlan] ?? Math.round(s.memoryMb[memoryPlan] * idleShare),
    }))
    .sort((a, b) => b.limitMb - a.limitMb || (a.name < b.name ? -1 : 1));
  const limitsMb = services.reduce((total, s) => total + s.limitMb, 0);
  const idleMb = services.reduce((total, s) => total + s.idleMb, 0);
  const verdict = judge(limitsMb, idleMb, ramMb, swapMb);
  const budget = {
    instanceType,
    plan: memoryPlan,
    ramMb,
    swapMb,
    systemMb,
    services,
    limitsMb,
    idleMb,
    verdict,
  };
  const evidence = [
    ...(verdict === "demo" || size === "micro" ? [stressTest] : []),
    ...(memoryPlan === "compact" ? [tight(budget)] : []),
    ...(verdict === "fits" && memoryPlan === "standard" ? [] : [honest]),
  ];
  return { ...budget, sentence: explain(budget), evidence };
}
