import { countsOf, type Counts } from "./declared";
import { fargateLines } from "./fargate";
import { fargateSavings } from "./fargate-savings";
import { hostSavings } from "./host-savings";
import { ofStack } from "../settings/of-stack";
import { hostLines } from "./host";
import { cents, otherRegionOf, sum } from "./money";
import { loadPrices, overridesName, type PriceList } from "../settings/prices/prices";
import type { CostEstimate, CostInput, CostLines, CostSettings, Saving, Share } from "./types";

/** How one topology is priced. */
interface Model {
  readonly lines: (
    settings: CostSettings,
    prices: PriceList,
    catalogue: CostInput["catalogue"],
    counts: Counts,
  ) => CostLines;
  readonly savings: (input: CostInput, linesOf: (changed: Partial<CostInput>) => CostLines) => Saving[];
  readonly free: readonly string[];
  readonly notes: readonly string[];
}

const models: Readonly<Record<CostSettings["topology"], Model>> = {
  host: {
    lines: hostLines,
    savings: hostSavings,
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
  fargate: {
    lines: fargateLines,
    savings: fargateSavings,
    free: [
      "certificates (ACM)",
      "the S3 gateway endpoint",
      "AWS-managed encryption keys",
      "3 dashboards, mail alerts (SNS), budget alerts",
      "IAM, Service Connect, deployments",
      "the functions' few calls (Lambda, EventBridge)",
      "100,000 traces (X-Ray)",
    ],
    notes: [
      "Language models are billed by their providers, by token.",
      "Taxes, support plans and the credits of new AWS accounts are left out.",
      "The usage range goes from a desk of 3 to 5 agents to a heavy month; a deployment runs new tasks beside the old for minutes.",
      "After a month of data, Compute Savings Plans and reserved instances take a fifth to a third off the tasks and stores.",
      "CloudFront's flat-rate plans, subscribed to by hand, may include the firewall and the zone.",
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

/** The stack's outputs: what is always paid, and of which region the prices are. */
export const costOutputs = ({ floorUsd, region, floorOtherRegion }: CostEstimate) => ({
  estimatedMonthlyUsd: floorUsd,
  estimatedMonthlyPrices: floorOtherRegion === undefined ? region : `${region}, but ${floorOtherRegion}`,
});

/** What a stack costs in a month: what is always paid, what usage may add, and what would cost less. */
export function estimateCost(input: CostInput): CostEstimate {
  const model = models[input.settings.topology];
  const { region, stack } = input.settings;
  const prices = input.prices ?? loadPrices(undefined, region);
  const linesOf = (changed: Partial<CostInput>) => {
    const { settings, catalogue, resources } = { ...input, ...changed };
    return model.lines(settings, prices, catalogue, countsOf(resources));
  };
  const lines = linesOf({});
  const floorOtherRegion = otherRegionOf(lines.floor);
  const usageOtherRegion = otherRegionOf(lines.usage);
  const elsewhere =
    floorOtherRegion === undefined && usageOtherRegion === undefined
      ? []
      : [`For some prices in ${prices.region} no source was found: put yours into ${overridesName}.`];
  return {
    topology: input.settings.topology,
    region: prices.region,
    currency: prices.currency,
    pricesAsOf: prices.pricesAsOf,
    hoursPerMonth: prices.hoursPerMonth,
    ...lines,
    ...(floorOtherRegion === undefined ? {} : { floorOtherRegion }),
    ...(usageOtherRegion === undefined ? {} : { usageOtherRegion }),
    floorUsd: sum(lines.floor.map((l) => l.monthlyUsd)),
    usageMinUsd: sum(lines.usage.map((l) => l.minUsd)),
    usageMaxUsd: sum(lines.usage.map((l) => l.maxUsd)),
    savings: model.savings(input, linesOf).map((saving) => ({ ...saving, command: ofStack(saving.command, stack) })),
    shares: sharesOf(input, lines),
    free: model.free,
    notes: [...elsewhere, ...model.notes],
  };
}
