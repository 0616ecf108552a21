import { setTimeout as sleep } from "node:timers/promises";
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { textOf, type Clients } from "../../components/fargate/diagnosis";
import { runTask, type Once, type RunOptions } from "../../components/fargate/commands/run-task";
import type { CommandTask } from "../../stacks/outputs/user-commands";

/** What to run of a job's task, and the line that ends what it says. */
export interface Said {
  readonly purpose: string;
  readonly once: Omit<Once, "command">;
  readonly last: RegExp;
}

/** What a task has logged, once its last line is there: that may be some seconds after the task's end. */
async function logged({ ecs, logs }: Clients, task: CommandTask, arn: string, last: RegExp, pause: number) {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinition }));
  const container = taskDefinition?.containerDefinitions?.find((c) => c.name === task.job);
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = container?.logConfiguration?.options ?? {};
  const stream = `${prefix ?? ""}/${task.job}/${arn.split("/").at(-1) ?? ""}`;
  let unread = "and said nothing";
  for (let tries = 0; tries < 24; tries++) {
    try {
      const { events = [] } = await logs.send(
        new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: 1000, startFromHead: false }),
      );
      const lines = events.map((e) => (e.message ?? "").trimEnd());
      if (lines.some((line) => last.test(line))) return lines;
    } catch (error) {
      // the stream is made with its first line
      if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
      unread = `and its log is not there (${textOf(error)})`;
    }
    await sleep(pause * 1000);
  }
  throw new Error(`${task.job} ended well ${unread} in ${group ?? "its log"}, ${stream}`);
}

/** Runs the task of a job with another command; the lines of its log. */
export async function linesOf(clients: Clients, task: CommandTask, said: Said, options: RunOptions): Promise<string[]> {
  const { job, cluster, taskDefinition, subnets, securityGroups, command } = task;
  const { purpose, once, last } = said;
  const run = { job, purpose, cluster, taskDefinition, subnets, securityGroups, once: { ...once, command } };
  const arn = await runTask(clients, run, options);
  return logged(clients, task, arn, last, options.pause ?? 5);
}
