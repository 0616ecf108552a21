import type * as pulumi from "@pulumi/pulumi";
import type { Metric } from "./alarm";
import type { ObservedService } from "./services";
import type { QueueMetric, ObservedStack, ObservedStores } from "./observed-stack";

/** Series that both alarms and the dashboard read. */

/** Of the applications' distribution, or of another one. */
export const cloudFront = (
  observed: ObservedStack,
  name: string,
  stat: string,
  distributionId = observed.distributionId,
): Metric => ({
  namespace: "AWS/CloudFront",
  name,
  stat,
  dimensions: { DistributionId: distributionId, Region: "Global" },
});

export const waf = (observed: ObservedStack, name: string): Metric => ({
  namespace: "AWS/WAFV2",
  name,
  stat: "Sum",
  dimensions: { Rule: "ALL", WebACL: observed.webAclMetricName },
});

export const loadBalancer = (observed: ObservedStack, name: string, stat: string): Metric => ({
  namespace: "AWS/ApplicationELB",
  name,
  stat,
  dimensions: { LoadBalancer: observed.albArnSuffix },
});

/** One series for each target group of the service. */
export const targets = (
  observed: ObservedStack,
  service: ObservedService,
  name: string,
  stat: string,
): readonly Metric[] =>
  service.targetGroups.map((group) => ({
    namespace: "AWS/ApplicationELB",
    name,
    stat,
    dimensions: { LoadBalancer: observed.albArnSuffix, TargetGroup: group },
  }));

/** The same of the main port alone: two of a service whose traffic moves between them. */
export const mainTargets = (
  observed: ObservedStack,
  service: ObservedService,
  name: string,
  stat: string,
): readonly Metric[] => targets(observed, service, name, stat).slice(0, service.mainGroups);

export const ecs = (observed: ObservedStack, service: ObservedService, name: string, stat: string): Metric => ({
  namespace: "AWS/ECS",
  name,
  stat,
  dimensions: { ClusterName: observed.clusterName, ServiceName: service.ecsName ?? service.name },
});

export const insights = (observed: ObservedStack, service: ObservedService, name: string): Metric => ({
  ...ecs(observed, service, name, "Average"),
  namespace: "ECS/ContainerInsights",
});

export const postgres = ({ id }: NonNullable<ObservedStores["postgres"]>, name: string, stat: string): Metric => ({
  namespace: "AWS/RDS",
  name,
  stat,
  dimensions: { DBInstanceIdentifier: id },
});

/** None without DocumentDB. */
export const mongodb = (observed: ObservedStores, name: string, stat: string): readonly Metric[] =>
  observed.mongodbId === undefined
    ? []
    : [{ namespace: "AWS/DocDB", name, stat, dimensions: { DBClusterIdentifier: observed.mongodbId } }];

/** One series for each node: any may be the primary. */
export const redis = (observed: ObservedStores, name: string, stat: string): readonly Metric[] =>
  observed.redisNodeIds.map((id) => ({
    namespace: "AWS/ElastiCache",
    name,
    stat,
    dimensions: { CacheClusterId: id },
  }));

/** Of a function. */
export const lambda = (functionName: Metric["dimensions"][string], name: string, stat: string): Metric => ({
  namespace: "AWS/Lambda",
  name,
  stat,
  dimensions: { FunctionName: functionName },
});

export const queue = (metric: QueueMetric): Metric => ({
  namespace: metric.namespace,
  name: metric.name,
  stat: "Maximum",
  dimensions: metric.dimensions ?? {},
});

/** Failed invocations of a function. */
export const failures = (functionName: pulumi.Input<string>): Metric => ({
  namespace: "AWS/Lambda",
  name: "Errors",
  stat: "Sum",
  dimensions: { FunctionName: functionName },
});

/** Names series `e0`, `e1`, … for an expression. */
export const numbered = (letter: string, series: readonly Metric[]): Readonly<Record<string, Metric>> =>
  Object.fromEntries(series.map((metric, i) => [`${letter}${i}`, metric]));
