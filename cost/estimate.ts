import { countsOf, type Counts } from "./declared";
import { fargateLines } from "./fargate";
import { fargateSavings } from "./fargate/savings";
import { hostSavings } from "./host-savings";
import { said, type Words } from "../services/model/text";
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
  readonly free: readonly Words[];
  readonly notes: readonly Words[];
}

/** What every estimate leaves out. */
const leftOut: readonly Words[] = [
  {
    en: "Language models are billed by their providers, by token.",
    es: "Los modelos de lenguaje los cobran sus proveedores, por token.",
  },
  {
    en: "Taxes, support plans and the credits of new AWS accounts are left out.",
    es: "No se cuentan impuestos, planes de soporte ni los créditos de cuentas de AWS nuevas.",
  },
];
const ownKeys: Words = { en: "AWS-managed encryption keys", es: "claves de cifrado que gestiona AWS" };

const models: Readonly<Record<CostSettings["topology"], Model>> = {
  host: {
    lines: hostLines,
    savings: hostSavings,
    free: [
      {
        en: "Session Manager, snapshot schedules (DLM), IAM, budget alerts",
        es: "Session Manager, el horario de las instantáneas (DLM), IAM, los avisos del presupuesto",
      },
      ownKeys,
      { en: "certificates (Let's Encrypt)", es: "certificados (Let's Encrypt)" },
      { en: "data in from the internet", es: "datos desde Internet" },
    ],
    notes: leftOut,
  },
  fargate: {
    lines: fargateLines,
    savings: fargateSavings,
    free: [
      { en: "certificates (ACM)", es: "certificados (ACM)" },
      { en: "the S3 gateway endpoint", es: "el punto de conexión de S3 (gateway endpoint)" },
      ownKeys,
      {
        en: "3 dashboards, mail alerts (SNS), budget alerts",
        es: "3 paneles, alarmas por correo (SNS), los avisos del presupuesto",
      },
      { en: "IAM, Service Connect, deployments", es: "IAM, Service Connect, despliegues" },
      {
        en: "the functions' few calls (Lambda, EventBridge)",
        es: "las pocas llamadas de las funciones (Lambda, EventBridge)",
      },
      { en: "100,000 traces (X-Ray)", es: "100.000 trazas (X-Ray)" },
    ],
    notes: [
      ...leftOut,
      {
        en: "The usage range goes from a desk of 3 to 5 agents to a heavy month; a deployment runs new tasks beside the old for minutes.",
        es: "Lo que depende del uso va de un equipo de 3 a 5 agentes a un mes de mucho trabajo; un despliegue tiene unos minutos tareas nuevas junto a las viejas.",
      },
      {
        en: "After a month of data, Compute Savings Plans and reserved instances take a fifth to a third off the tasks and stores.",
        es: "Tras un mes de datos, los Compute Savings Plans y las instancias reservadas quitan entre un quinto y un tercio a tareas y almacenes.",
      },
      {
        en: "CloudFront's flat-rate plans, subscribed to by hand, may include the firewall and the zone.",
        es: "Los planes de tarifa plana de CloudFront, que se contratan a mano, pueden incluir el cortafuegos y la zona.",
      },
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
  estimatedMonthlyPrices: floorOtherRegion === undefined ? region : `${region}, but ${said(floorOtherRegion)}`,
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
      : [
          {
            en: `For some prices in ${prices.region} no source was found: put yours into ${overridesName}.`,
            es: `Para algunos precios de ${prices.region} no se encontró una fuente: los propios van en ${overridesName}.`,
          },
        ];
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
