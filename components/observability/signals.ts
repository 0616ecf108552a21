import { metricNamespace } from "../names";
import type { Metric } from "./alarm";

/** Lines of logs that are counted. */
export interface Signal {
  /** Also part of the metric's name. */
  readonly kind: "application-errors" | "failed-jobs";
  /** Services of one application are counted together. */
  readonly application: "chatwoot" | "n8n" | "librechat";
  readonly service: string;
  /** Tells the filters of one service and kind apart. */
  readonly role?: string;
  /** Syntax of CloudWatch's metric filters. */
  readonly pattern: string;
}

/** LibreChat and n8n write one JSON object a line. */
const jsonError = '{ $.level = "error" }';

/**
 * What counts as an error, as the applications' versions write it. Chatwoot's `FATAL` lines are requests that failed,
 * also those to addresses that never existed: the load balancer's 5xx count says it better.
 */
export const signals: readonly Signal[] = [
  { kind: "application-errors", application: "chatwoot", service: "chatwoot-web", pattern: '"ERROR --"' },
  { kind: "application-errors", application: "n8n", service: "n8n", pattern: jsonError },
  { kind: "application-errors", application: "n8n", service: "n8n-webhook", pattern: jsonError },
  { kind: "application-errors", application: "librechat", service: "librechat", pattern: jsonError },
  // Active Job says it at each attempt
  { kind: "failed-jobs", application: "chatwoot", service: "chatwoot-sidekiq", pattern: '"Error performing"' },
  // the process could not run it
  {
    kind: "failed-jobs",
    application: "n8n",
    service: "n8n-worker",
    role: "crashed",
    pattern: '"Worker errored while running execution"',
  },
  // it ran, and a node of it failed
  {
    kind: "failed-jobs",
    application: "n8n",
    service: "n8n-worker",
    role: "failed",
    pattern: '"Worker finished execution" "success\\":false"',
  },
];

/** The signals of the services that a stack has. */
export const signalsOf = (services: readonly { readonly name: string }[]): readonly Signal[] =>
  signals.filter((signal) => services.some((service) => service.name === signal.service));

export const signalMetricName = ({ kind, application }: Pick<Signal, "kind" | "application">): string =>
  `${kind}-${application}`;

export const signalMetric = (stack: string, signal: Pick<Signal, "kind" | "application">): Metric => ({
  namespace: metricNamespace(stack),
  name: signalMetricName(signal),
  stat: "Sum",
  dimensions: {},
});
