import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Container, FargateTask, Service } from "../../services/model/types";
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

const plain = ({ environment }: Container, variable: string, otherwise: string): string => {
  const value = environment[variable];
  return typeof value === "string" ? value : otherwise;
};

/** The queues of the services that there are; how n8n's is named stands in its own variables. */
export function queuesOf(services: readonly Service[]): Queues {
  const worker = services.find((s) => s.fargate?.scaling === "bullBacklog");
  const sidekiq = services.some((s) => s.fargate?.scaling === "sidekiqLatency");
  return {
    ...(worker === undefined
      ? {}
      : {
          bull: {
            database: Number(plain(worker, "QUEUE_BULL_REDIS_DB", "0")),
            prefix: plain(worker, "QUEUE_BULL_PREFIX", "bull"),
            service: worker.name,
          },
        }),
    // the database of Chatwoot's REDIS_URL
    ...(sidekiq ? { sidekiq: { database: 0 } } : {}),
  };
}

/**
 * Publishes once a minute how much work waits in n8n's and Chatwoot's queues: AWS has no metric of it. A function, because
 * it must also count when the applications do not; it writes a line of a log, of which CloudWatch makes the metrics.
 */
export class QueueMetrics extends pulumi.ComponentResource {
  /** Executions that wait for a worker of n8n. */
  public readonly n8nBacklog: QueueSeries | undefined;
  /** The same for each worker: what they are scaled by. */
  public readonly n8nBacklogPerWorker: QueueSeries | undefined;
  /** Seconds that Chatwoot's oldest job has waited. */
  public readonly sidekiqLatency: QueueSeries | undefined;
  /** There when the function is called once a minute. */
  public readonly counted: pulumi.CustomResource;

  constructor(name: string, args: QueueMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:fargate:QueueMetrics", name, {}, opts);
    const inside = { parent: this };
    const queues = queuesOf(args.services);
    const { namespace } = args;
    const series = (name: string): QueueSeries => ({ namespace, name });
    this.n8nBacklog = queues.bull === undefined ? undefined : series(metricNames.backlog);
    this.n8nBacklogPerWorker = queues.bull === undefined ? undefined : series(metricNames.backlogPerWorker);
    this.sidekiqLatency = queues.sidekiq === undefined ? undefined : series(metricNames.latency);
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
        description: "Counts what waits in the queues of n8n and Chatwoot",
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
          { Sid: "Redis", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: bundle.arn },
          ...(queues.bull === undefined
            ? []
            : [
                {
                  Sid: "Workers",
                  Effect: "Allow" as const,
                  Action: ["ecs:DescribeServices"],
                  Resource: args.serviceArn(queues.bull.service),
                },
              ]),
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
  const services = args.catalogue.services.filter((s) =>
    ["bullBacklog", "sidekiqLatency"].includes(s.fargate?.scaling ?? ""),
  );
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

/** A worker runs five executions at a time, so five wait for as long as one takes; mail may wait half a minute. */
const held = { backlogPerWorker: 5, latencySeconds: 30 } as const;

/** What a service is scaled by besides CPU and memory. */
export function queueTarget({ scaling }: FargateTask, queues: QueueMetrics | undefined): QueueTarget | undefined {
  if (scaling === "bullBacklog" && queues?.n8nBacklogPerWorker !== undefined) {
    return { ...queues.n8nBacklogPerWorker, target: held.backlogPerWorker };
  }
  if (scaling === "sidekiqLatency" && queues?.sidekiqLatency !== undefined) {
    return { ...queues.sidekiqLatency, target: held.latencySeconds };
  }
  return undefined;
}
