import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../services/catalogue";
import { jobTask } from "../../services/fargate-limits";
import type { Container, FargateTask, Job, Service } from "../../services/types";
import type { EcsSurroundings } from "../../templates/ecs";
import { logGroupName, metricNamespace } from "../names";
import { bundles, type ExternalSecret, type SecretReferences } from "./bundles";
import { cluster, namespace } from "./cluster";
import { deploymentAlarm } from "./deployment-alarm";
import { taskFirewall } from "./firewall";
import { runJob, verification } from "./jobs";
import { QueueMetrics, queueTarget, type QueueSeries } from "./queue-metrics";
import { blueGreenRole, checkRoleNames, taskRoles, type BlueGreenRole, type Grant } from "./roles";
import { scaling } from "./scaling";
import { ecsService } from "./service";
import { taskDefinition, type Task } from "./task";
import { ways, type Entrance, type Stores } from "./ways";

export type { Entrance, Stores } from "./ways";

export interface FargateServicesArgs {
  readonly stack: string;
  readonly region: pulumi.Input<string>;
  readonly account: pulumi.Input<string>;
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets, one per zone. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Services and jobs: names and sizes, which decide what is made. */
  readonly catalogue: Catalogue;
  /** The same with the addresses of the stores. */
  readonly resolved: pulumi.Output<Catalogue>;
  /** Image of the catalogue -> its private copy. */
  readonly images: pulumi.Output<Readonly<Record<string, string>>>;
  readonly repositoryArns: readonly pulumi.Input<string>[];
  /** Id of a secret -> value. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  readonly externalSecrets: Readonly<Record<string, ExternalSecret>>;
  readonly secretRecoveryDays: number;
  /** `s3://bucket/key` of the release's files, a `shellArchive`. */
  readonly release: pulumi.Input<string>;
  /** What a service's tasks may do in AWS. */
  readonly grants: (container: string) => readonly Grant[];
  readonly entrance: Entrance;
  readonly stores: Stores;
  readonly containerInsights: boolean;
  readonly logRetentionDays: number;
  /** Blue/green: for services with a second target group. @default rolling */
  readonly deployment?: "rolling" | "blueGreen";
}

interface Surroundings {
  readonly cluster: aws.ecs.Cluster;
  readonly namespaceArn: pulumi.Input<string>;
  readonly blueGreen: BlueGreenRole | undefined;
  readonly jobs: ReadonlyMap<string, pulumi.Resource>;
  readonly queues: QueueMetrics | undefined;
}

/** The applications on Fargate: tasks, services, jobs before them, and the ways between them. */
export class FargateServices extends pulumi.ComponentResource {
  public readonly clusterName: pulumi.Output<string>;
  /** ARNs of the ECS services, by name. */
  public readonly serviceArns: Readonly<Record<string, pulumi.Output<string>>>;
  /** Security groups of the services, by name; the jobs' is `jobs`. */
  public readonly securityGroupIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** What waits in the queues, for alarms; empty without queues. */
  public readonly queues: { readonly n8nBacklog?: QueueSeries; readonly sidekiqLatency?: QueueSeries };
  private readonly references: Readonly<Record<string, SecretReferences>>;

  constructor(
    private readonly name: string,
    private readonly args: FargateServicesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ai-ecosystem:fargate:FargateServices", name, {}, opts);
    const { catalogue, vpcId } = args;
    checkRoleNames([...catalogue.services, ...catalogue.jobs].map((container) => `${name}-${container.name}`));
    const made = cluster(name, { containerInsights: args.containerInsights }, this);
    this.clusterName = made.name;
    const names = namespace(name, `${args.stack}.ai-ecosystem.internal`, this);
    this.references = bundles(
      name,
      {
        catalogue,
        resolved: args.resolved,
        values: args.secrets,
        external: args.externalSecrets,
        recoveryDays: args.secretRecoveryDays,
      },
      this,
    );
    const groups = new Map(
      catalogue.services.map((service) => {
        const { internet = {} } = service;
        return [service.name, taskFirewall(`${name}-${service.name}`, { vpcId, internet }, this)];
      }),
    );
    const ofJobs = Object.assign({}, ...catalogue.jobs.map((job) => job.internet)) as Record<number, string>;
    groups.set("jobs", taskFirewall(`${name}-jobs`, { vpcId, internet: ofJobs }, this));
    this.securityGroupIds = Object.fromEntries([...groups].map(([who, group]) => [who, group.id]));
    const groupOf = (who: string) => this.securityGroupIds[who] ?? "";
    ways(name, { catalogue, entrance: args.entrance, stores: args.stores, groupOf }, this);

    const queues = this.queueMetrics();
    this.queues = {
      ...(queues?.n8nBacklog === undefined ? {} : { n8nBacklog: queues.n8nBacklog }),
      ...(queues?.sidekiqLatency === undefined ? {} : { sidekiqLatency: queues.sidekiqLatency }),
    };
    const surroundings: Surroundings = {
      cluster: made,
      namespaceArn: names.arn,
      blueGreen: args.deployment === "blueGreen" ? blueGreenRole(name, this) : undefined,
      jobs: this.runJobs(made),
      queues,
    };
    this.serviceArns = Object.fromEntries(
      catalogue.services.flatMap((service) =>
        service.fargate === undefined
          ? []
          : [[service.name, this.service(service, service.fargate, surroundings).id] as const],
      ),
    );
    this.registerOutputs({ clusterName: this.clusterName });
  }

  /** Only where something is scaled by it, and there is a Redis of the stack's own. */
  private queueMetrics(): QueueMetrics | undefined {
    const { args } = this;
    const redis = args.stores.endpoint("redis");
    const password = args.secrets["redis-password"];
    const services = args.catalogue.services.filter((s) =>
      ["bullBacklog", "sidekiqLatency"].includes(s.fargate?.scaling ?? ""),
    );
    if (services.length === 0 || redis === undefined || password === undefined) return undefined;
    const made = new QueueMetrics(
      `${this.name}-queues`,
      {
        services,
        namespace: metricNamespace(args.stack),
        vpcId: args.vpcId,
        subnetIds: args.subnetIds,
        redis: { host: redis.host, port: redis.port, securityGroupId: redis.securityGroupId, password },
        clusterName: this.clusterName,
        serviceArn: (service) =>
          pulumi.interpolate`arn:aws:ecs:${args.region}:${args.account}:service/${this.clusterName}/${service}`,
        secretRecoveryDays: args.secretRecoveryDays,
        logRetentionDays: args.logRetentionDays,
      },
      { parent: this },
    );
    args.stores.allow("queue-metrics", made.securityGroupId, ["redis"]);
    return made;
  }

  /** The jobs, each after those that it waits for. */
  private runJobs(made: aws.ecs.Cluster): ReadonlyMap<string, pulumi.Resource> {
    const { catalogue, region, subnetIds } = this.args;
    const done = new Map<string, pulumi.Resource>();
    const left = [...catalogue.jobs];
    while (left.length > 0) {
      const next = left.findIndex((job) => (job.after ?? []).every((a) => !left.some((l) => l.name === a)));
      // a circle is refused by the catalogue's own test
      const [job] = left.splice(Math.max(0, next), 1);
      if (job === undefined) break;
      const { definition, ready } = this.define(job, jobTask);
      const run = runJob(
        `${this.name}-${job.name}-run`,
        {
          job: job.name,
          purpose: job.purpose,
          region,
          clusterArn: made.arn,
          taskDefinitionArn: definition.arn,
          subnetIds,
          securityGroupId: this.securityGroupIds["jobs"] ?? "",
        },
        { parent: this, dependsOn: [...ready, ...(job.after ?? []).flatMap((a) => done.get(a) ?? [])] },
      );
      done.set(job.name, run);
    }
    return done;
  }

  private service(service: Service, task: FargateTask, around: Surroundings): aws.ecs.Service {
    const { name, args } = this;
    const { entrance } = args;
    const targets = entrance.targetGroups[service.name];
    const { definition, logGroup, ready } = this.define(service, task);
    const mover = targets?.blueGreen === undefined ? undefined : around.blueGreen;
    // of the main port
    const targetGroups = [targets, mover && targets?.blueGreen?.alternate].flatMap((t) => t?.arnSuffix ?? []);
    const alarm =
      targets === undefined
        ? undefined
        : deploymentAlarm(
            `${name}-${service.name}`,
            {
              stack: args.stack,
              service: service.name,
              albArnSuffix: entrance.albArnSuffix,
              targetGroups,
            },
            this,
          );
    const common = { region: args.region, clusterArn: around.cluster.arn, taskDefinitionArn: definition.arn };
    const ecs = ecsService(
      `${name}-${service.name}`,
      {
        ...common,
        service,
        task,
        subnetIds: args.subnetIds,
        securityGroupId: this.securityGroupIds[service.name] ?? "",
        namespaceArn: around.namespaceArn,
        logGroup,
        targets,
        alarmNames: alarm === undefined ? [] : [alarm.name],
        blueGreenRoleArn: mover?.arn,
      },
      {
        parent: this,
        dependsOn: [
          ...ready,
          ...(mover === undefined ? [] : [mover.policy]),
          ...(targets === undefined ? [] : entrance.listenerRules),
          ...(service.after ?? []).flatMap((a) => around.jobs.get(a) ?? []),
        ],
      },
    );
    verification(`${name}-${service.name}-verify`, { ...common, service: ecs.name }, { parent: this });
    if (task.maxTasks > task.minTasks) {
      scaling(
        `${name}-${service.name}`,
        {
          clusterName: around.cluster.name,
          serviceName: ecs.name,
          task,
          requests:
            task.scaling === "requests" && targets !== undefined
              ? { albArnSuffix: entrance.albArnSuffix, targetGroups }
              : undefined,
          queue: queueTarget(task, around.queues),
        },
        this,
      );
    }
    return ecs;
  }

  private define(container: Service | Job, size: Pick<FargateTask, "cpu" | "memoryMb">): Task {
    const { args } = this;
    const name = `${this.name}-${container.name}`;
    const references = this.references[container.name] ?? { variables: {}, arns: [] };
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: logGroupName(args.stack, container.name), retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const roles = taskRoles(
      name,
      {
        secretArns: references.arns,
        logGroupArn: logs.arn,
        repositoryArns: args.repositoryArns,
        grants: args.grants(container.name),
        account: args.account,
      },
      this,
    );
    const surroundings = pulumi
      .all([args.region, args.images, logs.name, args.release, pulumi.all(references.variables)])
      .apply(([region, images, logGroup, release, secrets]): EcsSurroundings => ({
        region,
        image: (image) => images[image] ?? image,
        secrets,
        logGroup,
        release,
      }));
    const resolved = args.resolved.apply(({ services, jobs }): Container => {
      const found = [...services, ...jobs].find((c) => c.name === container.name);
      if (found === undefined) throw new Error(`${container.name} is in the plan and not in the catalogue`);
      return found;
    });
    const definition = taskDefinition(
      `${name}-task`,
      { container: resolved, surroundings, roles, cpu: size.cpu, memoryMb: size.memoryMb, shape: container },
      { parent: this },
    );
    return { definition, logGroup: logs.name, ready: roles.policies };
  }
}
