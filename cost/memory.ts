import type { Catalogue } from "../services/catalogue";
import { joined, number, words, type Text } from "../services/model/text";
import type { Settings } from "../settings/settings";
import { instanceSpec } from "./instances";

export type MemorySettings = Pick<Settings, "instanceType" | "memoryPlan" | "swapSizeGb">;

/** `fits`: every limit can be used at once; `swap`: it runs, and pages under load; `demo`: not to be worked with. */
export type Verdict = "fits" | "swap" | "demo";

/** A service's memory limit and its part of all limits. */
export interface ServiceMemory {
  readonly name: string;
  readonly title: Text;
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
  readonly sentence: Text;
  /** Measurements behind the verdict; empty when there is nothing to warn of. */
  readonly evidence: readonly Text[];
}

/** Amazon Linux, Docker and the SSM agent, estimated. */
const systemMb = 256;
/** Of a limit, where a service does not say what it holds when nobody works. */
const idleShare = 0.64;

const mib = (mb: number): Text => words`${number(mb)} MiB`;

const stressTest: Text = {
  en:
    "Stress test of the original specification (1 GB and 4 GB of swap): all containers start and answer single requests; " +
    "with more than 2 or 3 people at once, answers take 5 to 30 seconds, applications time out now and then, " +
    "and the kernel may kill a worker or a store.",
  es:
    "Prueba de carga de la especificación original (1 GB y 4 GB de swap): todos los contenedores arrancan y responden a peticiones sueltas; " +
    "con más de 2 o 3 personas a la vez, las respuestas tardan de 5 a 30 segundos, las aplicaciones se quedan a veces sin respuesta, " +
    "y el núcleo puede cerrar un proceso de fondo o un almacén.",
};
/** Those that hold the most, named. */
function tight({ services, limitsMb }: Pick<MemoryBudget, "services" | "limitsMb">): Text {
  const largest = [...services].sort((a, b) => b.idleMb - a.idleMb).slice(0, 3);
  const holds = joined(
    largest.map((s) => words`${s.title} ${{ en: "holds", es: "ocupa" }} ${mib(s.idleMb)}`),
    ", ",
  );
  const limits = mib(limitsMb);
  return {
    en: `When idle, ${holds.en}. Limits of ${limits.en} in all leave the applications little above that: expect restarts under load.`,
    es: `En reposo, ${holds.es}. Los límites, ${limits.es} en total, dejan a las aplicaciones poco más: con carga habrá reinicios.`,
  };
}
const honest: Text = {
  en: "A medium instance (4 GB) is the honest minimum for daily work; small works for a demo, with swap.",
  es: "Una instancia medium (4 GB) es el mínimo honesto para el trabajo diario; small sirve para una demostración, con swap.",
};

const gb = (mb: number): Text => words`${number(mb / 1024, 1)} GB`;

function judge(limitsMb: number, idleMb: number, ramMb: number, swapMb: number): Verdict {
  if (limitsMb + systemMb <= ramMb) return "fits";
  const roomy = limitsMb + systemMb <= ramMb + swapMb;
  return roomy && idleMb + systemMb <= ramMb ? "swap" : "demo";
}

function explain(budget: Omit<MemoryBudget, "sentence" | "evidence">): Text {
  const { verdict, limitsMb, idleMb, ramMb, swapMb, instanceType } = budget;
  const [limit, system, idle] = [mib(limitsMb), mib(systemMb), mib(idleMb)];
  const [has, swaps, together] = [gb(ramMb), gb(swapMb), gb(ramMb + swapMb)];
  const limits = {
    en: `limits of ${limit.en} and ${system.en} for the system`,
    es: `los límites, de ${limit.es}, y ${system.es} para el sistema`,
  };
  const ram = { en: `${has.en} of RAM of a ${instanceType}`, es: `${has.es} de RAM de una ${instanceType}` };
  if (verdict === "fits")
    return { en: `Fits: ${limits.en} are within the ${ram.en}.`, es: `Alcanza: ${limits.es} caben en los ${ram.es}.` };
  const over = { en: `${limits.en} are more than the ${ram.en}`, es: `${limits.es} son más que los ${ram.es}` };
  const swap =
    swapMb === 0
      ? { en: "there is no swap", es: "no hay swap" }
      : { en: `${swaps.en} of swap`, es: `${swaps.es} de swap` };
  if (verdict === "swap") {
    return {
      en: `Fits with swap only: ${over.en}; ${swap.en} carries the rest, slowly.`,
      es: `Alcanza solo con swap: ${over.es}; ${swap.es} llevan el resto, despacio.`,
    };
  }
  const sum = swapMb === 0 ? swap : together;
  return limitsMb + systemMb > ramMb + swapMb
    ? {
        en: `Demo only: ${over.en} and its swap together (${sum.en}).`,
        es: `Solo para una demostración: ${over.es} y su swap juntos (${sum.es}).`,
      }
    : {
        en: `Demo only: the services hold about ${idle.en} when nobody works, more than the ${ram.en} leaves them; the host lives on its ${swap.en}.`,
        es: `Solo para una demostración: los servicios ocupan unos ${idle.es} cuando nadie trabaja, más de lo que dejan los ${ram.es}; el servidor vive de sus ${swap.es}.`,
      };
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
      title: s.title,
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
