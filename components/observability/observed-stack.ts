import type * as pulumi from "@pulumi/pulumi";
import type { WorkQueue } from "../../services/model/queue";
import type { ObservedService } from "./services";

/** A series that somebody else publishes, once a minute. */
export interface QueueMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The managed stores that are watched, on either topology. */
export interface ObservedStores {
  /** Instance identifier and class; absent where nobody needs one, as the other stores. */
  readonly postgres: { readonly id: pulumi.Input<string>; readonly instanceClass: string } | undefined;
  /** Cluster identifier. */
  readonly mongodbId: pulumi.Input<string> | undefined;
  /** Ids of the nodes: each may be the primary. */
  readonly redisNodeIds: readonly pulumi.Input<string>[];
}

/** Everything that is watched in a stack. */
export interface ObservedStack extends ObservedStores {
  readonly stack: string;
  /** Region of the stack. */
  readonly region: string;
  readonly services: readonly ObservedService[];
  readonly clusterName: pulumi.Input<string>;
  /** Container Insights is on: the number of tasks wanted and running is known. */
  readonly containerInsights: boolean;
  /** `app/…`, the load balancer's name in CloudWatch. */
  readonly albArnSuffix: pulumi.Input<string>;
  readonly distributionId: pulumi.Input<string>;
  /** The distribution of the dashboard, the page at the domain itself. */
  readonly dashboardDistributionId: pulumi.Input<string>;
  /** `metricName` of the web ACL's `visibilityConfig`, which may differ from its name. */
  readonly webAclMetricName: pulumi.Input<string>;
  readonly certificateArns: { readonly regional: pulumi.Input<string>; readonly cloudFront: pulumi.Input<string> };
  /** Function that writes the dashboard's `health.json`. */
  readonly liveHealthFunction: pulumi.Input<string>;
  /** What waits for services, and its series. */
  readonly queues: readonly (WorkQueue & QueueMetric)[];
  /** Rule that starts the nightly dump. @default there is none */
  readonly dumpRule?: pulumi.Input<string> | undefined;
  /** Names of the functions that give the database users new passwords, and that deploy their services anew; with PostgreSQL. */
  readonly rotation: { readonly rotator: pulumi.Input<string>; readonly redeployer: pulumi.Input<string> } | undefined;
}
