import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { canonical } from "../../../templates/ecs";
import { dashboardName } from "../../names";
import { globalRegion } from "../alarm";
import { postgresConnectionsToWarnAt } from "../thresholds";
import * as metrics from "../metrics";
import type { ObservedService } from "../services";
import { distinctLogMetrics, metricOfLog } from "../log-metrics";
import type { ObservedStack } from "../observed-stack";
import { alarmStates, graph, layOut, text, type GraphLine, type Row } from "./widgets";

export interface DashboardArgs {
  readonly observed: ObservedStack;
  readonly alarmArns: readonly pulumi.Input<string>[];
  readonly runbookBaseUrl: string | undefined;
  /** What the stack costs at least, as the cost estimate computes it. */
  readonly estimatedMonthlyUsd: pulumi.Input<number>;
  readonly estimatedMonthlyPrices: pulumi.Input<string>;
}

const runbookIndex = (base: string | undefined): string =>
  base === undefined ? "`docs/runbooks/README.md`" : `[runbooks](${base.replace(/\/+$/, "")}/README.md)`;

/** Of two target groups of one port: which. */
const side = ({ mainGroups }: ObservedService, i: number): string =>
  mainGroups < 2 || i >= mainGroups ? "" : i === 0 ? ", blue" : ", green";

function overview(observed: ObservedStack): readonly Row[] {
  const { region, services } = observed;
  const global = { region: globalRegion };
  const each = (name: string, stat: string): readonly GraphLine[] =>
    services.flatMap((service) =>
      metrics
        .mainTargets(observed, service, name, stat)
        .map((metric, i) => ({ metric, label: `${service.title}${side(service, i)}` })),
    );
  const errors: readonly GraphLine[] = [
    { metric: metrics.cloudFront(observed, "5xxErrorRate", "Average"), label: "site, % of requests", ...global },
    {
      metric: metrics.loadBalancer(observed, "HTTPCode_ELB_5XX_Count", "Sum"),
      label: "load balancer, count",
      rightAxis: true,
    },
    {
      metric: metrics.loadBalancer(observed, "HTTPCode_Target_5XX_Count", "Sum"),
      label: "services, count",
      rightAxis: true,
    },
  ];
  const traffic: readonly GraphLine[] = [
    { metric: metrics.cloudFront(observed, "Requests", "Sum"), label: "CloudFront", ...global },
    { metric: metrics.loadBalancer(observed, "RequestCount", "Sum"), label: "load balancer" },
  ];
  return [
    {
      height: 6,
      widgets: [
        graph("Traffic: requests", traffic, { width: 8, region }),
        graph("Errors: 5xx", errors, { width: 8, region, limit: 5 }),
        graph("Latency: first byte, p95", each("TargetResponseTime", "p95"), { width: 8, region, unit: "seconds" }),
      ],
    },
  ];
}

function serviceRows(observed: ObservedStack, service: ObservedService): readonly Row[] {
  const { region } = observed;
  const wide = service.targetGroups.length > 0 ? 6 : 12;
  const cpu = (stat: string): GraphLine => ({
    metric: metrics.ecs(observed, service, "CPUUtilization", stat),
    label: stat === "Average" ? "CPU" : "CPU, busiest task",
  });
  const use: readonly GraphLine[] = [
    cpu("Average"),
    cpu("Maximum"),
    { metric: metrics.ecs(observed, service, "MemoryUtilization", "Maximum"), label: "memory, fullest task" },
  ];
  const tasks: readonly GraphLine[] = observed.containerInsights
    ? [
        { metric: metrics.insights(observed, service, "DesiredTaskCount"), label: "wanted" },
        { metric: metrics.insights(observed, service, "RunningTaskCount"), label: "running" },
      ]
    : [{ metric: metrics.ecs(observed, service, "CPUUtilization", "SampleCount"), label: "samples (0: none runs)" }];
  const counted = (name: string, label: string): readonly GraphLine[] =>
    metrics
      .targets(observed, service, name, "Sum")
      .map((metric, i) => ({ metric, label: `${label}${side(service, i)}` }));
  const slow = metrics.mainTargets(observed, service, "TargetResponseTime", "p95");
  return [
    { height: 1, widgets: [text(24, `## ${service.title} (${service.name})`)] },
    {
      height: 5,
      widgets: [
        graph("CPU and memory", use, { width: wide, region, limit: 85, unit: "%" }),
        graph("Tasks", tasks, { width: wide, region, period: 60 }),
        ...(slow.length === 0
          ? []
          : [
              graph(
                "Requests and answers",
                [
                  ...counted("RequestCount", "requests"),
                  ...counted("HTTPCode_Target_4XX_Count", "4xx"),
                  ...counted("HTTPCode_Target_5XX_Count", "5xx"),
                ],
                { width: 6, region },
              ),
              graph(
                "First byte, p95",
                slow.map((metric, i) => ({ metric, label: `p95${side(service, i)}` })),
                { width: 6, region, limit: service.slowSeconds, unit: "seconds" },
              ),
            ]),
      ],
    },
  ];
}

function postgresGraphs({ region, postgres }: ObservedStack) {
  if (postgres === undefined) return [];
  const line = (name: string, stat: string, label: string, right = false): GraphLine => ({
    metric: metrics.postgres(postgres, name, stat),
    label,
    ...(right ? { rightAxis: true as const } : {}),
  });
  return [
    graph(
      "PostgreSQL: CPU and connections",
      [line("CPUUtilization", "Average", "CPU, %"), line("DatabaseConnections", "Maximum", "connections")],
      { width: 8, region, limit: postgresConnectionsToWarnAt(postgres.instanceClass) },
    ),
    graph(
      "PostgreSQL: memory and disk",
      [
        line("FreeableMemory", "Average", "memory that is free, bytes"),
        line("FreeStorageSpace", "Minimum", "disk that is free, bytes", true),
      ],
      { width: 8, region },
    ),
  ];
}

function dataRows(observed: ObservedStack): readonly Row[] {
  const { region } = observed;
  const nodes = (name: string, stat: string, label: string): readonly GraphLine[] =>
    metrics.redis(observed, name, stat).map((metric, i) => ({ metric, label: `${label}, node ${i + 1}` }));
  const mongo = (name: string, stat: string, label: string, right = false): readonly GraphLine[] =>
    metrics
      .mongodb(observed, name, stat)
      .map((metric) => ({ metric, label, ...(right ? { rightAxis: true as const } : {}) }));
  const documents = [
    ...mongo("CPUUtilization", "Maximum", "CPU, %"),
    ...mongo("DatabaseConnections", "Maximum", "connections", true),
  ];
  const databases = [
    ...postgresGraphs(observed),
    documents.length === 0
      ? text(8, "MongoDB is not part of this stack: no service needs one, or it is elsewhere (`mongoUri`).")
      : graph("DocumentDB: CPU and connections", documents, { width: 8, region }),
  ];
  const valkey = [
    graph("Valkey: memory", nodes("DatabaseMemoryUsagePercentage", "Maximum", "memory"), {
      width: 12,
      region,
      limit: 80,
      unit: "%",
    }),
    graph(
      "Valkey: connections and evictions",
      [...nodes("CurrConnections", "Maximum", "connections"), ...nodes("Evictions", "Sum", "evictions")],
      { width: 12, region },
    ),
  ];
  return [
    { height: 1, widgets: [text(24, "## Data")] },
    { height: 5, widgets: databases },
    ...(observed.redisNodeIds.length === 0 ? [] : [{ height: 5, widgets: valkey }]),
  ];
}

function backgroundRows(observed: ObservedStack): readonly Row[] {
  const { region, queues, stack } = observed;
  const counted = distinctLogMetrics(observed.services).map((logMetric) => ({
    metric: metricOfLog(stack, logMetric),
    label:
      logMetric.kind === "failed-jobs"
        ? `failed jobs, ${logMetric.application.id}`
        : `errors, ${logMetric.application.id}`,
  }));
  const waiting = queues.map((queue): GraphLine => ({
    metric: metrics.queue(queue),
    label: queue.label,
    // seconds beside entries
    ...(queue.kind === "sidekiq" ? { rightAxis: true } : {}),
  }));
  return [
    { height: 1, widgets: [text(24, "## Queues and logs")] },
    {
      height: 5,
      widgets: [
        ...(waiting.length === 0 ? [] : [graph("Queues", waiting, { width: 12, region, period: 60 })]),
        ...(counted.length === 0 ? [] : [graph("Lines in the logs", counted, { width: 12, region })]),
      ],
    },
  ];
}

function lastRows({ observed, estimatedMonthlyUsd, estimatedMonthlyPrices }: DashboardArgs): readonly Row[] {
  const global = { region: globalRegion };
  const bill: GraphLine = {
    metric: { namespace: "AWS/Billing", name: "EstimatedCharges", stat: "Maximum", dimensions: { Currency: "USD" } },
    label: "whole account, this month, USD",
  };
  return [
    { height: 1, widgets: [text(24, "## Firewall and costs")] },
    {
      height: 5,
      widgets: [
        graph(
          "Firewall",
          ["AllowedRequests", "BlockedRequests"].map((name) => ({ metric: metrics.waf(observed, name), label: name })),
          { width: 8, ...global, limit: 500 },
        ),
        graph("Bill so far", [bill], { width: 8, ...global, period: 21600 }),
        text(
          8,
          pulumi
            .all([estimatedMonthlyUsd, estimatedMonthlyPrices])
            .apply(([usd, prices]) =>
              [
                `**Estimate: ${usd.toFixed(2)} USD a month**, without usage${prices === observed.region ? "" : ` (prices of ${prices})`}.`,
                "The graph needs *Billing preferences → Receive CloudWatch billing alerts*. Alerts come from the stack's budget, which counts only what carries its tag.",
              ].join("\n\n"),
            ),
        ),
      ],
    },
  ];
}

/** The body of the dashboard, with outputs in it. */
export const dashboardBody = (args: DashboardArgs) => {
  const { observed, alarmArns, runbookBaseUrl } = args;
  return layOut([
    {
      height: 2,
      widgets: [
        text(
          24,
          `# AI ecosystem: ${observed.stack}\nSomething red? Open the alarm, then its page in the ${runbookIndex(runbookBaseUrl)}. Saved queries: Logs Insights, folder *ai-ecosystem/${observed.stack}*.`,
        ),
      ],
    },
    { height: 5, widgets: [alarmStates(24, "Alarms, newest first", alarmArns)] },
    ...overview(observed),
    ...observed.services.flatMap((service) => serviceRows(observed, service)),
    ...dataRows(observed),
    ...backgroundRows(observed),
    ...lastRows(args),
  ]);
};

/** The stack's one page in CloudWatch; the same input gives the same bytes. */
export function makeDashboard(name: string, args: DashboardArgs, parent: pulumi.Resource): aws.cloudwatch.Dashboard {
  const body = pulumi
    .output(dashboardBody(args) as pulumi.Input<object>)
    .apply((resolved) => JSON.stringify(canonical(resolved)));
  return new aws.cloudwatch.Dashboard(
    `${name}-dashboard`,
    { dashboardName: dashboardName(args.observed.stack), dashboardBody: body },
    { parent },
  );
}
