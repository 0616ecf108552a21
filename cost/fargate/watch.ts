import { several, type Text } from "../../services/model/text";
import type { Service } from "../../services/model/types";
import type { Counts } from "../declared";
import { floorLine, usageLine } from "../money";
import type { PriceList } from "../../settings/prices/prices";
import type { CostLines, CostSettings, FloorLine, UsageLine } from "../types";

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

/** What alarms cost beyond those that are free. */
export const alarmsLine = (
  prices: PriceList,
  { alarmSeries }: Pick<Counts, "alarmSeries">,
  series: Text = { en: "every series that an alarm reads", es: "cada serie que lee una alarma" },
): FloorLine =>
  floorLine(
    prices,
    "alarms",
    "cloudwatch.alarm",
    Math.max(0, alarmSeries - freeAlarms),
    { en: "Alarms", es: "Alarmas" },
    {
      en: `${series.en}; the first ${freeAlarms} are free`,
      es: `${series.es}; las primeras ${freeAlarms} son gratis`,
    },
  );

/** What encrypts the messages of the alarms. */
export const keysLine = (prices: PriceList, { keys }: Pick<Counts, "keys">): FloorLine =>
  floorLine(prices, "keys", "kms.key", keys, {
    en: "Key of the alarms' topic (KMS)",
    es: "Clave del tema de las alarmas (KMS)",
  });

/** Logs, alarms, metrics and the watch over the account. */
export function watchLines(
  settings: CostSettings,
  services: readonly Service[],
  counts: Counts,
  prices: PriceList,
): CostLines {
  const insights = settings.costProfile === "standard" ? insightsMetrics(services.length) : 0;
  const metrics = Math.max(0, counts.logMetrics + queues(services) + insights - freeMetrics);
  const floor: FloorLine[] = [
    alarmsLine(prices, counts, {
      en: "every series that an alarm reads, autoscaling's included",
      es: "cada serie que lee una alarma, también las del escalado",
    }),
  ];
  if (metrics > 0) {
    floor.push(
      floorLine(
        prices,
        "metrics",
        "cloudwatch.metric",
        metrics,
        { en: "Metrics of Container Insights and of the queues", es: "Métricas de Container Insights y de las colas" },
        {
          en: `${insights} for ${services.length} services; the first ${freeMetrics} are free`,
          es: `${insights} para ${services.length} servicios; las primeras ${freeMetrics} son gratis`,
        },
      ),
    );
  }
  const minutes = 60 * prices.hoursPerMonth;
  floor.push(
    floorLine(prices, "live-health", "s3.put", minutes / 1000, {
      en: "Live health of the dashboard, once a minute (S3)",
      es: "Estado en vivo del panel, una vez por minuto (S3)",
    }),
  );
  const kept = Math.max(1, settings.logRetentionDays / 30);
  const usage: UsageLine[] = [
    usageLine(
      prices,
      "logs",
      "cloudwatch.logs",
      logsGb.heavy,
      { en: "Logs", es: "Registros" },
      { minQuantity: logsGb.quiet },
    ),
    usageLine(
      prices,
      "logs-kept",
      "cloudwatch.logs.kept",
      logsGb.heavy * kept,
      { en: "Logs that are kept", es: "Registros que se guardan" },
      {
        minQuantity: logsGb.quiet * kept,
        note: several(settings.logRetentionDays, { en: "day|days", es: "día|días" }),
      },
    ),
    usageLine(prices, "logs-scanned", "cloudwatch.logs.scanned", scannedGb, {
      en: "Searches in logs (Insights)",
      es: "Búsquedas en registros (Insights)",
    }),
    usageLine(
      prices,
      "flow-logs",
      "cloudwatch.logs",
      flowGb.heavy,
      { en: "Flow logs of the network", es: "Registros de flujo de la red" },
      {
        minQuantity: flowGb.quiet,
      },
    ),
    usageLine(
      prices,
      "access-logs",
      "cloudwatch.vended",
      accessGb,
      { en: "Access logs of CloudFront", es: "Registros de acceso de CloudFront" },
      {
        free: { en: "those of the load balancer", es: "los del balanceador" },
      },
    ),
  ];
  if (settings.guardDuty === "create") {
    const { events, gb } = threats;
    const free = { en: "the first 30 days of an account", es: "los primeros 30 días de una cuenta" };
    usage.push(
      usageLine(
        prices,
        "guardduty-events",
        "guardduty.events",
        events.heavy,
        { en: "GuardDuty, events of the account", es: "GuardDuty, sucesos de la cuenta" },
        {
          minQuantity: events.quiet,
          free,
        },
      ),
      usageLine(
        prices,
        "guardduty-logs",
        "guardduty.logs",
        gb.heavy,
        { en: "GuardDuty, flow and DNS logs", es: "GuardDuty, registros de flujo y de DNS" },
        {
          minQuantity: gb.quiet,
          free,
        },
      ),
    );
  }
  return { floor, usage };
}
