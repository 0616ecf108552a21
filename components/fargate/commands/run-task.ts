import { createHash } from "node:crypto";
import {
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { accountHint, awsClients, describeTask, placeOf, textOf, type Clients } from "../diagnosis";

/** What to run and where. */
export interface TaskRun {
  /** Also the name of the container that does the work. */
  readonly job: string;
  readonly purpose: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** What this one task does in place of the job's own command: no other run is one of it. */
  readonly once?: Once;
}

export interface Once {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Who asks for it, as ECS keeps it (`startedBy`). */
  readonly by: string;
  /** Exit codes that are a result and no failure. @default 0 alone */
  readonly results?: readonly number[];
}

export interface RunOptions {
  readonly say: (line: string) => void;
  /** Seconds between two looks. @default 5 */
  readonly pause?: number;
  /** Seconds until it counts as hung, and is stopped. @default 1500 */
  readonly patience?: number;
  /** Seconds until the second try of a task whose rights had not reached every part of AWS. @default 20 */
  readonly rights?: number;
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
  if (run.once !== undefined) return undefined;
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: run.cluster, startedBy: markOf(run) }));
  return taskArns?.[0];
}

const override = (name: string, { command, environment = {} }: Once) => ({
  name,
  command: [...command],
  environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
});

async function start({ ecs }: Clients, run: TaskRun): Promise<string> {
  const { tasks, failures } = await ecs.send(
    new RunTaskCommand({
      cluster: run.cluster,
      taskDefinition: run.taskDefinition,
      launchType: "FARGATE",
      count: 1,
      startedBy: run.once?.by ?? markOf(run),
      ...(run.once === undefined ? {} : { overrides: { containerOverrides: [override(run.job, run.once)] } }),
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
const succeeded = (task: Task, { job, once }: TaskRun): boolean => {
  const code = task.containers?.find((c) => c.name === job)?.exitCode;
  return code !== undefined && (once?.results ?? [0]).includes(code);
};

/**
 * IAM tells its other parts of a new role or policy within seconds, not at once: ECS cannot assume the role yet, or the role
 * cannot read the secret (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html, "Changes that I make are not
 * always immediately visible").
 */
const rightsAreNew = (reason: string): boolean =>
  /unable to assume the role|GetSecretValue|not authorized to perform/i.test(reason);

/** The first try failed for want of rights, before anything of the job's own ran. */
class RightsError extends Error {}

/** Once more, and not for ever, where the rights may have been too new. */
async function withNewRights<T>(run: TaskRun, options: RunOptions, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof RightsError)) throw error;
    const { say, rights = 20, interrupted } = options;
    say(error.message);
    say(`${run.job}: its rights may be too new for it; once more in ${rights} s`);
    await wait(rights, interrupted);
    if (interrupted?.aborted === true) throw error;
    return attempt();
  }
}

/**
 * Runs a one-off task and waits for its end. A task of the same definition that still runs is waited for instead. One that
 * never ran, for want of rights that may be a few seconds old, is run once more.
 * @returns the task's ARN
 * @throws Error with the reason and the last lines of the log when it did not succeed.
 */
export async function runTask(clients: Clients, run: TaskRun, options: RunOptions): Promise<string> {
  options.say(`${run.job}: ${run.purpose}`);
  const before = await leftOver(clients, run);
  if (before !== undefined) options.say(`${run.job}: an earlier run is still at it`);
  let arn = before;
  return withNewRights(run, options, async () => {
    const task = arn ?? (await started(clients, run));
    arn = undefined;
    await ended(clients, run, task, options);
    return task;
  });
}

/** As `start`; ECS looks at the roles when it is asked already. */
async function started(clients: Clients, run: TaskRun): Promise<string> {
  try {
    return await start(clients, run);
  } catch (error) {
    if (rightsAreNew(textOf(error))) throw new RightsError(`${run.job} was not started: ${textOf(error)}`);
    throw error;
  }
}

/** Waits for a task's end, and tells each step. */
async function ended(clients: Clients, run: TaskRun, arn: string, options: RunOptions): Promise<void> {
  const { say, pause = 5, patience = 1500, interrupted } = options;
  const { ecs } = clients;
  const { cluster, job } = run;
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
      if (succeeded(task, run)) return;
      const [why = "", ...lines] = await describeTask(clients, task, job);
      const message = [`${job} failed: ${why} (task ${arn})`, ...lines].join("\n");
      throw task.startedAt === undefined && rightsAreNew(why) ? new RightsError(message) : new Error(message);
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
