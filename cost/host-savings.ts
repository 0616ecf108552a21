import { instanceSpec, smaller } from "./instances";
import { memoryBudget } from "./memory";
import type { Words } from "../services/model/text";
import { cents, sum } from "./money";
import type { CostInput, CostLines, CostSettings, Saving } from "./types";

const set = (key: string, value: string) => `pulumi config set ai-ecosystem:${key} ${value}`;

/** What each saving setting is worth: the same estimate once more, with that one setting changed. */
export function hostSavings(input: CostInput, linesOf: (changed: Partial<CostInput>) => CostLines): Saving[] {
  const { settings } = input;
  const now = linesOf({});
  const floorOf = (lines: CostLines) => sum(lines.floor.map((l) => l.monthlyUsd));
  const usageOf = (lines: CostLines) => sum(lines.usage.map((l) => l.maxUsd));
  const savings: Saving[] = [];
  const add = (of: Saving["of"], changed: Partial<CostSettings>, title: Words, command: string, price: Words) => {
    const then = linesOf({ settings: { ...settings, ...changed } });
    const savesUsd = of === "floor" ? cents(floorOf(now) - floorOf(then)) : cents(usageOf(now) - usageOf(then));
    if (savesUsd > 0) savings.push({ title, command, savesUsd, of, price });
  };

  const insteadOf = (type: string): Words => ({
    en: `${type} instead of ${settings.instanceType}`,
    es: `${type} en vez de ${settings.instanceType}`,
  });
  const { architecture, size } = instanceSpec(settings.instanceType);
  if (architecture === "x86_64") {
    const graviton = `t4g.${size}`;
    add("floor", { instanceType: graviton }, insteadOf(graviton), set("instanceType", graviton), {
      en: "every image has an arm64 build; choose it before the first deployment, as the system image differs",
      es: "cada imagen existe para arm64; hay que elegirlo antes del primer despliegue, pues la imagen del sistema es otra",
    });
  }
  const less = smaller(settings.instanceType);
  if (less !== undefined) {
    const { memoryPlan, ...rest } = settings;
    const plan = ["small", "micro"].includes(instanceSpec(less).size) ? "compact" : memoryPlan;
    const { verdict } = memoryBudget({
      settings: { ...rest, instanceType: less, memoryPlan: plan },
      catalogue: input.catalogue,
    });
    const price = {
      fits: { en: "memory still fits", es: "la memoria sigue alcanzando" },
      swap: { en: "memory then fits with swap only", es: "la memoria alcanza entonces solo con swap" },
      demo: { en: "then for a demo only", es: "entonces, solo para una demostración" },
    };
    add("floor", { instanceType: less }, insteadOf(less), set("instanceType", less), price[verdict]);
  }
  if (settings.backups === "s3") {
    add(
      "floor",
      { backups: "host" },
      { en: "backups on the host alone", es: "copias de seguridad solo en el servidor" },
      set("backups", "host"),
      {
        en: "whoever loses the data volume has its snapshots, and no archive",
        es: "quien pierde el disco de datos tiene sus instantáneas, y ningún archivo",
      },
    );
  }
  if (settings.data === "managed" && settings.costProfile === "standard") {
    add(
      "floor",
      { costProfile: "economy" },
      { en: "the economy profile", es: "el perfil economy" },
      set("costProfile", "economy"),
      { en: "smaller databases, still in two zones", es: "bases de datos más pequeñas, también en dos zonas" },
    );
  }
  if (settings.natGateways > 0) {
    add("floor", { natGateways: 0 }, { en: "no NAT gateway", es: "ningún NAT gateway" }, set("natGateways", "0"), {
      en: "the host has its own public address and needs none",
      es: "el servidor tiene dirección pública propia y no lo necesita",
    });
  }
  if (settings.cpuCredits !== "standard") {
    add(
      "usage",
      { cpuCredits: "standard" },
      { en: "standard CPU credits instead of unlimited", es: "créditos de CPU standard en vez de unlimited" },
      set("cpuCredits", "standard"),
      {
        en: "a busy host slows down to its baseline once its credits are used up",
        es: "un servidor muy ocupado baja a su base cuando gasta sus créditos",
      },
    );
  }
  return savings.sort((a, b) => b.savesUsd - a.savesUsd);
}
