import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarmName } from "../names";

export interface DeploymentAlarmArgs {
  readonly stack: string;
  readonly service: string;
  readonly albArnSuffix: pulumi.Input<string>;
  /** One target group, or both of a service whose traffic moves between them. */
  readonly targetGroups: readonly pulumi.Input<string>[];
}

/** Errors in a minute: of one target group, or of two together. */
function watched({ albArnSuffix, targetGroups }: DeploymentAlarmArgs) {
  const [first = "", ...others] = targetGroups;
  const metric = (group: pulumi.Input<string>) => ({
    namespace: "AWS/ApplicationELB",
    metricName: "HTTPCode_Target_5XX_Count",
    dimensions: { LoadBalancer: albArnSuffix, TargetGroup: group },
    period: 60,
  });
  if (others.length === 0) return { ...metric(first), statistic: "Sum" };
  const expression = targetGroups.map((_, i) => `FILL(e${i}, 0)`).join(" + ");
  return {
    metricQueries: [
      { id: "errors", expression, label: "5xx", returnData: true },
      ...targetGroups.map((group, i) => ({
        id: `e${i}`,
        returnData: false,
        metric: { ...metric(group), stat: "Sum" },
      })),
    ],
  };
}

/**
 * Rings when new tasks answer with errors although they are healthy: ECS then brings the ones before back. Nobody is
 * told by it; for that there is the alarm of the service's errors.
 */
export const deploymentAlarm = (
  name: string,
  args: DeploymentAlarmArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm =>
  new aws.cloudwatch.MetricAlarm(
    `${name}-deployment-errors`,
    {
      name: alarmName(args.stack, `deployment-errors-${args.service}`),
      alarmDescription: `More than 10 requests in a minute fail in ${args.service}: a deployment that runs is rolled back.`,
      ...watched(args),
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 10,
      // no request, no error
      treatMissingData: "notBreaching",
    },
    { parent },
  );
