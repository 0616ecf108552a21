import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Container } from "../../services/model/types";
import { renderTask, taskVolumes, type TaskContext } from "../../templates/ecs";
import type { TaskRoles } from "./roles";

export interface TaskArgs {
  readonly container: Container;
  readonly context: pulumi.Input<TaskContext>;
  readonly roles: TaskRoles;
  /** vCPU and MiB, of Fargate's sizes. */
  readonly cpu: number;
  readonly memoryMb: number;
  /** @default Fargate's 20 */
  readonly diskGb?: number | undefined;
}

/** A task definition and the log group of its containers. */
export interface Task {
  readonly definition: aws.ecs.TaskDefinition;
  readonly roles: TaskRoles;
  readonly logGroup: pulumi.Output<string>;
}

/** The task definition of a service or job, ARM64. */
export function taskDefinition(
  name: string,
  args: TaskArgs,
  opts: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  const containerDefinitions = pulumi
    .output(args.context)
    .apply((context) => JSON.stringify(renderTask(args.container, context)));
  return new aws.ecs.TaskDefinition(
    name,
    {
      family: name,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      cpu: String(args.cpu * 1024),
      memory: String(args.memoryMb),
      ...(args.diskGb === undefined ? {} : { ephemeralStorage: { sizeInGib: args.diskGb } }),
      executionRoleArn: args.roles.execution,
      taskRoleArn: args.roles.task,
      containerDefinitions,
      volumes: taskVolumes(args.container).map((volume) => ({ name: volume })),
      // a service can go back by hand to what ran before; a deregistered definition can be given to none
      skipDestroy: true,
    },
    opts,
  );
}
