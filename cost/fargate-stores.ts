import { sizesOf } from "../settings/data-sizes";
import type { Store } from "../services/model/types";
import { busyHours } from "./fargate-tasks";
import { floorLine, usageLine } from "./money";
import { classPriceKey, type PriceList } from "../settings/prices/prices";
import type { CostLines, CostSettings, FloorLine, UsageLine } from "./types";

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
function surplusLines(prices: PriceList, id: string, key: string, instanceClass: string, item: string): UsageLine[] {
  const [, family = "", size = ""] = instanceClass.split(".");
  const found = burstable[size];
  if (!family.startsWith("t") || found === undefined) return [];
  const [cpus, baseline] = found;
  const hours = Math.round(cpus * (1 - baseline) * busyHours);
  return [usageLine(prices, id, key, hours, item, { note: `${cpus} vCPU busy in ${busyHours} working hours` })];
}

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
        "with the standby in the second zone",
      ),
      floorLine(prices, "postgres-storage", "rds.gp3.multi-az", storageGb, "PostgreSQL storage, Multi-AZ"),
    ],
    usage: [
      usageLine(
        prices,
        "postgres-growth",
        "rds.gp3.multi-az",
        maxStorageGb - storageGb,
        "PostgreSQL storage that grows",
        {
          note: `by itself, up to ${maxStorageGb} GB`,
        },
      ),
      ...surplusLines(prices, "postgres-surplus", "rds.surplus", instanceClass, "PostgreSQL CPU above the baseline"),
      usageLine(prices, "postgres-backup", "rds.backup", storageGb, "PostgreSQL backups", {
        free: "as much as the data's size",
        note: `${settings.backupRetentionDays} days of changes`,
      }),
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
            "DocumentDB capacity under load",
            { note: `one instance at ${capacity.max} DCU in ${busyHours} working hours` },
          ),
        ]
      : surplusLines(prices, "mongodb-surplus", "docdb.surplus", instanceClass, "DocumentDB CPU above the baseline")),
    usageLine(prices, "mongodb-io", "docdb.io", documentIo.heavy, "DocumentDB reads and writes", {
      minQuantity: documentIo.quiet,
    }),
    usageLine(prices, "mongodb-growth", "docdb.storage", 4 * documentGb, "DocumentDB storage that grows"),
  ];
  const floor: FloorLine[] = [
    serverless
      ? floorLine(
          prices,
          "mongodb",
          "docdb.db.serverless",
          instances * capacity.min * hours,
          `DocumentDB serverless, ${instances} instances of ${capacity.min} DCU at least`,
        )
      : floorLine(
          prices,
          "mongodb",
          classPriceKey("documentDbClass", instanceClass),
          instances * hours,
          `DocumentDB ${instanceClass} (${instances})`,
        ),
    floorLine(prices, "mongodb-storage", "docdb.storage", documentGb, "DocumentDB storage", "estimate of a small desk"),
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
