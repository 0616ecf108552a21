import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isText, number, words, type Language, type Text, type Words } from "../../../services/model/text";
import { canonical } from "../../../templates/ecs";
import { dashboardName } from "../../names";
import { globalRegion } from "../alarm";
import * as metrics from "../metrics";
import type { ObservedService } from "../services";
import { distinctLogMetrics, metricOfLog } from "../log-metrics";
import type { ObservedStack } from "../observed-stack";
import { dataRows } from "./data-rows";
import { alarmStates, graph, layOut, text, type GraphLine, type Row } from "./widgets";

export interface DashboardArgs {
  readonly observed: ObservedStack;
  readonly alarmArns: readonly pulumi.Input<string>[];
  readonly runbookBaseUrl: string | undefined;
  readonly language: Language;
  /** What the stack costs at least, as the cost estimate computes it. */
  readonly estimatedMonthlyUsd: pulumi.Input<number>;
  readonly estimatedMonthlyPrices: pulumi.Input<string>;
}

const runbookIndex = (base: string | undefined): string =>
  base === undefined ? "`docs/runbooks/README.md`" : `[runbooks](${base.replace(/\/+$/, "")}/README.md)`;
const seconds = { en: "seconds", es: "segundos" };
const firstByte = { en: "first byte", es: "primer byte" };
const count = { en: ", count", es: ", número" };
const loadBalancer = { en: "load balancer", es: "balanceador" };

/** Of two target groups of one port: which, as AWS calls them. */
const side = ({ mainGroups }: ObservedService, i: number): string =>
  mainGroups < 2 || i >= mainGroups ? "" : i === 0 ? ", blue" : ", green";

function overview(observed: ObservedStack): readonly Row[] {
  const { region, services } = observed;
  const global = { region: globalRegion };
  const each = (name: string, stat: string): readonly GraphLine[] =>
    services.flatMap((service) =>
      metrics
        .mainTargets(observed, service, name, stat)
        .map((metric, i) => ({ metric, label: words`${service.title}${side(service, i)}` })),
    );
  const errors: readonly GraphLine[] = [
    {
      metric: metrics.cloudFront(observed, "5xxErrorRate", "Average"),
      label: { en: "site, % of requests", es: "sitio, % de las peticiones" },
      ...global,
    },
    {
      metric: metrics.loadBalancer(observed, "HTTPCode_ELB_5XX_Count", "Sum"),
      label: words`${loadBalancer}${count}`,
      rightAxis: true,
    },
    {
      metric: metrics.loadBalancer(observed, "HTTPCode_Target_5XX_Count", "Sum"),
      label: words`${{ en: "services", es: "servicios" }}${count}`,
      rightAxis: true,
    },
  ];
  const traffic: readonly GraphLine[] = [
    { metric: metrics.cloudFront(observed, "Requests", "Sum"), label: "CloudFront", ...global },
    { metric: metrics.loadBalancer(observed, "RequestCount", "Sum"), label: loadBalancer },
  ];
  return [
    {
      height: 6,
      widgets: [
        graph({ en: "Traffic: requests", es: "Tráfico: peticiones" }, traffic, { width: 8, region }),
        graph({ en: "Errors: 5xx", es: "Errores: 5xx" }, errors, { width: 8, region, limit: 5 }),
        graph(words`${{ en: "Latency", es: "Latencia" }}: ${firstByte}, p95`, each("TargetResponseTime", "p95"), {
          width: 8,
          region,
          unit: seconds,
        }),
      ],
    },
  ];
}

function serviceRows(observed: ObservedStack, service: ObservedService): readonly Row[] {
  const { region } = observed;
  const wide = service.targetGroups.length > 0 ? 6 : 12;
  const cpu = (stat: string): GraphLine => ({
    metric: metrics.ecs(observed, service, "CPUUtilization", stat),
    label: stat === "Average" ? "CPU" : { en: "CPU, busiest task", es: "CPU, la tarea más ocupada" },
  });
  const use: readonly GraphLine[] = [
    cpu("Average"),
    cpu("Maximum"),
    {
      metric: metrics.ecs(observed, service, "MemoryUtilization", "Maximum"),
      label: { en: "memory, fullest task", es: "memoria, la tarea más llena" },
    },
  ];
  const tasks: readonly GraphLine[] = observed.containerInsights
    ? [
        { metric: metrics.insights(observed, service, "DesiredTaskCount"), label: { en: "wanted", es: "pedidas" } },
        { metric: metrics.insights(observed, service, "RunningTaskCount"), label: { en: "running", es: "en marcha" } },
      ]
    : [
        {
          metric: metrics.ecs(observed, service, "CPUUtilization", "SampleCount"),
          label: { en: "samples (0: none runs)", es: "muestras (0: no hay ninguna)" },
        },
      ];
  const counted = (name: string, label: Words): readonly GraphLine[] =>
    metrics
      .targets(observed, service, name, "Sum")
      .map((metric, i) => ({ metric, label: words`${label}${side(service, i)}` }));
  const slow = metrics.mainTargets(observed, service, "TargetResponseTime", "p95");
  return [
    { height: 1, widgets: [text(24, words`## ${service.title} (${service.name})`)] },
    {
      height: 5,
      widgets: [
        graph({ en: "CPU and memory", es: "CPU y memoria" }, use, { width: wide, region, limit: 85, unit: "%" }),
        graph({ en: "Tasks", es: "Tareas" }, tasks, { width: wide, region, period: 60 }),
        ...(slow.length === 0
          ? []
          : [
              graph(
                { en: "Requests and answers", es: "Peticiones y respuestas" },
                [
                  ...counted("RequestCount", { en: "requests", es: "peticiones" }),
                  ...counted("HTTPCode_Target_4XX_Count", "4xx"),
                  ...counted("HTTPCode_Target_5XX_Count", "5xx"),
                ],
                { width: 6, region },
              ),
              graph(
                { en: "First byte, p95", es: "Primer byte, p95" },
                slow.map((metric, i) => ({ metric, label: `p95${side(service, i)}` })),
                { width: 6, region, limit: service.slowSeconds, unit: seconds },
              ),
            ]),
      ],
    },
  ];
}

function backgroundRows(observed: ObservedStack): readonly Row[] {
  const { region, queues, stack } = observed;
  const counted = distinctLogMetrics(observed.services).map((logMetric) => ({
    metric: metricOfLog(stack, logMetric),
    label:
      logMetric.kind === "failed-jobs"
        ? words`${{ en: "failed jobs", es: "trabajos fallidos" }}, ${logMetric.application.id}`
        : words`${{ en: "errors", es: "errores" }}, ${logMetric.application.id}`,
  }));
  const waiting = queues.map((queue): GraphLine => ({
    metric: metrics.queue(queue),
    label: queue.label,
    // seconds beside entries
    ...(queue.kind === "sidekiq" ? { rightAxis: true } : {}),
  }));
  return [
    { height: 1, widgets: [text(24, { en: "## Queues and logs", es: "## Colas y registros" })] },
    {
      height: 5,
      widgets: [
        ...(waiting.length === 0
          ? []
          : [graph({ en: "Queues", es: "Colas" }, waiting, { width: 12, region, period: 60 })]),
        ...(counted.length === 0
          ? []
          : [graph({ en: "Lines in the logs", es: "Líneas en los registros" }, counted, { width: 12, region })]),
      ],
    },
  ];
}

const estimate = (usd: number, prices: string | undefined): Text => ({
  en: `**Estimate: ${usd.toFixed(2)} USD a month**, without usage${prices === undefined ? "" : ` (prices of ${prices})`}.

The graph needs *Billing preferences → Receive CloudWatch billing alerts*. Alerts come from the stack's budget, which counts only what carries its tag.`,
  es: `**Estimado: ${number(usd).es} USD al mes**, sin el uso${prices === undefined ? "" : ` (precios de ${prices})`}.

El gráfico necesita *Billing preferences → Receive CloudWatch billing alerts*. Los avisos los da el presupuesto del stack, que solo cuenta lo que lleva su etiqueta.`,
});

function lastRows({ observed, estimatedMonthlyUsd, estimatedMonthlyPrices }: DashboardArgs): readonly Row[] {
  const global = { region: globalRegion };
  const bill: GraphLine = {
    metric: { namespace: "AWS/Billing", name: "EstimatedCharges", stat: "Maximum", dimensions: { Currency: "USD" } },
    label: { en: "whole account, this month, USD", es: "toda la cuenta, este mes, USD" },
  };
  return [
    { height: 1, widgets: [text(24, { en: "## Firewall and costs", es: "## Cortafuegos y costes" })] },
    {
      height: 5,
      widgets: [
        graph(
          { en: "Firewall", es: "Cortafuegos" },
          ["AllowedRequests", "BlockedRequests"].map((name) => ({ metric: metrics.waf(observed, name), label: name })),
          { width: 8, ...global, limit: 500 },
        ),
        graph({ en: "Bill so far", es: "Factura hasta hoy" }, [bill], { width: 8, ...global, period: 21600 }),
        text(
          8,
          pulumi
            .all([estimatedMonthlyUsd, estimatedMonthlyPrices])
            .apply(([usd, prices]) => estimate(usd, prices === observed.region ? undefined : prices)),
        ),
      ],
    },
  ];
}

/** The body of the dashboard, with outputs and texts in both languages in it. */
export const dashboardBody = (args: DashboardArgs) => {
  const { observed, alarmArns, runbookBaseUrl } = args;
  return layOut([
    {
      height: 2,
      widgets: [
        text(24, {
          en: `# AI ecosystem: ${observed.stack}\nSomething red? Open the alarm, then its page in the ${runbookIndex(runbookBaseUrl)}. Saved queries: Logs Insights, folder *ai-ecosystem/${observed.stack}*.`,
          es: `# AI ecosystem: ${observed.stack}\n¿Algo en rojo? Abra la alarma, y después su página en ${runbookIndex(runbookBaseUrl)}. Consultas guardadas: Logs Insights, carpeta *ai-ecosystem/${observed.stack}*.`,
        }),
      ],
    },
    {
      height: 5,
      widgets: [alarmStates(24, { en: "Alarms, newest first", es: "Alarmas, primero la más reciente" }, alarmArns)],
    },
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
    .apply((resolved) =>
      JSON.stringify(canonical(resolved), (_key, one: unknown) => (isText(one) ? one[args.language] : one)),
    );
  return new aws.cloudwatch.Dashboard(
    `${name}-dashboard`,
    { dashboardName: dashboardName(args.observed.stack), dashboardBody: body },
    { parent },
  );
}
