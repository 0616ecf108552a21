import { instanceSpec } from "./instances";
import { floorLine, usageLine } from "./money";
import type { PriceList } from "../settings/prices/prices";
import type { CostLines, CostSettings, FloorLine, UsageLine } from "./types";

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

/** Lines of the topology `host`: one instance, its disks and its address. */
export function hostLines(settings: CostSettings, prices: PriceList): CostLines {
  const hours = prices.hoursPerMonth;
  const { family, vcpus, baseline } = instanceSpec(settings.instanceType);
  const nights = settings.backupRetentionDays;
  const snapshotGb = Math.round(settings.dataVolumeGb * (1 + nights * nightlyChange) * 10) / 10;

  const floor: FloorLine[] = [
    floorLine(prices, "instance", `ec2.${settings.instanceType}`, hours, `Instance ${settings.instanceType}`),
    floorLine(prices, "root-volume", "ebs.gp3", settings.rootVolumeGb, "Root volume (system, images)"),
    floorLine(prices, "data-volume", "ebs.gp3", settings.dataVolumeGb, "Data volume"),
    floorLine(prices, "ipv4", "vpc.ipv4", hours, "Public IPv4 address"),
    floorLine(
      prices,
      "snapshots",
      "ebs.snapshot",
      snapshotGb,
      "Nightly snapshots of the data volume",
      `estimate: a full copy and ${nights} nights of changes, 1/${Math.round(1 / nightlyChange)} of the volume each`,
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
        "Backups in S3",
        `estimate: ${nights + furtherNights} archives, ${Math.round(100 * archiveShare)} % of the data volume each, as full as it can be`,
      ),
    );
  }
  if (settings.hostedZone !== undefined) {
    floor.push(floorLine(prices, "hosted-zone", "route53.zone", 1, "Hosted zone"));
  }
  if (settings.natGateways > 0) {
    const n = settings.natGateways;
    floor.push(floorLine(prices, "nat", "vpc.nat", n * hours, `NAT gateways (${n})`));
    floor.push(floorLine(prices, "nat-ipv4", "vpc.ipv4", n * hours, `Public IPv4 of the NAT gateways (${n})`));
  }

  const surplusHours = settings.cpuCredits !== "standard" ? vcpus * (1 - baseline) * hours : 0;
  const usage: UsageLine[] = [
    usageLine(prices, "cpu-surplus", `ec2.surplus.${family}`, Math.round(surplusHours), "CPU above the baseline", {
      note:
        surplusHours > 0
          ? `${vcpus} vCPU busy all month, above the baseline of ${Math.round(baseline * 100)} %`
          : "cpuCredits is standard: the host is slowed down instead",
    }),
    usageLine(prices, "transfer-out", "transfer.out", heavyTransferGb - freeTransferGb, "Data out to the internet", {
      free: `the first ${freeTransferGb} GB of each month`,
      note: `up to ${heavyTransferGb} GB in a month`,
    }),
  ];
  if (settings.hostedZone !== undefined) {
    usage.push(usageLine(prices, "dns", "route53.queries", 1, "DNS queries", { free: "alias records to AWS" }));
  }
  if (settings.natGateways > 0) {
    usage.push(usageLine(prices, "nat-data", "vpc.nat.data", heavyNatGb, "Data through the NAT gateways"));
  }
  return { floor, usage };
}
