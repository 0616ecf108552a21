import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { metricNamespace } from "../names";
import type { ObservedService } from "./services";
import { signalMetricName, signalsOf } from "./signals";

/** Counts lines of the services' logs. A metric costs nothing while there is nothing to count. */
export function metricFilters(
  name: string,
  stack: string,
  services: readonly ObservedService[],
  parent: pulumi.Resource,
): void {
  for (const signal of signalsOf(services)) {
    const role = [signal.kind, signal.service.name, ...(signal.role === undefined ? [] : [signal.role])].join("-");
    new aws.cloudwatch.LogMetricFilter(
      `${name}-${role}`,
      {
        name: role,
        logGroupName: signal.service.logGroup,
        pattern: signal.pattern,
        metricTransformation: {
          namespace: metricNamespace(stack),
          name: signalMetricName(signal),
          value: "1",
          unit: "Count",
        },
      },
      { parent },
    );
  }
}
