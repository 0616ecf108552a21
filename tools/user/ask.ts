import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Clients } from "../../components/fargate/diagnosis";
import type { UserTask } from "../../stacks/outputs/user-commands";
import { runTask, type RunOptions } from "../../components/fargate/commands/run-task";

/** What an application answers: services/model/user-command.ts says it in full. */
export interface Answer {
  readonly result?: "added" | "exists" | "reset" | "absent" | "removed" | "refused";
  readonly role?: string;
  readonly reason?: string;
  readonly mailed?: boolean;
  readonly users?: readonly { readonly email: string; readonly name: string; readonly role: string }[];
}

/** The line `users: {...}` of a task's log, which may arrive some seconds after the task's end. */
async function answerOf({ ecs, logs }: Clients, task: UserTask, arn: string, pause: number): Promise<Answer> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinition }));
  const container = taskDefinition?.containerDefinitions?.find((c) => c.name === task.job);
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = container?.logConfiguration?.options ?? {};
  const stream = `${prefix ?? ""}/${task.job}/${arn.split("/").at(-1) ?? ""}`;
  for (let tries = 0; tries < 24; tries++) {
    const { events } = await logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: 100, startFromHead: false }),
    );
    const line = events?.flatMap((e) => /^users: (\{.*\})\s*$/.exec(e.message ?? "")?.[1] ?? []).at(-1);
    if (line !== undefined) return JSON.parse(line) as Answer;
    await sleep(pause * 1000);
  }
  throw new Error(`${task.job} ended well and said nothing in ${group ?? "its log"}, ${stream}`);
}

/**
 * One request to one application, in a task of its own. What is in the request can be read in AWS by whoever may look at tasks
 * or CloudTrail, so no password is.
 */
export async function ask(clients: Clients, task: UserTask, request: object, options: RunOptions): Promise<Answer> {
  const { job, cluster, taskDefinition, subnets, securityGroups, command } = task;
  const arn = await runTask(
    clients,
    {
      job,
      purpose: "people",
      cluster,
      taskDefinition,
      subnets,
      securityGroups,
      once: { command, environment: { USER_REQUEST: JSON.stringify(request) } },
    },
    options,
  );
  return answerOf(clients, task, arn, options.pause ?? 5);
}
