import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarmName } from "../names";

export interface DeploymentAlarmArgs {
  readonly stack: string;
  readonly service: string;
  readonly albArnSuffix: pulumi.Input<string>;
  readonly targetGroupArnSuffix: pulumi.Input<string>;
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
      namespace: "AWS/ApplicationELB",
      metricName: "HTTPCode_Target_5XX_Count",
      dimensions: { LoadBalancer: args.albArnSuffix, TargetGroup: args.targetGroupArnSuffix },
      statistic: "Sum",
      period: 60,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 10,
      // no request, no error
      treatMissingData: "notBreaching",
    },
    { parent },
  );
