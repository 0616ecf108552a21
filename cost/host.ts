import { instanceSpec } from "./instances";
import type { Counts } from "./declared";
import { storeLines } from "./fargate/stores";
import { alarmsLine, freeAlarms, keysLine } from "./fargate/watch";
import { floorLine, usageLine } from "./money";
import { natDataLine, natLines, queriesLine, zoneLine } from "./shared";
import type { PriceList } from "../settings/prices/prices";
import type { CostInput, CostLines, CostSettings, FloorLine, UsageLine } from "./types";

/** Share of the data volume that is rewritten in a night; with 7 nights a full copy grows by half. */
const nightlyChange = 1 / 14;
/**
 * Share of the data volume that an archive takes at most: it has 0.4 of the data, and the volume holds the data and the
 * archives of seven nights. In the bucket one stays a week longer, and a day until S3 clears up.
 */
const archiveShare = 1 / 10;
const furtherNights = 8;
/** Data out to the internet in a heavy month, GB, and what of it is free. */
const heavyTransferGb = 200;
const freeTransferGb = 100;
/** Data through the NAT gateways in a heavy month, GB. */
const heavyNatGb = 50;

/** Lines of the topology `host`: one instance, its disks and its address, and the stores where AWS runs them. */
export function hostLines(
  settings: CostSettings,
  prices: PriceList,
  { stores }: Pick<CostInput["catalogue"], "stores">,
  counts: Pick<Counts, "alarmSeries" | "keys">,
): CostLines {
  const hours = prices.hoursPerMonth;
  const { family, vcpus, baseline } = instanceSpec(settings.instanceType);
  const nights = settings.backupRetentionDays;
  const snapshotGb = Math.round(settings.dataVolumeGb * (1 + nights * nightlyChange) * 10) / 10;

  const floor: FloorLine[] = [
    floorLine(prices, "instance", `ec2.${settings.instanceType}`, hours, {
      en: `Instance ${settings.instanceType}`,
      es: `Instancia ${settings.instanceType}`,
    }),
    floorLine(prices, "root-volume", "ebs.gp3", settings.rootVolumeGb, {
      en: "Root volume (system, images)",
      es: "Disco raíz (sistema, imágenes)",
    }),
    floorLine(prices, "data-volume", "ebs.gp3", settings.dataVolumeGb, { en: "Data volume", es: "Disco de datos" }),
    floorLine(prices, "ipv4", "vpc.ipv4", hours, { en: "Public IPv4 address", es: "Dirección IPv4 pública" }),
    floorLine(
      prices,
      "snapshots",
      "ebs.snapshot",
      snapshotGb,
      { en: "Nightly snapshots of the data volume", es: "Instantáneas nocturnas del disco de datos" },
      {
        en: `estimate: a full copy and ${nights} nights of changes, 1/${Math.round(1 / nightlyChange)} of the volume each`,
        es: `estimado: una copia entera y ${nights} noches de cambios, cada una 1/${Math.round(1 / nightlyChange)} del disco`,
      },
    ),
  ];
  if (settings.backups === "s3") {
    const backupGb = Math.round(settings.dataVolumeGb * archiveShare * (nights + furtherNights) * 10) / 10;
    floor.push(
      floorLine(
        prices,
        "backups",
        "s3.storage",
        backupGb,
        { en: "Backups in S3", es: "Copias de seguridad en S3" },
        {
          en: `estimate: ${nights + furtherNights} archives, ${Math.round(100 * archiveShare)} % of the data volume each, as full as it can be`,
          es: `estimado: ${nights + furtherNights} archivos, cada uno el ${Math.round(100 * archiveShare)} % del disco de datos, lo más lleno que puede estar`,
        },
      ),
    );
  }
  if (settings.hostedZone !== undefined) {
    floor.push(zoneLine(prices));
  }
  if (counts.alarmSeries > freeAlarms) floor.push(alarmsLine(prices, counts));
  if (counts.keys > 0) floor.push(keysLine(prices, counts));
  if (settings.natGateways > 0) {
    floor.push(...natLines(prices, settings.natGateways));
  }

  const surplusHours = settings.cpuCredits !== "standard" ? vcpus * (1 - baseline) * hours : 0;
  const usage: UsageLine[] = [
    usageLine(
      prices,
      "cpu-surplus",
      `ec2.surplus.${family}`,
      Math.round(surplusHours),
      { en: "CPU above the baseline", es: "CPU por encima de la base" },
      {
        note:
          surplusHours > 0
            ? {
                en: `${vcpus} vCPU busy all month, above the baseline of ${Math.round(baseline * 100)} %`,
                es: `${vcpus} vCPU ocupadas todo el mes, por encima de su base del ${Math.round(baseline * 100)} %`,
              }
            : {
                en: "cpuCredits is standard: the host is slowed down instead",
                es: "cpuCredits es standard: en su lugar, el servidor va más despacio",
              },
      },
    ),
    usageLine(
      prices,
      "transfer-out",
      "transfer.out",
      heavyTransferGb - freeTransferGb,
      { en: "Data out to the internet", es: "Datos hacia Internet" },
      {
        free: {
          en: `the first ${freeTransferGb} GB of each month`,
          es: `los primeros ${freeTransferGb} GB de cada mes`,
        },
        note: { en: `up to ${heavyTransferGb} GB in a month`, es: `hasta ${heavyTransferGb} GB en un mes` },
      },
    ),
  ];
  if (settings.hostedZone !== undefined) {
    usage.push(queriesLine(prices, 1));
  }
  if (settings.natGateways > 0) {
    usage.push(natDataLine(prices, heavyNatGb));
  }
  const managed = settings.data === "managed" ? storeLines(settings, prices, stores) : { floor: [], usage: [] };
  return { floor: [...floor, ...managed.floor], usage: [...usage, ...managed.usage] };
}
