import type { Words } from "../../services/model/text";
import { cents, sum } from "../money";
import type { CostInput, CostLines, CostSettings, Saving } from "../types";

const set = (key: string, value: string, flags = ""): string =>
  `pulumi config set ${flags}ai-ecosystem:${key} ${value}`;

interface Change {
  readonly of: Saving["of"];
  readonly title: Words;
  readonly command: string;
  readonly price: Words;
  readonly settings?: Partial<CostSettings>;
  /** Services and stores that the change switches off, with the resources that bear their names. */
  readonly without?: readonly string[];
}

function changes({ settings, catalogue }: CostInput): Change[] {
  const { costProfile, natGateways, guardDuty } = settings;
  const list: Change[] = [];
  if (costProfile === "standard") {
    list.push({
      of: "floor",
      title: { en: "the economy profile", es: "el perfil economy" },
      command: set("costProfile", "economy"),
      settings: { costProfile: "economy" },
      price: {
        en: "smaller databases, no Container Insights, still in two zones; smaller tasks for workers save some more",
        es: "bases de datos más pequeñas, sin Container Insights, también en dos zonas; tareas menores para los procesos de fondo ahorran algo más",
      },
    });
  }
  if (natGateways > 1) {
    list.push({
      of: "floor",
      title: { en: "one NAT gateway", es: "un solo NAT gateway" },
      command: set("natGateways", "1"),
      settings: { natGateways: 1 },
      price: {
        en: "when its zone fails, nothing gets out (language models, mail, webhooks), though the sites stay up",
        es: "si falla su zona, no sale nada (modelos de lenguaje, correo, webhooks), aunque los sitios siguen en pie",
      },
    });
  }
  if (catalogue.stores.includes("mongodb")) {
    list.push({
      of: "floor",
      title: { en: "a MongoDB of your own instead of DocumentDB", es: "un MongoDB propio en vez de DocumentDB" },
      command: set("mongoUri", "mongodb+srv://…", "--secret "),
      without: ["mongodb"],
      price: {
        en: "what you pay there comes on top, and its backups are yours to see to",
        es: "lo que se paga allí se suma, y de sus copias de seguridad se ocupa usted",
      },
    });
  }
  if (guardDuty === "create") {
    list.push({
      of: "usage",
      title: { en: "no GuardDuty of this stack's own", es: "sin GuardDuty propio de este stack" },
      command: set("guardDuty", "existing"),
      settings: { guardDuty: "existing" },
      price: {
        en: "right where the account has it already; otherwise nobody watches the account",
        es: "correcto donde la cuenta ya lo tiene; si no, nadie vigila la cuenta",
      },
    });
  }
  for (const { name, dispensable } of catalogue.services) {
    if (dispensable === undefined) continue;
    const command = `pulumi config set --path 'ai-ecosystem:services.${name}.enabled' false`;
    list.push({ of: "floor", ...dispensable, command, without: [name] });
  }
  return list;
}

/** What each saving is worth: the same estimate once more, with that one thing changed. */
export function fargateSavings(input: CostInput, linesOf: (changed: Partial<CostInput>) => CostLines): Saving[] {
  const total = (of: Saving["of"], lines: CostLines) =>
    of === "floor" ? sum(lines.floor.map((l) => l.monthlyUsd)) : sum(lines.usage.map((l) => l.maxUsd));
  const now = linesOf({});
  return changes(input)
    .map(({ of, title, command, price, settings, without = [] }) => {
      const services = input.catalogue.services.filter((s) => !without.includes(s.name));
      const stores = input.catalogue.stores.filter((s) => !without.includes(s));
      const gone = without.map((name) => new RegExp(`-${name}(-|$)`));
      const then = linesOf({
        settings: { ...input.settings, ...settings },
        catalogue: { services, stores },
        resources: input.resources.filter((r) => !gone.some((name) => name.test(r.name))),
      });
      return { of, title, command, price, savesUsd: cents(total(of, now) - total(of, then)) };
    })
    .filter((saving) => saving.savesUsd > 0)
    .sort((a, b) => b.savesUsd - a.savesUsd);
}
