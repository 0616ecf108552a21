import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FargateTask, Service } from "../../services/types";
import type { ServiceTargets } from "../edge/targets";

export interface EcsServiceArgs {
  readonly service: Service;
  readonly task: FargateTask;
  readonly clusterArn: pulumi.Input<string>;
  readonly taskDefinitionArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** ARN of the Service Connect namespace. */
  readonly namespaceArn: pulumi.Input<string>;
  readonly targets: ServiceTargets | undefined;
}

/** Seconds in which a new task may fail the load balancer's checks. */
const healthGrace = (service: Service): number => Math.min(600, service.healthCheck.startPeriod + 60);

/** A service that keeps its tasks running, replaces them without a gap, and goes back when the new ones fail. */
export function ecsService(name: string, args: EcsServiceArgs, opts: pulumi.CustomResourceOptions): aws.ecs.Service {
  const { service, task, targets } = args;
  const scaled = task.maxTasks > task.minTasks;
  const targetPorts = targets === undefined ? [] : [targets, ...targets.others];
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
      deploymentMinimumHealthyPercent: task.single === true ? 0 : 100,
      deploymentMaximumPercent: task.single === true ? 100 : 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: task.single === true ? "DISABLED" : "ENABLED",
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
        services: service.ports.slice(0, 1).map((port) => ({
          portName: `port-${port}`,
          discoveryName: service.name,
          clientAlias: [{ dnsName: service.name, port }],
        })),
      },
      loadBalancers: targetPorts.map((target) => ({
        targetGroupArn: target.arn,
        containerName: service.name,
        containerPort: target.port,
      })),
      ...(targetPorts.length === 0 ? {} : { healthCheckGracePeriodSeconds: healthGrace(service) }),
    },
    {
      ...opts,
      // the number of tasks belongs to the scaling, once there is one
      ignoreChanges: scaled ? ["desiredCount"] : [],
      customTimeouts: { create: "30m", update: "30m", delete: "30m" },
    },
  );
}
