/* eslint-disable no-restricted-imports -- until the tables that it counts have moved below it */
import { sizesOf } from "../settings/data-sizes";
import { metricsOf } from "../components/observability/alarm";
import { alarmsOf } from "../components/observability/alarms";
import { observedService } from "../components/observability/services";
import { metricSignals } from "../components/observability/signals";
import type { Subject } from "../components/observability/subject";
import { canBeBlueGreen } from "../services/model/blue-green";
import type { Service, Store } from "../services/model/types";
import { floorLine, usageLine } from "./money";
import type { PriceList } from "../settings/prices";
import type { CostInput, CostLines, CostSettings, FloorLine, UsageLine } from "./types";

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

/** A load balancer's target group per port of the routes. */
function targetGroups({ ports, route, fargate }: Service): { readonly arnSuffix: string }[] {
  if (route === undefined && fargate?.scaling !== "requests") return [];
  const [first] = ports;
  const used = new Set([first, ...(route?.paths ?? []).map((p) => p.port)]);
  return [...used].map((port) => ({ arnSuffix: `targetgroup/${port ?? 0}` }));
}

const isBlueGreen = ({ deployment }: CostSettings, service: Service): boolean =>
  deployment === "blueGreen" && canBeBlueGreen(service);

type Watched = Pick<CostInput["catalogue"], "services" | "stores">;

/** The stack as its alarms see it; nothing but counts depends on the names. */
function subjectOf(settings: CostSettings, { services, stores }: Watched): Subject {
  const kept = (store: Store) => stores.includes(store);
  const queue = { namespace: "AiEcosystem/estimate", name: "queue" };
  const scales = (what: string) => services.some((s) => s.fargate?.scaling === what);
  return {
    stack: "estimate",
    region: "us-east-1",
    services: services.map((service) => {
      const [main, ...others] = targetGroups(service);
      const blueGreen = isBlueGreen(settings, service) ? { blueGreen: { alternate: { arnSuffix: "green" } } } : {};
      return observedService(service, "estimate", main === undefined ? undefined : { ...main, others, ...blueGreen });
    }),
    clusterName: "cluster",
    containerInsights: settings.costProfile === "standard",
    albArnSuffix: "app/alb",
    distributionId: "E1",
    dashboardDistributionId: "E2",
    webAclMetricName: "acl",
    postgres: kept("postgres")
      ? { id: "postgres", instanceClass: sizesOf(settings.costProfile, settings).postgres.instanceClass }
      : undefined,
    mongodbId: kept("mongodb") ? "mongodb" : undefined,
    redisNodeIds: kept("redis") ? ["redis-1", "redis-2"] : [],
    certificateArns: { regional: "arn:1", cloudFront: "arn:2" },
    rotation: kept("postgres") ? { rotator: "rotator", redeployer: "redeployer" } : undefined,
    liveHealthFunction: "health",
    queues: {
      ...(scales("bullBacklog") ? { n8nBacklog: queue } : {}),
      ...(scales("sidekiqLatency") ? { sidekiqLatency: queue } : {}),
    },
  };
}

/** What CloudWatch bills as alarms: every series that one reads, and two for each target of autoscaling. */
export function alarmCount(settings: CostSettings, watched: Watched): number {
  const { services } = watched;
  const own = alarmsOf(subjectOf(settings, watched)).flatMap(metricsOf).length;
  const scaled = services.filter((s) => (s.fargate?.maxTasks ?? 0) > (s.fargate?.minTasks ?? 0));
  // CPU and memory, and what the service scales on besides
  const targets = scaled.reduce((n, s) => n + 2 + (s.fargate?.scaling === undefined ? 0 : 1), 0);
  // a service behind the load balancer has one that rolls its deployments back
  const deployments = services.filter((s) => targetGroups(s).length > 0).length;
  // its alarm and its scaling by requests read both target groups
  const moved = services.filter((s) => isBlueGreen(settings, s));
  const twice = moved.length + 2 * moved.filter((s) => scaled.includes(s) && s.fargate?.scaling === "requests").length;
  return own + 2 * targets + deployments + twice;
}

/** Series of Container Insights: of the cluster, of each family of tasks, of each service. */
const insightsMetrics = (services: number): number => 8 + 6 * services + 11 * services;

function ownMetrics(services: readonly Service[]): number {
  const counted = metricSignals(services.map((s) => observedService(s, "estimate"))).length;
  const queues = services.filter((s) => ["bullBacklog", "sidekiqLatency"].includes(s.fargate?.scaling ?? "")).length;
  return counted + queues;
}

/** Logs, alarms, metrics and the watch over the account. */
export function watchLines(settings: CostSettings, watched: Watched, prices: PriceList): CostLines {
  const { services } = watched;
  const alarms = Math.max(0, alarmCount(settings, watched) - freeAlarms);
  const insights = settings.costProfile === "standard" ? insightsMetrics(services.length) : 0;
  const metrics = Math.max(0, ownMetrics(services) + insights - freeMetrics);
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
