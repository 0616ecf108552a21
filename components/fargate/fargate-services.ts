import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../services/catalogue";
import type { Container, FargateTask, Job, Service, Store } from "../../services/types";
import type { EcsSurroundings } from "../../templates/ecs";
import type { ServiceTargets } from "../edge/targets";
import { logGroupName } from "../names";
import { bundles, type ExternalSecret, type SecretReferences } from "./bundles";
import { cluster, namespace } from "./cluster";
import { path, taskFirewall } from "./firewall";
import { runJob } from "./jobs";
import { taskRoles, type Grant } from "./roles";
import { scaling } from "./scaling";
import { ecsService } from "./service";
import { taskDefinition } from "./task";

/** The entrance, as far as the services have to do with it. */
export interface Entrance {
  readonly albSecurityGroupId: pulumi.Input<string>;
  readonly albArnSuffix: pulumi.Input<string>;
  readonly targetGroups: Readonly<Record<string, ServiceTargets>>;
  /** ECS refuses a target group that no rule uses yet. */
  readonly listenerRules: readonly pulumi.Resource[];
  allowTo(service: string, securityGroupId: pulumi.Input<string>): void;
  portsOf(service: string): readonly number[];
}

/** The managed stores, as far as the services have to do with them. */
export interface Stores {
  /** Security group and port of a store; undefined: it is elsewhere. */
  readonly endpoint: (store: Store) => { securityGroupId: pulumi.Input<string>; port: number } | undefined;
  allow(consumer: string, securityGroupId: pulumi.Input<string>, stores: readonly Store[]): void;
}

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
  /** `s3://bucket/key` of the release's files. */
  readonly release: pulumi.Input<string>;
  /** What a service's tasks may do in AWS. */
  readonly grants: (container: string) => readonly Grant[];
  readonly entrance: Entrance;
  readonly stores: Stores;
  readonly containerInsights: boolean;
  readonly logRetentionDays: number;
}

/** TCP ports that n8n and Chatwoot may reach anywhere beside 443: sites, sending and reading mail. */
const mailAndWeb = [80, 465, 587, 993];

/** The applications on Fargate: tasks, services, jobs before them, and the ways between them. */
export class FargateServices extends pulumi.ComponentResource {
  public readonly clusterName: pulumi.Output<string>;
  /** ARNs of the ECS services, by name. */
  public readonly serviceArns: Readonly<Record<string, pulumi.Output<string>>>;
  /** Security groups of the services, by name; the jobs' is `jobs`. */
  public readonly securityGroupIds: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly references: Readonly<Record<string, SecretReferences>>;

  constructor(
    private readonly name: string,
    private readonly args: FargateServicesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ai-ecosystem:fargate:FargateServices", name, {}, opts);
    const { catalogue, vpcId } = args;
    const made = cluster(name, { containerInsights: args.containerInsights }, this);
    this.clusterName = made.name;
    const names = namespace(name, `${args.stack}.ai-ecosystem.internal`, vpcId, this);
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
    const groups: Record<string, aws.ec2.SecurityGroup> = {};
    for (const service of catalogue.services) {
      const talkative = /^(n8n|chatwoot)/.test(service.name);
      groups[service.name] = taskFirewall(
        `${name}-${service.name}`,
        { vpcId, internetPorts: [443, ...(talkative ? mailAndWeb : [])] },
        this,
      );
    }
    groups["jobs"] = taskFirewall(`${name}-jobs`, { vpcId, internetPorts: [443] }, this);
    this.securityGroupIds = Object.fromEntries(Object.entries(groups).map(([k, g]) => [k, g.id]));
    this.ways();

    const jobs = this.runJobs(made);
    this.serviceArns = Object.fromEntries(
      catalogue.services.flatMap((service) => {
        const task = service.fargate;
        if (task === undefined) return [];
        return [[service.name, this.service(service, task, made, names.arn, jobs).id] as const];
      }),
    );
    this.registerOutputs({ clusterName: this.clusterName });
  }

  /** Ways from the load balancer, between the services, and to the stores. */
  private ways(): void {
    const { catalogue, entrance, stores } = this.args;
    const group = (who: string) => this.securityGroupIds[who] ?? "";
    for (const service of catalogue.services) {
      const groupId = group(service.name);
      if (entrance.targetGroups[service.name] !== undefined) {
        entrance.allowTo(service.name, groupId);
        for (const port of entrance.portsOf(service.name)) {
          new aws.vpc.SecurityGroupIngressRule(
            `${this.name}-${service.name}-from-alb-${port}`,
            {
              securityGroupId: groupId,
              referencedSecurityGroupId: entrance.albSecurityGroupId,
              ipProtocol: "tcp",
              fromPort: port,
              toPort: port,
              description: "Load balancer",
            },
            { parent: this },
          );
        }
      }
      for (const called of service.calls ?? []) {
        const port = catalogue.services.find((s) => s.name === called)?.ports[0];
        if (port === undefined) continue;
        const ends = { from: { name: service.name, groupId }, to: { name: called, groupId: group(called) }, port };
        path(this.name, ends, this, "both");
      }
    }
    const consumers = new Map<string, Set<Store>>();
    for (const s of catalogue.services) consumers.set(s.name, new Set(s.uses ?? []));
    consumers.set("jobs", new Set(catalogue.jobs.flatMap((j) => j.uses ?? [])));
    for (const [consumer, used] of consumers) {
      stores.allow(consumer, group(consumer), [...used]);
      for (const store of used) {
        const to = stores.endpoint(store);
        if (to === undefined) continue;
        const ends = {
          from: { name: consumer, groupId: group(consumer) },
          to: { name: store, groupId: to.securityGroupId },
          port: to.port,
        };
        path(this.name, ends, this, "out");
      }
    }
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
      const definition = this.define(job, { cpu: 0.25, memoryMb: 1024 });
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
        { parent: this, dependsOn: (job.after ?? []).flatMap((a) => done.get(a) ?? []) },
      );
      done.set(job.name, run);
    }
    return done;
  }

  private service(
    service: Service,
    task: FargateTask,
    made: aws.ecs.Cluster,
    namespaceArn: pulumi.Input<string>,
    jobs: ReadonlyMap<string, pulumi.Resource>,
  ): aws.ecs.Service {
    const { entrance } = this.args;
    const targets = entrance.targetGroups[service.name];
    const ecs = ecsService(
      `${this.name}-${service.name}`,
      {
        service,
        task,
        clusterArn: made.arn,
        taskDefinitionArn: this.define(service, task).arn,
        subnetIds: this.args.subnetIds,
        securityGroupId: this.securityGroupIds[service.name] ?? "",
        namespaceArn,
        targets,
      },
      {
        parent: this,
        dependsOn: [
          ...(targets === undefined ? [] : entrance.listenerRules),
          ...(service.after ?? []).flatMap((a) => jobs.get(a) ?? []),
        ],
      },
    );
    if (task.maxTasks > task.minTasks) {
      scaling(
        `${this.name}-${service.name}`,
        {
          clusterName: made.name,
          serviceName: ecs.name,
          task,
          requestLabel:
            task.scaling === "requests" && targets !== undefined
              ? pulumi.interpolate`${entrance.albArnSuffix}/${targets.arnSuffix}`
              : undefined,
        },
        this,
      );
    }
    return ecs;
  }

  private define(container: Service | Job, size: Pick<FargateTask, "cpu" | "memoryMb">): aws.ecs.TaskDefinition {
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
    return taskDefinition(
      `${name}-task`,
      { container: resolved, surroundings, roles, cpu: size.cpu, memoryMb: size.memoryMb, shape: container },
      { parent: this },
    );
  }
}
