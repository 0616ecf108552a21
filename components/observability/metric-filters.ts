import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { dumpName } from "../../services/dump";
import { logGroupName, metricNamespace } from "../names";
import type { ObservedService } from "./services";
import { logMetricName, logMetricsOf, metricOfDump } from "./log-metrics";

/** Counts lines of the services' logs. A metric costs nothing while there is nothing to count. */
export function metricFilters(
  name: string,
  stack: string,
  services: readonly ObservedService[],
  parent: pulumi.Resource,
): void {
  for (const logMetric of logMetricsOf(services)) {
    const role = [
      logMetric.kind,
      logMetric.service.name,
      ...(logMetric.role === undefined ? [] : [logMetric.role]),
    ].join("-");
    new aws.cloudwatch.LogMetricFilter(
      `${name}-${role}`,
      {
        name: role,
        logGroupName: logMetric.service.logGroup,
        pattern: logMetric.pattern,
        metricTransformation: {
          namespace: metricNamespace(stack),
          name: logMetricName(logMetric),
          value: "1",
          unit: "Count",
        },
      },
      { parent },
    );
  }
}

/** Counts the last lines of templates/dump/pack.sh; its others are zeros, so that a night without one is known. */
export function dumpFilter(name: string, stack: string, parent: pulumi.Resource): void {
  const metric = metricOfDump(stack);
  new aws.cloudwatch.LogMetricFilter(
    `${name}-dump`,
    {
      name: metric.name,
      logGroupName: logGroupName(stack, dumpName),
      pattern: '"dump: stored"',
      metricTransformation: {
        namespace: metric.namespace,
        name: metric.name,
        value: "1",
        defaultValue: "0",
        unit: "Count",
      },
    },
    { parent },
  );
}
