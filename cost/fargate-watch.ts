import type { Service } from "../services/model/types";
import type { Counts } from "./declared";
import { floorLine, usageLine } from "./money";
import type { PriceList } from "../settings/prices/prices";
import type { CostLines, CostSettings, FloorLine, UsageLine } from "./types";

/** Free of charge each month, in every account. */
export const freeAlarms = 10;
const freeMetrics = 10;

/** Logs of a small desk, and of one that is busy or in trouble, GB in a month. */
const logsGb = { quiet: 10, heavy: 40 };
const scannedGb = 100;
/** Of refused connections only. */
const flowGb = { quiet: 1, heavy: 10 };
/** CloudFront's log and the firewall's: 0.5 kB a request, some millions. */
const accessGb = 5;
const threats = { events: { quiet: 1, heavy: 4 }, gb: { quiet: 2, heavy: 10 } };

/** Series of Container Insights: of the cluster, of each family of tasks, of each service. */
const insightsMetrics = (services: number): number => 8 + 6 * services + 11 * services;

/** Services whose queue is measured. */
const queues = (services: readonly Service[]): number => services.filter((s) => s.fargate?.queue !== undefined).length;

/** Logs, alarms, metrics and the watch over the account. */
export function watchLines(
  settings: CostSettings,
  services: readonly Service[],
  counts: Counts,
  prices: PriceList,
): CostLines {
  const alarms = Math.max(0, counts.alarmSeries - freeAlarms);
  const insights = settings.costProfile === "standard" ? insightsMetrics(services.length) : 0;
  const metrics = Math.max(0, counts.logMetrics + queues(services) + insights - freeMetrics);
  const floor: FloorLine[] = [
    floorLine(
      prices,
      "alarms",
      "cloudwatch.alarm",
      alarms,
      "Alarms",
      `every series that an alarm reads, autoscaling's included; the first ${freeAlarms} are free`,
    ),
  ];
  if (metrics > 0) {
    floor.push(
      floorLine(
        prices,
        "metrics",
        "cloudwatch.metric",
        metrics,
        "Metrics of Container Insights and of the queues",
        `${insights} for ${services.length} services; the first ${freeMetrics} are free`,
      ),
    );
  }
  const minutes = 60 * prices.hoursPerMonth;
  floor.push(
    floorLine(prices, "live-health", "s3.put", minutes / 1000, "Live health of the dashboard, once a minute (S3)"),
  );
  const kept = Math.max(1, settings.logRetentionDays / 30);
  const usage: UsageLine[] = [
    usageLine(prices, "logs", "cloudwatch.logs", logsGb.heavy, "Logs", { minQuantity: logsGb.quiet }),
    usageLine(prices, "logs-kept", "cloudwatch.logs.kept", logsGb.heavy * kept, "Logs that are kept", {
      minQuantity: logsGb.quiet * kept,
      note: `${settings.logRetentionDays} days`,
    }),
    usageLine(prices, "logs-scanned", "cloudwatch.logs.scanned", scannedGb, "Searches in logs (Insights)"),
    usageLine(prices, "flow-logs", "cloudwatch.logs", flowGb.heavy, "Flow logs of the network", {
      minQuantity: flowGb.quiet,
    }),
    usageLine(prices, "access-logs", "cloudwatch.vended", accessGb, "Access logs of CloudFront", {
      free: "those of the load balancer",
    }),
  ];
  if (settings.guardDuty === "create") {
    const { events, gb } = threats;
    const free = "the first 30 days of an account";
    usage.push(
      usageLine(prices, "guardduty-events", "guardduty.events", events.heavy, "GuardDuty, events of the account", {
        minQuantity: events.quiet,
        free,
      }),
      usageLine(prices, "guardduty-logs", "guardduty.logs", gb.heavy, "GuardDuty, flow and DNS logs", {
        minQuantity: gb.quiet,
        free,
      }),
    );
  }
  return { floor, usage };
}
