import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FargateTask } from "../../services/model/types";

/** Metric of a queue, backlog per worker or seconds of waiting, and the value that it is held at. */
export interface QueueTarget {
  readonly namespace: string;
  readonly name: string;
  readonly target: number;
}

export interface ScalingArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  readonly task: FargateTask;
  /** Where the requests are counted: in one target group, or in both of a service whose traffic moves between them. */
  readonly requests?:
    { readonly albArnSuffix: pulumi.Input<string>; readonly targetGroups: readonly pulumi.Input<string>[] } | undefined;
  readonly queue?: QueueTarget | undefined;
}

/** Seconds: out quickly, in slowly. */
const cooldown = { scaleOutCooldown: 60, scaleInCooldown: 300 };
const targets = { cpu: 60, memory: 75, requestsPerMinute: 600 } as const;

/** AWS's own metric knows one target group, and would see nothing after every second blue/green deployment. */
const requestsOf = (albArnSuffix: pulumi.Input<string>, targetGroups: readonly pulumi.Input<string>[]) => ({
  metrics: [
    {
      id: "requests",
      expression: targetGroups.map((_, i) => `FILL(r${i}, 0)`).join(" + "),
      label: "requests per target",
      returnData: true,
    },
    ...targetGroups.map((group, i) => ({
      id: `r${i}`,
      returnData: false,
      metricStat: {
        metric: {
          namespace: "AWS/ApplicationELB",
          metricName: "RequestCountPerTarget",
          dimensions: [
            { name: "LoadBalancer", value: albArnSuffix },
            { name: "TargetGroup", value: group },
          ],
        },
        stat: "Sum",
      },
    })),
  ],
});

/** Scales a service between its least and most tasks. */
export function scaling(name: string, args: ScalingArgs, parent: pulumi.Resource): void {
  const inside = { parent };
  const target = new aws.appautoscaling.Target(
    `${name}-scaling`,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
      minCapacity: args.task.minTasks,
      maxCapacity: args.task.maxTasks,
    },
    inside,
  );
  const track = (
    what: string,
    configuration: aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration,
  ) =>
    new aws.appautoscaling.Policy(
      `${name}-scaling-${what}`,
      {
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: { ...cooldown, ...configuration },
      },
      inside,
    );
  const predefined = (type: string, targetValue: number, resourceLabel?: pulumi.Input<string>) => ({
    targetValue,
    predefinedMetricSpecification: {
      predefinedMetricType: type,
      ...(resourceLabel === undefined ? {} : { resourceLabel }),
    },
  });
  track("cpu", predefined("ECSServiceAverageCPUUtilization", targets.cpu));
  track("memory", predefined("ECSServiceAverageMemoryUtilization", targets.memory));
  if (args.requests !== undefined) {
    const { albArnSuffix, targetGroups } = args.requests;
    const [first = "", ...others] = targetGroups;
    const label = pulumi.interpolate`${albArnSuffix}/${first}`;
    track(
      "requests",
      others.length === 0
        ? predefined("ALBRequestCountPerTarget", targets.requestsPerMinute, label)
        : {
            targetValue: targets.requestsPerMinute,
            customizedMetricSpecification: requestsOf(albArnSuffix, targetGroups),
          },
    );
  }
  if (args.queue !== undefined) {
    track("queue", {
      targetValue: args.queue.target,
      customizedMetricSpecification: {
        namespace: args.queue.namespace,
        metricName: args.queue.name,
        statistic: "Average",
      },
    });
  }
}
