import type { LogFilter } from "../../services/model/logs";
import { metricNamespace } from "../names";
import type { Metric } from "./alarm";
import type { ObservedService } from "./services";

/** A metric filter on the log of a service. */
export interface LogMetric extends LogFilter {
  readonly application: ObservedService["application"];
  readonly service: Pick<ObservedService, "name" | "logGroup">;
}

const order = ["application-errors", "failed-jobs"];

/** What is counted in the logs of the services that a stack has. */
export const logMetricsOf = (services: readonly ObservedService[]): readonly LogMetric[] =>
  services
    .flatMap((service) =>
      (service.logs.filters ?? []).map((filter) => ({ ...filter, application: service.application, service })),
    )
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));

/** One for each metric: what is counted together in the logs of several services is one. */
export const distinctLogMetrics = (services: readonly ObservedService[]): readonly LogMetric[] => [
  ...new Map(logMetricsOf(services).map((logMetric) => [logMetricName(logMetric), logMetric])).values(),
];

export const logMetricName = ({ kind, application }: Pick<LogMetric, "kind" | "application">): string =>
  `${kind}-${application.id}`;

export const metricOfLog = (stack: string, logMetric: Pick<LogMetric, "kind" | "application">): Metric => ({
  namespace: metricNamespace(stack),
  name: logMetricName(logMetric),
  stat: "Sum",
  dimensions: {},
});

/** How many nightly dumps have arrived. */
export const metricOfDump = (stack: string): Metric => ({
  namespace: metricNamespace(stack),
  name: "dumps-stored",
  stat: "Sum",
  dimensions: {},
});
