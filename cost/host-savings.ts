import { instanceSpec, smaller } from "./instances";
import { memoryBudget } from "./memory";
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
  const add = (of: Saving["of"], changed: Partial<CostSettings>, title: string, command: string, price: string) => {
    const then = linesOf({ settings: { ...settings, ...changed } });
    const savesUsd = of === "floor" ? cents(floorOf(now) - floorOf(then)) : cents(usageOf(now) - usageOf(then));
    if (savesUsd > 0) savings.push({ title, command, savesUsd, of, price });
  };

  const { architecture, size } = instanceSpec(settings.instanceType);
  if (architecture === "x86_64") {
    const graviton = `t4g.${size}`;
    add(
      "floor",
      { instanceType: graviton },
      `${graviton} instead of ${settings.instanceType}`,
      set("instanceType", graviton),
      "every image has an arm64 build; choose it before the first deployment, as the system image differs",
    );
  }
  const less = smaller(settings.instanceType);
  if (less !== undefined) {
    const { memoryPlan, ...rest } = settings;
    const plan = ["small", "micro"].includes(instanceSpec(less).size) ? "compact" : memoryPlan;
    const { verdict } = memoryBudget({
      settings: { ...rest, instanceType: less, memoryPlan: plan },
      catalogue: input.catalogue,
    });
    const price = { fits: "memory still fits", swap: "memory then fits with swap only", demo: "then for a demo only" };
    add(
      "floor",
      { instanceType: less },
      `${less} instead of ${settings.instanceType}`,
      set("instanceType", less),
      price[verdict],
    );
  }
  if (settings.backups === "s3") {
    add(
      "floor",
      { backups: "host" },
      "backups on the host alone",
      set("backups", "host"),
      "whoever loses the data volume has its snapshots, and no archive",
    );
  }
  if (settings.natGateways > 0) {
    add(
      "floor",
      { natGateways: 0 },
      "no NAT gateway",
      set("natGateways", "0"),
      "the host has its own public address and needs none",
    );
  }
  if (settings.cpuCredits !== "standard") {
    add(
      "usage",
      { cpuCredits: "standard" },
      "standard CPU credits instead of unlimited",
      set("cpuCredits", "standard"),
      "a busy host slows down to its baseline once its credits are used up",
    );
  }
  return savings.sort((a, b) => b.savesUsd - a.savesUsd);
}
