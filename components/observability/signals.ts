import type { LogSignal } from "../../services/model/logs";
import { metricNamespace } from "../names";
import type { Metric } from "./alarm";
import type { ObservedService } from "./services";

/** Lines of a service's log that are counted. */
export interface Signal extends LogSignal {
  readonly application: ObservedService["application"];
  readonly service: Pick<ObservedService, "name" | "logGroup">;
}

const order = ["application-errors", "failed-jobs"];

/** The signals of the services that a stack has. */
export const signalsOf = (services: readonly ObservedService[]): readonly Signal[] =>
  services
    .flatMap((service) =>
      (service.logs.signals ?? []).map((signal) => ({ ...signal, application: service.application, service })),
    )
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));

/** One signal for each metric: those of several services that are counted together are one. */
export const metricSignals = (services: readonly ObservedService[]): readonly Signal[] => [
  ...new Map(signalsOf(services).map((signal) => [signalMetricName(signal), signal])).values(),
];

export const signalMetricName = ({ kind, application }: Pick<Signal, "kind" | "application">): string =>
  `${kind}-${application.id}`;

export const signalMetric = (stack: string, signal: Pick<Signal, "kind" | "application">): Metric => ({
  namespace: metricNamespace(stack),
  name: signalMetricName(signal),
  stat: "Sum",
  dimensions: {},
});
