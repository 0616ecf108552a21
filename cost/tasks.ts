import type { Catalogue } from "../services/catalogue";
import { number, said, type Words } from "../services/model/text";
import type { Role, Text } from "../services/model/types";

/** Size and number of a service's tasks. */
export interface TaskSize {
  readonly name: string;
  readonly title: Text;
  readonly role: Role;
  readonly cpu: number;
  readonly memoryGb: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly spot: boolean;
  /** What it scales on; empty when it does not. */
  readonly scalesOn: readonly Words[];
}

/** The tasks of a stack on Fargate. */
export interface TaskSizes {
  /** Largest first. */
  readonly services: readonly TaskSize[];
  readonly minTasks: number;
  readonly maxTasks: number;
  /** vCPU when nobody works, and when everything is at its most. */
  readonly minCpu: number;
  readonly maxCpu: number;
  readonly minMemoryGb: number;
  readonly maxMemoryGb: number;
  /** vCPU on demand that a deployment of everything takes for minutes: the old tasks and the new. */
  readonly deploymentCpu: number;
  readonly sentence: Text;
}

const scalings = { requests: { en: "requests", es: "peticiones" } } as const;

const sum = (numbers: readonly number[]): number => Math.round(100 * numbers.reduce((a, b) => a + b, 0)) / 100;

/** What the services take on Fargate, at rest and at most. */
export function taskSizes({ services }: Pick<Catalogue, "services">): TaskSizes {
  const sizes = services.flatMap(({ name, title, role, fargate }): TaskSize[] => {
    if (fargate === undefined) return [];
    const { cpu, memoryMb, minTasks, maxTasks, spot, scaling, queue } = fargate;
    const scales = maxTasks > minTasks;
    const own = [
      ...(scaling === undefined ? [] : [scalings[scaling]]),
      ...(queue === undefined
        ? []
        : [{ en: `waiting ${said(queue.work)}`, es: `${said(queue.work, "es")} en espera` }]),
    ];
    return [
      {
        name,
        title,
        role,
        cpu,
        memoryGb: memoryMb / 1024,
        minTasks,
        maxTasks,
        spot: spot === true,
        scalesOn: scales ? ["CPU", { en: "memory", es: "memoria" }, ...own] : [],
      },
    ];
  });
  const total = (of: (s: TaskSize) => number, kept: (s: TaskSize) => boolean = () => true) =>
    sum(sizes.filter(kept).map(of));
  const minCpu = total((s) => s.cpu * s.minTasks);
  const deploymentCpu =
    2 *
    total(
      (s) => s.cpu * s.minTasks,
      (s) => !s.spot,
    );
  const all = {
    services: [...sizes].sort((a, b) => b.cpu * b.minTasks - a.cpu * a.minTasks || (a.name < b.name ? -1 : 1)),
    minTasks: total((s) => s.minTasks),
    maxTasks: total((s) => s.maxTasks),
    minCpu,
    maxCpu: total((s) => s.cpu * s.maxTasks),
    minMemoryGb: total((s) => s.memoryGb * s.minTasks),
    maxMemoryGb: total((s) => s.memoryGb * s.maxTasks),
    deploymentCpu,
  };
  const inSpanish = (cpu: number): string => number(cpu).es;
  const sentence = {
    en:
      `${all.minTasks} tasks with ${minCpu} vCPU at rest, up to ${all.maxTasks} with ${all.maxCpu}. ` +
      `A deployment of everything runs old and new tasks side by side: ${deploymentCpu} vCPU on demand, ` +
      "which the account's Fargate quota must allow (new accounts may start with 6).",
    es:
      `${all.minTasks} tareas con ${inSpanish(minCpu)} vCPU en reposo, hasta ${all.maxTasks} con ${inSpanish(all.maxCpu)}. ` +
      `Un despliegue de todo tiene tareas viejas y nuevas a la vez: ${inSpanish(deploymentCpu)} vCPU bajo demanda, ` +
      "que la cuota de Fargate de la cuenta debe permitir (las cuentas nuevas pueden empezar con 6).",
  };
  return { ...all, sentence };
}
