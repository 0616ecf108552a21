import { createHash } from "node:crypto";
import {
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { accountHint, awsClients, describeTask, placeOf, textOf, type Clients } from "../components/fargate/diagnosis";

/** What to run and where. */
export interface TaskRun {
  /** Also the name of the container that does the work. */
  readonly job: string;
  readonly purpose: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

export interface RunOptions {
  readonly say: (line: string) => void;
  /** Seconds between two looks. @default 5 */
  readonly pause?: number;
  /** Seconds until it counts as hung, and is stopped. @default 1500 */
  readonly patience?: number;
  /** @default never */
  readonly interrupted?: AbortSignal;
}

const wait = (seconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    signal?.addEventListener("abort", done);
    if (signal?.aborted === true) done();
  });

/** Marks the tasks of one definition, so that a run which was cut off is found again. ECS takes 128 characters. */
const markOf = (run: TaskRun): string =>
  `pulumi-${createHash("sha256").update(`${run.job} ${run.taskDefinition}`).digest("hex").slice(0, 24)}`;

/** A task that an interrupted run has left: the job must not run twice at a time. */
async function leftOver({ ecs }: Clients, run: TaskRun): Promise<string | undefined> {
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: run.cluster, startedBy: markOf(run) }));
  return taskArns?.[0];
}

async function start({ ecs }: Clients, run: TaskRun): Promise<string> {
  const { tasks, failures } = await ecs.send(
    new RunTaskCommand({
      cluster: run.cluster,
      taskDefinition: run.taskDefinition,
      launchType: "FARGATE",
      count: 1,
      startedBy: markOf(run),
      propagateTags: "TASK_DEFINITION",
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...run.subnets],
          securityGroups: [...run.securityGroups],
          assignPublicIp: "DISABLED",
        },
      },
    }),
  );
  const arn = tasks?.[0]?.taskArn;
  if (arn !== undefined) return arn;
  const reasons = (failures ?? []).map((f) => [f.reason, f.detail].filter((t) => t !== undefined).join(": "));
  throw new Error(`${run.job} was not started: ${reasons.join("; ") || "ECS gave no reason"}`);
}

/** Whether the container that does the work ended well. */
const succeeded = (task: Task, job: string): boolean => task.containers?.find((c) => c.name === job)?.exitCode === 0;

/**
 * Runs a one-off task and waits for its end. A task of the same definition that still runs is waited for instead.
 * @throws Error with the reason and the last lines of the log when it did not succeed.
 */
export async function runTask(clients: Clients, run: TaskRun, options: RunOptions): Promise<void> {
  const { say, pause = 5, patience = 1500, interrupted } = options;
  const { ecs } = clients;
  const { cluster, job } = run;
  say(`${job}: ${run.purpose}`);
  const before = await leftOver(clients, run);
  if (before !== undefined) say(`${job}: an earlier run is still at it`);
  const arn = before ?? (await start(clients, run));
  const stop = async (reason: string, message: string) => {
    await ecs.send(new StopTaskCommand({ cluster, task: arn, reason }));
    throw new Error(`${job} ${message} (task ${arn})`);
  };

  const began = Date.now();
  let status = "";
  for (;;) {
    if (interrupted?.aborted === true) await stop("pulumi was interrupted", "was stopped, as pulumi was interrupted");
    if (Date.now() - began > patience * 1000) {
      await stop("it took too long", `was stopped, as it had not ended after ${patience / 60} minutes`);
    }
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
    const task = tasks?.[0];
    if (task?.lastStatus !== undefined && task.lastStatus !== status) {
      status = task.lastStatus;
      say(`${job}: ${status.toLowerCase()} after ${Math.round((Date.now() - began) / 1000)} s`);
    }
    if (task !== undefined && status === "STOPPED") {
      if (succeeded(task, job)) return;
      const [why = "", ...lines] = await describeTask(clients, task, job);
      throw new Error([`${job} failed: ${why} (task ${arn})`, ...lines].join("\n"));
    }
    await wait(pause, interrupted);
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

async function main() {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      interrupt.abort();
    });
  }
  const run: TaskRun = {
    job: required("JOB"),
    purpose: required("PURPOSE"),
    cluster: required("CLUSTER"),
    taskDefinition: required("TASK_DEFINITION"),
    subnets: required("SUBNETS").split(","),
    securityGroups: required("SECURITY_GROUPS").split(","),
  };
  console.log(`${run.job}: ${placeOf(run.cluster)}`);
  await runTask(awsClients(), run, {
    say: (line) => {
      console.log(line);
    },
    interrupted: interrupt.signal,
  });
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(textOf(error) + accountHint(error, process.env["CLUSTER"] ?? ""));
    process.exitCode = 1;
  });
}
