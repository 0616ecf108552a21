import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Job } from "../../services/model/types";
import { iamPolicy, serviceTrust } from "../iam-policy";
import { usable } from "../usable";
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
  const role = new aws.iam.Role(
    `${name}-clock`,
    {
      description: `Starts the task: ${job.purpose}`,
      assumeRolePolicy: serviceTrust("events.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }),
    },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-clock-policy`,
    {
      role: role.id,
      policy: iamPolicy([
        {
          Sid: "Start",
          Effect: "Allow",
          Action: ["ecs:RunTask"],
          Resource: pulumi.interpolate`${definition.arnWithoutRevision}:*`,
          Condition: { ArnEquals: { "ecs:cluster": clusterArn } },
        },
        {
          Sid: "HandOver",
          Effect: "Allow",
          Action: ["iam:PassRole"],
          Resource: [roles.execution, roles.task],
          Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        },
      ]),
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
      roleArn: usable(role.arn, [policy]),
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
