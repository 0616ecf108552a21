import { hostLevers } from "./levers";
import { hostLines } from "./host";
import { cents, sum } from "./money";
import { loadPrices, overridesName, type PriceList } from "./prices";
import type { CostEstimate, CostInput, CostLines, CostSettings, Lever, Share } from "./types";

/** How one topology is priced. */
interface Model {
  readonly lines: (settings: CostSettings, prices: PriceList) => CostLines;
  readonly levers: (input: CostInput, linesOf: (settings: CostSettings) => CostLines) => Lever[];
  readonly free: readonly string[];
  readonly notes: readonly string[];
}

const models: Readonly<Partial<Record<CostSettings["topology"], Model>>> = {
  host: {
    lines: hostLines,
    levers: hostLevers,
    free: [
      "Session Manager, snapshot schedules (DLM), IAM, budget alerts",
      "AWS-managed encryption keys",
      "certificates (Let's Encrypt)",
      "data in from the internet",
    ],
    notes: [
      "Language models are billed by their providers, by token.",
      "Taxes, support plans and the credits of new AWS accounts are left out.",
    ],
  },
};

/** The instance's price, shared out by memory limit: what a service is worth, and what a further one would take. */
function sharesOf(input: CostInput, lines: CostLines): Share[] {
  const instance = lines.floor.find((line) => line.id === "instance");
  if (instance === undefined) return [];
  const limits = input.catalogue.services.map((s) => [s.name, s.memoryMb[input.settings.memoryPlan]] as const);
  const total = limits.reduce((all, [, mb]) => all + mb, 0);
  return limits
    .map(([service, memoryMb]) => {
      const share = memoryMb / total;
      return { service, memoryMb, share, monthlyUsd: cents(share * instance.monthlyUsd) };
    })
    .sort((a, b) => b.memoryMb - a.memoryMb || (a.service < b.service ? -1 : 1));
}

/** What a stack costs in a month: what is always paid, what usage may add, and what would cost less. */
export function estimateCost(input: CostInput): CostEstimate {
  const model = models[input.settings.topology];
  if (model === undefined) throw new Error(`no cost model of the topology ${input.settings.topology}`);
  const prices = input.prices ?? loadPrices();
  const linesOf = (settings: CostSettings) => model.lines(settings, prices);
  const lines = linesOf(input.settings);
  const { region = prices.region } = input;
  const elsewhere =
    region === prices.region
      ? []
      : [`The stack is in ${region}, the prices are of ${prices.region}: put yours into ${overridesName}.`];
  return {
    topology: input.settings.topology,
    region: prices.region,
    currency: prices.currency,
    pricesAsOf: prices.pricesAsOf,
    hoursPerMonth: prices.hoursPerMonth,
    ...lines,
    floorUsd: sum(lines.floor.map((l) => l.monthlyUsd)),
    usageMinUsd: sum(lines.usage.map((l) => l.minUsd)),
    usageMaxUsd: sum(lines.usage.map((l) => l.maxUsd)),
    levers: model.levers(input, linesOf),
    shares: sharesOf(input, lines),
    free: model.free,
    notes: [...elsewhere, ...model.notes],
  };
}
