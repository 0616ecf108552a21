import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dumpName } from "../../../services/dump";
import { importName } from "../../../services/import";
import type { Container, Job } from "../../../services/model/types";
import { awsServer, type Answers, type AwsServer } from "../aws/server";
import { fargateCatalogue } from "../recorded/fargate-services";
import { runnable, type TaskStores } from "./task";

interface Task {
  readonly taskArn: string;
  readonly startedBy: string;
  readonly containers: { readonly name: string; readonly exitCode: number }[];
  lastStatus: "RUNNING" | "STOPPED";
}

type Given = Readonly<Record<string, Readonly<Record<string, string>>>>;
interface RunTask {
  readonly taskDefinition: string;
  readonly startedBy: string;
  readonly overrides?: {
    readonly containerOverrides: readonly {
      readonly name: string;
      readonly environment: readonly { readonly name: string; readonly value: string }[];
    }[];
  };
}

const arn = (kind: string, name: string) => `arn:aws:ecs:us-east-1:123456789012:${kind}/prod/${name}`;

/**
 * Production as far as a move calls it, for the real AWS CLI: services that are a number, and tasks that run the true scripts of
 * the archives here. It goes on whoever asks.
 */
export class Cluster {
  static readonly name = "prod";
  readonly services = new Map([
    ["chatwoot-web", { desired: 2, fronted: true }],
    ["n8n", { desired: 1, fronted: true }],
    ["chatwoot-sidekiq", { desired: 1, fronted: false }],
  ]);
  /** Names of the tasks that ended, in order, with the code of each. */
  readonly ran: string[] = [];
  /** What the queues say, one after the other, the last one again and again. */
  backlog = [0];
  suspended = false;
  #tasks: Task[] = [];
  #said: { readonly family: string; readonly task: string; readonly message: string; readonly timestamp: number }[] =
    [];
  #server: AwsServer | undefined;
  #held: { readonly family: string; readonly free: Promise<void> } | undefined;
  readonly #jobs = fargateCatalogue().jobs;

  /** @param setup what a deployment's job does to the stores, by its name */
  constructor(
    readonly folder: string,
    readonly stores: TaskStores,
    readonly setup: Readonly<Record<string, () => void>>,
  ) {}

  async start(): Promise<void> {
    this.#server = await awsServer(this.#answers());
  }
  stop(): void {
    this.#server?.close();
  }

  /** Of everything but S3. */
  get environment(): Readonly<Record<string, string>> {
    const url = this.#server?.url ?? "";
    const services = ["ECS", "APPLICATION_AUTO_SCALING", "CLOUDWATCH_LOGS", "CLOUDWATCH"];
    return Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url]));
  }

  /** Whether visitors are served. */
  get open(): boolean {
    return [...this.services.values()].every(({ desired }) => desired > 0);
  }
  get running(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.services].map(([name, { desired }]) => [name, desired]));
  }

  /** The next task of that name begins its work when the returned function is called. */
  hold(family: string): () => void {
    let free = () => {};
    this.#held = { family, free: new Promise((resolve) => (free = resolve)) };
    return free;
  }

  /** As the nightly schedule does. */
  async dump(): Promise<number> {
    const task = this.#begin(dumpName, "schedule", {});
    await task.ended;
    return Math.max(...task.containers.map(({ exitCode }) => exitCode));
  }
  /** Lines that tasks have said, for a test that fails. */
  get said(): string {
    return this.#said.map(({ family, message }) => `${family}: ${message}`).join("\n");
  }

  #begin(family: string, startedBy: string, given: Given): Task & { readonly ended: Promise<void> } {
    const task: Task = {
      ...{ taskArn: arn("task", String(this.#tasks.length + 1).padStart(32, "0")), startedBy },
      ...{ containers: [], lastStatus: "RUNNING" },
    };
    this.#tasks.push(task);
    const held = this.#held?.family === family ? this.#held.free : undefined;
    if (held !== undefined) this.#held = undefined;
    const ended = (async () => {
      await held;
      await this.#work(family, task, given);
      task.lastStatus = "STOPPED";
      this.ran.push(`${family} ${Math.max(...task.containers.map(({ exitCode }) => exitCode))}`);
    })();
    return Object.assign(task, { ended });
  }

  async #work(family: string, task: Task, given: Given): Promise<void> {
    const job = this.#jobs.find(({ name }) => name === family);
    if (job === undefined || (family !== importName && family !== dumpName)) {
      this.setup[family]?.();
      task.containers.push({ name: family, exitCode: 0 });
      return;
    }
    // each has a disk of its own
    const disk = join(this.folder, family);
    rmSync(disk, { recursive: true, force: true });
    mkdirSync(disk);
    for (const container of [...(job.first ?? []), job satisfies Job] as readonly Container[]) {
      const exitCode = await this.#container(container, family, task, disk, given[container.name] ?? {});
      task.containers.push({ name: container.name, exitCode });
      if (exitCode !== 0) return;
    }
  }

  #container(
    container: Container,
    family: "dump" | "import",
    task: Task,
    disk: string,
    given: Readonly<Record<string, string>>,
  ): Promise<number> {
    const { words, env } = runnable(container, family, this.stores, disk, given);
    const child = spawn("bash", words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (text += data.toString()));
    return new Promise((resolve) => {
      child.on("close", (code) => {
        const said = { family, task: task.taskArn.split("/").at(-1) ?? "", timestamp: Date.now() };
        for (const message of text.split("\n").filter((line) => line !== "")) this.#said.push({ ...said, message });
        resolve(code ?? 137);
      });
    });
  }

  #answers(): Answers {
    const named = (name: unknown) => this.services.get(String(name).split("/").at(-1) ?? "");
    return {
      ListServices: () => ({ serviceArns: [...this.services.keys()].map((name) => arn("service", name)) }),
      DescribeServices: () => ({
        services: [...this.services].map(([serviceName, { desired, fronted }]) => ({
          ...{ serviceName, status: "ACTIVE", desiredCount: desired, runningCount: desired },
          loadBalancers: fronted ? [{ containerName: serviceName, containerPort: 80 }] : [],
        })),
      }),
      UpdateService: ({ service, desiredCount }) => {
        const found = named(service);
        if (found === undefined) return { __type: "ServiceNotFoundException", message: String(service) };
        found.desired = Number(desiredCount);
        return { service: {} };
      },
      DescribeScalableTargets: () => ({
        ScalableTargets: [{ ResourceId: `service/${Cluster.name}/chatwoot-web`, MinCapacity: 2, MaxCapacity: 4 }],
      }),
      RegisterScalableTarget: ({ SuspendedState }) => {
        this.suspended =
          (SuspendedState as { DynamicScalingOutSuspended?: boolean }).DynamicScalingOutSuspended === true;
        return {};
      },
      RunTask: (body) => {
        const { taskDefinition, startedBy, overrides } = body as unknown as RunTask;
        const given = (overrides?.containerOverrides ?? []).map(
          ({ name, environment }) => [name, Object.fromEntries(environment.map((e) => [e.name, e.value]))] as const,
        );
        const { taskArn } = this.#begin(taskDefinition, startedBy, Object.fromEntries(given));
        return { tasks: [{ taskArn }], failures: [] };
      },
      ListTasks: ({ startedBy }) => ({
        taskArns: this.#tasks
          .filter((task) => task.startedBy === startedBy && task.lastStatus === "RUNNING")
          .map(({ taskArn }) => taskArn),
      }),
      DescribeTasks: ({ tasks }) => ({
        tasks: this.#tasks
          .filter(({ taskArn }) => (tasks as readonly string[]).includes(taskArn))
          .map(({ taskArn, startedBy, lastStatus, containers }) => ({ taskArn, startedBy, lastStatus, containers })),
      }),
      DescribeTaskDefinition: ({ taskDefinition }) => ({
        taskDefinition: {
          containerDefinitions: [
            {
              name: taskDefinition,
              logConfiguration: {
                logDriver: "awslogs",
                options: { "awslogs-group": `/prod/${String(taskDefinition)}` },
              },
            },
          ],
        },
      }),
      FilterLogEvents: ({ logGroupName }) => ({
        events: this.#said
          .map(({ family, task, message, timestamp }, i) => ({
            ...{ eventId: String(i), timestamp, message, logStreamName: `${family}/x/${task}`, family },
          }))
          .filter(({ family }) => logGroupName === `/prod/${family}`),
      }),
      GetMetricStatistics: () => {
        const [now = 0] = this.backlog.length > 1 ? this.backlog.splice(0, 1) : this.backlog;
        return { Label: "queue", Datapoints: [{ Timestamp: Date.now() / 1000, Maximum: now, Unit: "Count" }] };
      },
    };
  }
}
