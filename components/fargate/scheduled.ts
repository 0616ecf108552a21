import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow } from "../iam-policy";
import type { Job } from "../../services/model/types";
import { serviceRole } from "../service-role";
import type { TaskRoles } from "./roles";

export interface NightlyArgs {
  readonly job: Pick<Job, "purpose">;
  /** Of EventBridge, UTC. */
  readonly cron: string;
  readonly account: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  readonly definition: aws.ecs.TaskDefinition;
  /** Of the task: who starts it hands them to it. */
  readonly roles: TaskRoles;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
}

/**
 * Starts a task by the clock.
 * @returns the name of the rule, in CloudWatch the dimension of how often it did
 */
export function startNightly(
  name: string,
  { job, cron, account, clusterArn, definition, roles, ...network }: NightlyArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const role = serviceRole(
    `${name}-clock`,
    {
      description: `Starts the task: ${job.purpose}`,
      service: "events.amazonaws.com",
      condition: { StringEquals: { "aws:SourceAccount": account } },
      statements: [
        allow("Start", ["ecs:RunTask"], pulumi.interpolate`${definition.arnWithoutRevision}:*`, {
          ArnEquals: { "ecs:cluster": clusterArn },
        }),
        allow("HandOver", ["iam:PassRole"], [roles.execution, roles.task], {
          StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        }),
      ],
    },
    opts,
  );
  const rule = new aws.cloudwatch.EventRule(
    `${name}-clock`,
    { description: job.purpose, scheduleExpression: cron },
    opts,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-clock-target`,
    {
      rule: rule.name,
      arn: clusterArn,
      roleArn: role.arn,
      ecsTarget: {
        taskDefinitionArn: definition.arn,
        taskCount: 1,
        launchType: "FARGATE",
        platformVersion: "1.4.0",
        networkConfiguration: {
          subnets: [...network.subnetIds],
          securityGroups: [network.securityGroupId],
          assignPublicIp: false,
        },
      },
      // no capacity, perhaps: an hour later there may be
      retryPolicy: { maximumRetryAttempts: 8, maximumEventAgeInSeconds: 3600 },
    },
    opts,
  );
  return rule.name;
}
