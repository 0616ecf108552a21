import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow } from "../iam-policy";
import type { QueueKind, WorkQueue } from "../../services/model/queue";
import type { FargateTask, Service } from "../../services/model/types";
import { metricNames, type Queues } from "../../templates/lambda/queue-metrics/queues";
import { everyMinute, smallLambda } from "../lambda/lambda";
import { SecretBundle } from "../secrets/secret-bundle";
import { metricNamespace } from "../names";
import { usable } from "../usable";
import type { FargateServicesArgs } from "./fargate-services";
import type { QueueTarget } from "./scaling";

export interface QueueMetricsArgs {
  readonly services: readonly Service[];
  /** Namespace of the metrics. */
  readonly namespace: string;
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets with a way out. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly redis: {
    readonly host: pulumi.Input<string>;
    readonly port: number;
    readonly securityGroupId: pulumi.Input<string>;
    readonly password: pulumi.Input<string>;
  };
  /** Lets a security group in to Redis. @returns the rules */
  readonly admit: (securityGroupId: pulumi.Input<string>) => readonly pulumi.CustomResource[];
  readonly clusterName: pulumi.Input<string>;
  /** ARN of a service of the cluster, by its name. */
  readonly serviceArn: (service: string) => pulumi.Input<string>;
  readonly secretRecoveryDays: number;
  readonly logRetentionDays: number;
}

/** A series that is there once a minute. */
export interface QueueSeries {
  readonly namespace: string;
  readonly name: string;
}

/** A queue of the stack and its series. */
export type CountedQueue = WorkQueue & QueueSeries;

const ofKind = (services: readonly Service[], kind: QueueKind) =>
  services.flatMap(({ name, application, title, fargate }) =>
    fargate?.queue?.kind === kind
      ? [{ queue: fargate.queue, service: name, title: application?.title ?? title.en }]
      : [],
  )[0];

/** What the function is told: the queues of the services that there are. */
export function queuesOf(services: readonly Service[]): Queues {
  const [bull, sidekiq] = [ofKind(services, "bull"), ofKind(services, "sidekiq")];
  const of = ({ id, database }: WorkQueue) => ({ id, database });
  return {
    ...(bull === undefined
      ? {}
      : { bull: { ...of(bull.queue), prefix: bull.queue.prefix ?? "bull", service: bull.service } }),
    ...(sidekiq === undefined ? {} : { sidekiq: of(sidekiq.queue) }),
  };
}

/** Series of a queue, and that which its tasks are scaled by. */
function seriesOf({ id, kind }: WorkQueue): { readonly waiting: string; readonly scaling: string } {
  const { backlog, backlogPerWorker, latency } = metricNames(id);
  return kind === "bull" ? { waiting: backlog, scaling: backlogPerWorker } : { waiting: latency, scaling: latency };
}

/**
 * Publishes once a minute how much work waits in the services' queues: AWS has no metric of it. A function, because it must also count when the applications do not; it writes a line of a log, of which CloudWatch makes the metrics.
 */
export class QueueMetrics extends pulumi.ComponentResource {
  /** By their ids. */
  public readonly queues: readonly CountedQueue[];
  /** There when the function is called once a minute. */
  public readonly counted: pulumi.CustomResource;

  constructor(name: string, args: QueueMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:fargate:QueueMetrics", name, {}, opts);
    const inside = { parent: this };
    const queues = queuesOf(args.services);
    const { namespace } = args;
    const counted = (["bull", "sidekiq"] as const).flatMap((kind) => ofKind(args.services, kind) ?? []);
    this.queues = counted
      .map(({ queue }) => ({ ...queue, namespace, name: seriesOf(queue).waiting }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const securityGroupId = this.firewall(name, args);
    const bundle = new SecretBundle(
      `${name}-secrets`,
      {
        description: "Redis, for the metrics of the queues",
        values: { REDIS_PASSWORD: args.redis.password },
        recoveryDays: args.secretRecoveryDays,
      },
      inside,
    );
    const lambda = smallLambda(
      name,
      {
        code: "queue-metrics",
        description: `Counts what waits in the queues of ${counted.map(({ title }) => title).join(" and ")}`,
        environment: {
          REDIS_HOST: args.redis.host,
          REDIS_PORT: String(args.redis.port),
          SECRET_ARN: bundle.arn,
          CLUSTER: args.clusterName,
          NAMESPACE: namespace,
          QUEUES: JSON.stringify(queues),
        },
        timeoutSeconds: 30,
        statements: [
          allow("Redis", ["secretsmanager:GetSecretValue"], bundle.arn),
          ...(queues.bull === undefined
            ? []
            : [allow("Workers", ["ecs:DescribeServices"], args.serviceArn(queues.bull.service))]),
        ],
        logRetentionDays: args.logRetentionDays,
        vpc: { subnetIds: args.subnetIds, securityGroupId },
      },
      this,
    );
    this.counted = everyMinute(name, lambda, "Counts the queues once a minute", this);
    this.registerOutputs({});
  }

  /** Security group, known when it has its way to Redis, at both ends, and out. */
  private firewall(name: string, { vpcId, redis, admit }: QueueMetricsArgs): pulumi.Output<string> {
    const inside = { parent: this };
    const group = new aws.ec2.SecurityGroup(
      `${name}-sg`,
      { vpcId, description: "Metrics of the queues", tags: { Name: name } },
      inside,
    );
    const out = { securityGroupId: group.id, ipProtocol: "tcp" };
    const toRedis = new aws.vpc.SecurityGroupEgressRule(
      `${name}-out-redis`,
      {
        ...out,
        referencedSecurityGroupId: redis.securityGroupId,
        fromPort: redis.port,
        toPort: redis.port,
        description: "Redis",
      },
      inside,
    );
    const toAws = new aws.vpc.SecurityGroupEgressRule(
      `${name}-out-443`,
      { ...out, cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443, description: "Secrets Manager and ECS" },
      inside,
    );
    return usable(group.id, [toRedis, toAws, ...admit(group.id)]);
  }
}

/** The metrics of a stack: only where something is scaled by them, and there is a Redis of the stack's own. */
export function queueMetrics(
  name: string,
  args: FargateServicesArgs,
  clusterName: pulumi.Input<string>,
  parent: pulumi.Resource,
): QueueMetrics | undefined {
  const { region, account, stores } = args;
  const redis = stores.endpoint("redis");
  const password = args.secrets["redis-password"];
  const services = args.catalogue.services.filter((s) => s.fargate?.queue !== undefined);
  if (services.length === 0 || redis === undefined || password === undefined) return undefined;
  return new QueueMetrics(
    name,
    {
      services,
      namespace: metricNamespace(args.stack),
      vpcId: args.vpcId,
      subnetIds: args.subnetIds,
      redis: { host: redis.host, port: redis.port, securityGroupId: redis.securityGroupId, password },
      admit: (groupId) => Object.values(stores.allow("queue-metrics", groupId, ["redis"])),
      clusterName,
      serviceArn: (service) => pulumi.interpolate`arn:aws:ecs:${region}:${account}:service/${clusterName}/${service}`,
      secretRecoveryDays: args.secretRecoveryDays,
      logRetentionDays: args.logRetentionDays,
    },
    { parent },
  );
}

/** What a service is scaled by besides CPU and memory. */
export function queueTarget({ queue }: FargateTask, metrics: QueueMetrics | undefined): QueueTarget | undefined {
  const counted = metrics?.queues.find((q) => q.id === queue?.id);
  return counted === undefined
    ? undefined
    : { namespace: counted.namespace, name: seriesOf(counted).scaling, target: counted.target };
}
