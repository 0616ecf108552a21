import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FargateTask, Service } from "../../services/model/types";
import type { ServiceTargets } from "../edge/targets";
import { sayReasons } from "./reasons";

export interface EcsServiceArgs {
  readonly service: Service;
  readonly task: FargateTask;
  readonly clusterArn: pulumi.Input<string>;
  readonly taskDefinitionArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** ARN of the Service Connect namespace. */
  readonly namespaceArn: pulumi.Input<string>;
  readonly region: pulumi.Input<string>;
  readonly logGroup: pulumi.Input<string>;
  readonly targets: ServiceTargets | undefined;
  /** Alarms that end a deployment and bring the tasks before back. */
  readonly alarmNames: readonly pulumi.Input<string>[];
  /** Role with which ECS moves the traffic; with it and a second target group deployments are blue/green. */
  readonly blueGreenRoleArn: pulumi.Input<string> | undefined;
}

/** Seconds in which a new task may fail the load balancer's checks. */
const healthGrace = (service: Service): number => Math.min(600, service.healthCheck.startPeriod + 60);

/** Minutes in which both sets of tasks run after the traffic has moved, so that going back is at once. */
const bakeMinutes = 5;

function loadBalancers({ service, targets, blueGreenRoleArn }: EcsServiceArgs) {
  const all = targets === undefined ? [] : [targets, ...targets.others];
  return all.map((target) => ({
    targetGroupArn: target.arn,
    containerName: service.name,
    containerPort: target.port,
    ...(target !== targets || targets.blueGreen === undefined || blueGreenRoleArn === undefined
      ? {}
      : {
          advancedConfiguration: {
            alternateTargetGroupArn: targets.blueGreen.alternate.arn,
            productionListenerRule: targets.blueGreen.ruleArn,
            roleArn: blueGreenRoleArn,
          },
        }),
  }));
}

/** A service that keeps its tasks running, replaces them without a gap, and goes back when the new ones fail. */
export function ecsService(name: string, args: EcsServiceArgs, opts: pulumi.CustomResourceOptions): aws.ecs.Service {
  const { service, task, targets } = args;
  const scaled = task.maxTasks > task.minTasks;
  const single = task.single === true;
  const blueGreen = targets?.blueGreen !== undefined && args.blueGreenRoleArn !== undefined;
  return new aws.ecs.Service(
    name,
    {
      name: service.name,
      cluster: args.clusterArn,
      taskDefinition: args.taskDefinitionArn,
      desiredCount: task.minTasks,
      // not `launchType`: with it Spot is impossible, and a mixture forces a deployment at each update
      capacityProviderStrategies: [{ capacityProvider: task.spot === true ? "FARGATE_SPOT" : "FARGATE", weight: 1 }],
      platformVersion: "1.4.0",
      // never two of a kind that may be there once only
      deploymentMinimumHealthyPercent: single ? 0 : 100,
      deploymentMaximumPercent: single ? 100 : 200,
      // for both strategies: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-failure-detection.html
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...(blueGreen
        ? { deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: String(bakeMinutes) } }
        : {}),
      ...(args.alarmNames.length === 0
        ? {}
        : { alarms: { enable: true, rollback: true, alarmNames: [...args.alarmNames] } }),
      // new tasks go where the fewest are; a single one has no balance to keep, and AWS refuses it with a maximum of 100 %
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
      availabilityZoneRebalancing: single ? "DISABLED" : "ENABLED",
      // nobody opens a shell in a task
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      waitForSteadyState: true,
      networkConfiguration: {
        subnets: [...args.subnetIds],
        securityGroups: [args.securityGroupId],
        assignPublicIp: false,
      },
      serviceConnectConfiguration: {
        enabled: true,
        namespace: args.namespaceArn,
        services: [service.internalPort ?? service.ports[0]].flatMap((port) =>
          port === undefined
            ? []
            : [
                {
                  portName: `port-${port}`,
                  discoveryName: service.name,
                  clientAlias: [{ dnsName: service.name, port }],
                },
              ],
        ),
        // what the proxy beside the task has to say; without it nobody hears
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": args.logGroup,
            "awslogs-region": args.region,
            "awslogs-stream-prefix": "service-connect",
            // as for the containers: AWS's default of it has changed once (June 2025)
            mode: "non-blocking",
            "max-buffer-size": "16m",
          },
        },
      },
      loadBalancers: loadBalancers(args),
      ...(targets === undefined ? {} : { healthCheckGracePeriodSeconds: healthGrace(service) }),
    },
    {
      ...opts,
      // the number of tasks belongs to the scaling, once there is one
      ignoreChanges: scaled ? ["desiredCount"] : [],
      // two of one name cannot be in a cluster
      deleteBeforeReplace: true,
      customTimeouts: { create: "30m", update: "30m", delete: "30m" },
      ...sayReasons(`${name}-reasons`),
    },
  );
}
