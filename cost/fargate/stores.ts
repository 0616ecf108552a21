import { sizesOf } from "../../settings/data-sizes";
import { words, type Words } from "../../services/model/text";
import type { Store } from "../../services/model/types";
import { busyHours } from "./tasks";
import { floorLine, usageLine } from "../money";
import { classPriceKey, type PriceList } from "../../settings/prices/prices";
import type { CostLines, CostSettings, FloorLine, UsageLine } from "../types";

/** vCPUs of the T classes, and the share of each that may be used for ever; what is above is billed. */
const burstable: Readonly<Record<string, readonly [cpus: number, baseline: number]>> = {
  micro: [2, 0.1],
  small: [2, 0.2],
  medium: [2, 0.2],
  large: [2, 0.3],
  xlarge: [4, 0.4],
  "2xlarge": [8, 0.4],
};

/** CPU above the baseline, when all of it is busy in working hours; none for classes that have all of it always. */
function surplusLines(prices: PriceList, id: string, key: string, instanceClass: string, store: string): UsageLine[] {
  const [, family = "", size = ""] = instanceClass.split(".");
  const found = burstable[size];
  if (!family.startsWith("t") || found === undefined) return [];
  const [cpus, baseline] = found;
  const hours = Math.round(cpus * (1 - baseline) * busyHours);
  const item = { en: `${store} CPU above the baseline`, es: `CPU de ${store} por encima de la base` };
  return [
    usageLine(prices, id, key, hours, item, {
      note: {
        en: `${cpus} vCPU busy in ${busyHours} working hours`,
        es: `${cpus} vCPU ocupadas en ${busyHours} horas de trabajo`,
      },
    }),
  ];
}

const storageOf = (store: string): Words => ({ en: `${store} storage`, es: `Almacenamiento de ${store}` });
const growthOf = (store: string): Words => words`${storageOf(store)} ${{ en: "that grows", es: "que crece" }}`;

/** Both databases have a writer and a standby or replica. */
const instances = 2;
/** DocumentDB's data of a small desk, GB, and what it reads and writes in a month, millions. */
const documentGb = 10;
const documentIo = { quiet: 10, heavy: 50 };

function postgres(settings: CostSettings, prices: PriceList): CostLines {
  const { instanceClass, storageGb, maxStorageGb } = sizesOf(settings.costProfile, settings).postgres;
  return {
    floor: [
      floorLine(
        prices,
        "postgres",
        classPriceKey("postgresClass", instanceClass),
        prices.hoursPerMonth,
        `PostgreSQL ${instanceClass}, Multi-AZ`,
        { en: "with the standby in the second zone", es: "con la reserva en la segunda zona" },
      ),
      floorLine(prices, "postgres-storage", "rds.gp3.multi-az", storageGb, words`${storageOf("PostgreSQL")}, Multi-AZ`),
    ],
    usage: [
      usageLine(prices, "postgres-growth", "rds.gp3.multi-az", maxStorageGb - storageGb, growthOf("PostgreSQL"), {
        note: { en: `by itself, up to ${maxStorageGb} GB`, es: `por sí solo, hasta ${maxStorageGb} GB` },
      }),
      ...surplusLines(prices, "postgres-surplus", "rds.surplus", instanceClass, "PostgreSQL"),
      usageLine(
        prices,
        "postgres-backup",
        "rds.backup",
        storageGb,
        { en: "PostgreSQL backups", es: "Copias de PostgreSQL" },
        {
          free: { en: "as much as the data's size", es: "tanto como ocupan los datos" },
          note: {
            en: `${settings.backupRetentionDays} days of changes`,
            es: `${settings.backupRetentionDays} días de cambios`,
          },
        },
      ),
    ],
  };
}

function mongodb(settings: CostSettings, prices: PriceList): CostLines {
  const hours = prices.hoursPerMonth;
  const { instanceClass, capacity } = sizesOf(settings.costProfile, settings).documentDb;
  const serverless = instanceClass === "db.serverless";
  const usage: UsageLine[] = [
    ...(serverless
      ? [
          usageLine(
            prices,
            "mongodb-capacity",
            "docdb.db.serverless",
            (capacity.max - capacity.min) * busyHours,
            { en: "DocumentDB capacity under load", es: "Capacidad de DocumentDB con carga" },
            {
              note: {
                en: `one instance at ${capacity.max} DCU in ${busyHours} working hours`,
                es: `una instancia con ${capacity.max} DCU en ${busyHours} horas de trabajo`,
              },
            },
          ),
        ]
      : surplusLines(prices, "mongodb-surplus", "docdb.surplus", instanceClass, "DocumentDB")),
    usageLine(
      prices,
      "mongodb-io",
      "docdb.io",
      documentIo.heavy,
      { en: "DocumentDB reads and writes", es: "Lecturas y escrituras de DocumentDB" },
      {
        minQuantity: documentIo.quiet,
      },
    ),
    usageLine(prices, "mongodb-growth", "docdb.storage", 4 * documentGb, growthOf("DocumentDB")),
  ];
  const floor: FloorLine[] = [
    serverless
      ? floorLine(prices, "mongodb", "docdb.db.serverless", instances * capacity.min * hours, {
          en: `DocumentDB serverless, ${instances} instances of ${capacity.min} DCU at least`,
          es: `DocumentDB serverless, ${instances} instancias de ${capacity.min} DCU como mínimo`,
        })
      : floorLine(
          prices,
          "mongodb",
          classPriceKey("documentDbClass", instanceClass),
          instances * hours,
          `DocumentDB ${instanceClass} (${instances})`,
        ),
    floorLine(prices, "mongodb-storage", "docdb.storage", documentGb, storageOf("DocumentDB"), {
      en: "estimate of a small desk",
      es: "estimado para un equipo pequeño",
    }),
  ];
  return { floor, usage };
}

function valkey(settings: CostSettings, prices: PriceList): CostLines {
  const { nodeType } = sizesOf(settings.costProfile, settings).valkey;
  const key = classPriceKey("valkeyClass", nodeType);
  const hours = instances * prices.hoursPerMonth;
  return { floor: [floorLine(prices, "valkey", key, hours, `Valkey ${nodeType} (${instances})`)], usage: [] };
}

const linesOf = { postgres, mongodb, redis: valkey } as const satisfies Record<Store, unknown>;

/** The managed stores that there are. */
export function storeLines(settings: CostSettings, prices: PriceList, stores: readonly Store[]): CostLines {
  const all = stores.map((store) => linesOf[store](settings, prices));
  return { floor: all.flatMap((l) => l.floor), usage: all.flatMap((l) => l.usage) };
}
