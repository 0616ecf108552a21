import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../services/catalogue";
import { jobTask } from "../../services/model/checks/fargate-limits";
import type { FargateTask, Job, Service } from "../../services/model/types";
import { addressesOf } from "../../services/model/checks/wiring";
import type { Address } from "../../services/model/values";
import { required } from "../../settings/required";
import { firstOf, sidecarsOf, type TaskContext, type ReleaseArchive } from "../../templates/ecs";
import { logGroupName } from "../names";
import { bundles, type ExternalSecret, type SecretReferences } from "./bundles";
import { usable } from "../usable";
import { cluster, namespace, type Cluster } from "./cluster";
import { deploymentAlarm } from "./deployment-alarm";
import { taskFirewall } from "./firewall";
import { jobTaskOf, runJob, verification, type JobTask } from "./jobs";
import { queueMetrics, queueTarget, type CountedQueue, type QueueMetrics } from "./queue-metrics";
import { inOrder } from "../../services/model/checks/in-order";
import { blueGreenRole, checkRoleNames, taskRoles, type TaskRolesArgs } from "./roles";
import { scaling } from "./scaling";
import { ecsService } from "./service";
import { startNightly } from "./scheduled";
import { taskDefinition, type Task } from "./task";
import { connections, type EdgeAccess, type StoreAccess, type TaskGroup } from "./connections";

export type { EdgeAccess, StoreAccess } from "./connections";

export interface FargateServicesArgs {
  readonly stack: string;
  readonly region: pulumi.Input<string>;
  /** In which jobs and checks of a deployment are in the stack's account. @default what `pulumi` was started with */
  readonly awsEnvironment?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly account: pulumi.Input<string>;
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets, one per zone. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Services and jobs: names and sizes, which decide what is made. */
  readonly catalogue: Catalogue;
  /** An address is known when what it leads to is usable: a task that names a store is defined after it. */
  readonly address: (address: Address) => pulumi.Input<string>;
  /** Image of the catalogue -> its private copy. */
  readonly images: pulumi.Output<Readonly<Record<string, string>>>;
  readonly repositoryArns: readonly pulumi.Input<string>[];
  /** Id of a secret -> value. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  readonly externalSecrets: Readonly<Record<string, ExternalSecret>>;
  readonly secretRecoveryDays: number;
  readonly release: pulumi.Input<ReleaseArchive>;
  /** What a service's tasks may do in AWS. */
  readonly permissions: (container: string) => TaskRolesArgs["statements"];
  readonly edge: EdgeAccess;
  readonly stores: StoreAccess;
  readonly containerInsights: boolean;
  readonly logRetentionDays: number;
  /** Blue/green: for services with a second target group. @default rolling */
  readonly deployment?: "rolling" | "blueGreen";
}

interface RunningService {
  readonly ecs: aws.ecs.Service;
  /** There when it runs what it was given. */
  readonly verified: pulumi.CustomResource;
}

interface ServiceContext {
  readonly cluster: Cluster;
  readonly groupOf: TaskGroup;
  readonly namespaceArn: pulumi.Input<string>;
  readonly blueGreenRoleArn: pulumi.Input<string> | undefined;
  readonly jobs: ReadonlyMap<string, pulumi.Resource>;
  readonly queues: QueueMetrics | undefined;
}

/** The applications on Fargate: tasks, services, jobs before them, and the connections between them. */
export class FargateServices extends pulumi.ComponentResource {
  public readonly clusterName: pulumi.Output<string>;
  /** ARNs of the ECS services, by name. */
  public readonly serviceArns: Readonly<Record<string, pulumi.Output<string>>>;
  /** Security groups of the services, by name; the jobs' is `jobs`. */
  public readonly securityGroupIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** There when every service runs what it was given, and the queues are counted. */
  public readonly running: readonly pulumi.Resource[];
  /** What waits in the queues, for alarms; empty without queues. */
  public readonly queues: readonly CountedQueue[];
  /** Where the job of a name runs. */
  public readonly jobTasks: Readonly<Record<string, pulumi.Output<JobTask>>>;
  /** Names of the rules that start jobs by the clock. */
  public readonly rules: Record<string, pulumi.Output<string>> = {};
  private readonly references: Readonly<Record<string, SecretReferences>>;

  constructor(
    private readonly name: string,
    private readonly args: FargateServicesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ai-ecosystem:fargate:FargateServices", name, {}, opts);
    const { catalogue, vpcId } = args;
    checkRoleNames([...catalogue.services, ...catalogue.jobs].map((container) => `${name}-${container.name}`));
    const ecs = cluster(name, { containerInsights: args.containerInsights }, this);
    this.clusterName = ecs.name;
    const names = namespace(name, `${args.stack}.ai-ecosystem.internal`, this);
    this.references = bundles(
      name,
      {
        catalogue,
        address: args.address,
        values: args.secrets,
        external: args.externalSecrets,
        recoveryDays: args.secretRecoveryDays,
      },
      this,
    );
    const firewalls = new Map(
      catalogue.services.map((service) => {
        const { internet = {} } = service;
        return [service.name, taskFirewall(`${name}-${service.name}`, { vpcId, internet }, this)];
      }),
    );
    const ofJobs = Object.assign({}, ...catalogue.jobs.map((job) => job.internet)) as Record<number, string>;
    if (catalogue.jobs.length > 0)
      firewalls.set("jobs", taskFirewall(`${name}-jobs`, { vpcId, internet: ofJobs }, this));
    this.securityGroupIds = Object.fromEntries([...firewalls].map(([who, firewall]) => [who, firewall.id]));
    const groupOf = connections(name, { catalogue, edge: args.edge, stores: args.stores, firewalls }, this);

    const queues = queueMetrics(`${name}-queues`, args, this.clusterName, this);
    this.queues = queues?.queues ?? [];
    const jobs = this.runJobs(ecs, groupOf);
    this.jobTasks = jobs.tasks;
    const context: ServiceContext = {
      cluster: ecs,
      groupOf,
      namespaceArn: names.arn,
      blueGreenRoleArn: args.deployment === "blueGreen" ? blueGreenRole(name, this) : undefined,
      jobs: jobs.runs,
      queues,
    };
    const services = this.services(context);
    this.serviceArns = Object.fromEntries([...services].map(([service, { ecs }]) => [service, ecs.id]));
    this.running = [
      ...[...services.values()].map(({ verified }) => verified),
      ...(queues === undefined ? [] : [queues.counted]),
    ];
    this.registerOutputs({ clusterName: this.clusterName });
  }

  /** The jobs, each after those that it waits for. */
  private runJobs(ecs: Cluster, groupOf: TaskGroup) {
    const { catalogue, region, awsEnvironment, subnetIds } = this.args;
    const done = new Map<string, pulumi.Resource>();
    const tasks: Record<string, pulumi.Output<JobTask>> = {};
    for (const job of inOrder(catalogue.jobs, (j) => j.after ?? [])) {
      const { definition, roles } = this.define(job, job.scheduled ?? jobTask);
      const task = {
        clusterArn: ecs.arn,
        taskDefinitionArn: definition.arn,
        subnetIds,
        securityGroupId: groupOf(job),
      };
      tasks[job.name] = jobTaskOf(task);
      const opts = { parent: this, dependsOn: (job.after ?? []).flatMap((a) => done.get(a) ?? []) };
      if (job.scheduled !== undefined) {
        const { cron } = job.scheduled;
        if (cron === undefined) continue;
        this.rules[job.name] = startNightly(
          `${this.name}-${job.name}`,
          { ...task, job, cron, account: this.args.account, definition, roles },
          opts,
        );
        continue;
      }
      const run = runJob(
        `${this.name}-${job.name}-run`,
        { job: job.name, purpose: job.purpose, region, awsEnvironment, ...task },
        opts,
      );
      done.set(job.name, run);
    }
    return { runs: done, tasks };
  }

  /** The services, each after those that it calls: its tasks know the names alone that were there when it was deployed. */
  private services(context: ServiceContext): ReadonlyMap<string, RunningService> {
    const running = new Map<string, RunningService>();
    for (const service of inOrder(this.args.catalogue.services, (s) => s.calls ?? [])) {
      if (service.fargate === undefined) continue;
      const called = (service.calls ?? []).flatMap((name) => running.get(name)?.ecs ?? []);
      running.set(
        service.name,
        this.service(service, service.fargate, { ...context, namespaceArn: usable(context.namespaceArn, called) }),
      );
    }
    return running;
  }

  private service(service: Service, task: FargateTask, context: ServiceContext): RunningService {
    const { name, args } = this;
    const { edge } = args;
    const targets = edge.targetGroups[service.name];
    const { definition, logGroup } = this.define(service, task);
    const moverArn = targets?.blueGreen === undefined ? undefined : context.blueGreenRoleArn;
    // of the main port
    const targetGroups = [targets, moverArn === undefined ? undefined : targets?.blueGreen?.alternate].flatMap(
      (t) => t?.arnSuffix ?? [],
    );
    const alarm =
      targets === undefined
        ? undefined
        : deploymentAlarm(
            `${name}-${service.name}`,
            {
              stack: args.stack,
              service: service.name,
              albArnSuffix: edge.albArnSuffix,
              targetGroups,
            },
            this,
          );
    const common = { region: args.region, clusterArn: context.cluster.arn, taskDefinitionArn: definition.arn };
    const ecs = ecsService(
      `${name}-${service.name}`,
      {
        ...common,
        service,
        task,
        subnetIds: args.subnetIds,
        securityGroupId: context.groupOf(service),
        namespaceArn: context.namespaceArn,
        logGroup,
        targets,
        alarmNames: alarm === undefined ? [] : [alarm.name],
        blueGreenRoleArn: moverArn,
      },
      { parent: this, dependsOn: (service.after ?? []).flatMap((a) => context.jobs.get(a) ?? []) },
    );
    const verified = verification(
      `${name}-${service.name}-verify`,
      { ...common, awsEnvironment: args.awsEnvironment, service: ecs.name },
      { parent: this },
    );
    if (task.maxTasks > task.minTasks) {
      scaling(
        `${name}-${service.name}`,
        {
          clusterName: context.cluster.name,
          serviceName: ecs.name,
          task,
          requests:
            task.scaling === "requests" && targets !== undefined
              ? { albArnSuffix: edge.albArnSuffix, targetGroups }
              : undefined,
          queue: queueTarget(task, context.queues),
        },
        this,
      );
    }
    return { ecs, verified };
  }

  private define(container: Service | Job, size: Pick<FargateTask, "cpu" | "memoryMb"> & { diskGb?: number }): Task {
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
        statements: args.permissions(container.name),
        account: args.account,
      },
      this,
    );
    // of stores also those that it finds in another way: it is defined after them
    const used = (container.uses ?? []).map((store): Address => ({ store, value: "host" }));
    const named = [...used, ...[container, ...sidecarsOf(container), ...firstOf(container)].flatMap(addressesOf)];
    const addresses = Object.fromEntries(named.map((address) => [JSON.stringify(address), args.address(address)]));
    const context = pulumi
      .all([args.region, args.images, logs.name, args.release, pulumi.all(references.variables), pulumi.all(addresses)])
      .apply(([region, images, logGroup, release, secrets, known]): TaskContext => ({
        region,
        image: (image) => images[image] ?? image,
        address: (address) => required(known, JSON.stringify(address), "address"),
        secrets,
        logGroup,
        release,
      }));
    const definition = taskDefinition(
      `${name}-task`,
      { container, context, roles, cpu: size.cpu, memoryMb: size.memoryMb, diskGb: size.diskGb },
      { parent: this },
    );
    return { definition, roles, logGroup: logs.name };
  }
}
