import { dataSizes } from "../../components/data/sizes";
import { busyHours } from "./fargate-tasks";
import { floorLine, usageLine } from "./money";
import type { PriceList } from "./prices";
import type { CostLines, CostSettings, FloorLine, UsageLine } from "./types";

/** Share of each vCPU that a database class may use for ever; what is above is billed. */
const baseline: Readonly<Record<string, number>> = { micro: 0.1, small: 0.2, medium: 0.2 };
const surplusOf = (instanceClass: string, hours: number): number =>
  Math.round(2 * (1 - (baseline[instanceClass.split(".").at(-1) ?? ""] ?? 1)) * hours);

/** Both databases have a writer and a standby or replica. */
const instances = 2;
/** DocumentDB's data of a small desk, GB, and what it reads and writes in a month, millions. */
const documentGb = 10;
const documentIo = { quiet: 10, heavy: 50 };

function postgres(settings: CostSettings, prices: PriceList): CostLines {
  const { instanceClass, storageGb, maxStorageGb } = dataSizes[settings.costProfile].postgres;
  return {
    floor: [
      floorLine(
        prices,
        "postgres",
        `rds.${instanceClass}.multi-az`,
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
      usageLine(
        prices,
        "postgres-surplus",
        "rds.surplus",
        surplusOf(instanceClass, busyHours),
        "PostgreSQL CPU above the baseline",
        { note: `2 vCPU busy in ${busyHours} working hours` },
      ),
      usageLine(prices, "postgres-backup", "rds.backup", storageGb, "PostgreSQL backups", {
        free: "as much as the data's size",
        note: `${settings.backupRetentionDays} days of changes`,
      }),
    ],
  };
}

function mongodb(settings: CostSettings, prices: PriceList): CostLines {
  if (settings.secrets.mongoUri !== undefined) return { floor: [], usage: [] };
  const hours = prices.hoursPerMonth;
  const { instanceClass, capacity } = dataSizes[settings.costProfile].documentDb;
  const serverless = instanceClass === "db.serverless";
  const usage: UsageLine[] = [
    serverless
      ? usageLine(
          prices,
          "mongodb-capacity",
          "docdb.db.serverless",
          (capacity.max - capacity.min) * busyHours,
          "DocumentDB capacity under load",
          { note: `one instance at ${capacity.max} DCU in ${busyHours} working hours` },
        )
      : usageLine(
          prices,
          "mongodb-surplus",
          "docdb.surplus",
          surplusOf(instanceClass, busyHours),
          "DocumentDB CPU above the baseline",
          { note: `2 vCPU busy in ${busyHours} working hours` },
        ),
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
          `docdb.${instanceClass}`,
          instances * hours,
          `DocumentDB ${instanceClass} (${instances})`,
        ),
    floorLine(prices, "mongodb-storage", "docdb.storage", documentGb, "DocumentDB storage", "estimate of a small desk"),
  ];
  return { floor, usage };
}

/** The managed stores. */
export function storeLines(settings: CostSettings, prices: PriceList): CostLines {
  const { nodeType } = dataSizes[settings.costProfile].valkey;
  const [sql, documents] = [postgres(settings, prices), mongodb(settings, prices)];
  return {
    floor: [
      ...sql.floor,
      ...documents.floor,
      floorLine(
        prices,
        "valkey",
        `elasticache.valkey.${nodeType}`,
        instances * prices.hoursPerMonth,
        `Valkey ${nodeType} (${instances})`,
      ),
    ],
    usage: [...sql.usage, ...documents.usage],
  };
}
