import type { JobTask } from "../../components/fargate/jobs";
import { asked, awaited, type Aws, type Patience } from "./aws";

export interface TaskWish {
  /** For people. */
  readonly what: string;
  readonly place: JobTask;
  /** Marks the task, so that the same call finds one that still runs, and waits for it. */
  readonly mark: string;
  /** Container -> environment, in place of what the definition says. */
  readonly environment?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Task {
  readonly taskArn: string;
  readonly lastStatus?: string;
  readonly stoppedReason?: string;
  readonly containers?: readonly { readonly name: string; readonly exitCode?: number; readonly reason?: string }[];
}

interface Event {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
  readonly logStreamName: string;
}

const overrides = (environment: NonNullable<TaskWish["environment"]>) =>
  JSON.stringify({
    containerOverrides: Object.entries(environment).map(([name, values]) => ({
      name,
      environment: Object.entries(values).map(([key, value]) => ({ name: key, value })),
    })),
  });

async function started(aws: Aws, { what, place, mark, environment }: TaskWish, { say }: Patience): Promise<string> {
  const { cluster, taskDefinition, subnets, securityGroups } = place;
  const running = await asked<{ taskArns?: readonly string[] }>(
    aws,
    ...["ecs", "list-tasks", "--cluster", cluster, "--started-by", mark],
  );
  const before = running.taskArns?.[0];
  if (before !== undefined) {
    say(`${what}: its task runs already; it is waited for`);
    return before;
  }
  const network = { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: "DISABLED" } };
  const { tasks = [], failures = [] } = await asked<{
    tasks?: readonly Task[];
    failures?: readonly { readonly reason?: string; readonly detail?: string }[];
  }>(
    aws,
    ...["ecs", "run-task", "--cluster", cluster, "--task-definition", taskDefinition, "--launch-type", "FARGATE"],
    ...["--count", "1", "--started-by", mark, "--network-configuration", JSON.stringify(network)],
    ...(environment === undefined ? [] : ["--overrides", overrides(environment)]),
  );
  const arn = tasks[0]?.taskArn;
  if (arn === undefined) {
    const reasons = failures.map(({ reason = "", detail = "" }) => `${reason} ${detail}`.trim());
    throw new Error(`${what}: the task was not started: ${reasons.join("; ") || "ECS gave no reason"}`);
  }
  return arn;
}

/** Tells what the containers of a task say, each line once. */
async function listener(aws: Aws, { place }: TaskWish, arn: string, since: number, say: Patience["say"]) {
  interface Described {
    readonly taskDefinition?: {
      readonly containerDefinitions?: readonly {
        readonly logConfiguration?: { readonly options?: Readonly<Record<string, string>> };
      }[];
    };
  }
  const words = ["ecs", "describe-task-definition", "--task-definition", place.taskDefinition];
  const { taskDefinition } = await asked<Described>(aws, ...words);
  const groups = new Set(
    (taskDefinition?.containerDefinitions ?? []).flatMap((c) => c.logConfiguration?.options?.["awslogs-group"] ?? []),
  );
  const task = arn.split("/").at(-1) ?? "";
  const told = new Set<string>();
  return async () => {
    for (const group of groups) {
      try {
        const { events = [] } = await asked<{ events?: readonly Event[] }>(
          aws,
          ...["logs", "filter-log-events", "--log-group-name", group, "--start-time", String(since)],
        );
        for (const { eventId, message, logStreamName } of events) {
          if (!logStreamName.endsWith(task) || told.has(eventId)) continue;
          told.add(eventId);
          say(`    ${message.trimEnd()}`);
        }
      } catch {
        // what it says is a help, and no condition; whether it ended well says ECS
      }
    }
  };
}

/** Code of the container that failed, 0 when all ended well; undefined when one did not run. */
export function exitOf({ containers = [] }: Pick<Task, "containers">): number | undefined {
  const failed = containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
  if (failed !== undefined) return failed.exitCode;
  return containers.length > 0 && containers.every(({ exitCode }) => exitCode === 0) ? 0 : undefined;
}

/**
 * Runs a task to its end, or waits for the one of that mark; tells what it says.
 * @returns the exit code of what failed, or 0
 * @throws Error when it did not run
 */
export async function taskRun(aws: Aws, wish: TaskWish, patience: Patience): Promise<number> {
  const { say } = patience;
  const { what, place } = wish;
  // of AWS's clock and this machine's
  const since = Date.now() - 60_000;
  const arn = await started(aws, wish, patience);
  say(`${what}: task ${arn.split("/").at(-1) ?? arn}`);
  const listen = await listener(aws, wish, arn, since, say);
  let status = "";
  const ended = await awaited(
    what,
    async () => {
      const { tasks } = await asked<{ tasks?: readonly Task[] }>(
        aws,
        ...["ecs", "describe-tasks", "--cluster", place.cluster, "--tasks", arn],
      );
      await listen();
      const [task] = tasks ?? [];
      if (task?.lastStatus !== undefined && task.lastStatus !== status) {
        status = task.lastStatus;
        say(`${what}: ${status.toLowerCase()}`);
      }
      return task !== undefined && status === "STOPPED" ? task : undefined;
    },
    // a task may take as long as the data does
    { ...patience, patience: patience.patience ?? 24 * 3600 },
  );
  await listen();
  const code = exitOf(ended);
  if (code !== undefined) return code;
  const reasons = [ended.stoppedReason, ...(ended.containers ?? []).map((c) => c.reason)].filter(Boolean);
  throw new Error(`${what}: the task did not run to its end: ${reasons.join("; ") || "ECS gave no reason"}`);
}
