import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { runTask, type TaskRun } from "../../../../components/fargate/commands/run-task";
import { awsServer, taskLogs as logs, type Answers, type AwsServer } from "../../../support/aws/server";
import { root } from "../../../support/root";

const cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/c";
const definition = "arn:aws:ecs:us-east-1:123456789012:task-definition/chatwoot-prepare:7";
const arn = "arn:aws:ecs:us-east-1:123456789012:task/c/0123456789abcdef";
const run: TaskRun = {
  job: "chatwoot-prepare",
  purpose: "schema and migrations",
  cluster,
  taskDefinition: definition,
  subnets: ["subnet-a", "subnet-b"],
  securityGroups: ["sg-1"],
};

/** A task that goes through these states, one at each look. */
function task(states: readonly string[], end: object): () => object {
  let look = 0;
  return () => {
    const lastStatus = states[Math.min(look++, states.length - 1)];
    const common = { taskArn: arn, taskDefinitionArn: definition, lastStatus };
    return { tasks: [lastStatus === "STOPPED" ? { ...common, ...end } : { ...common, containers: [] }] };
  };
}

const good = { containers: [{ name: "chatwoot-prepare", exitCode: 0 }] };
const bad = {
  stoppedReason: "Essential container in task exited",
  containers: [
    { name: "chatwoot-prepare", exitCode: 1 },
    { name: "files", exitCode: 0 },
  ],
};

describe("run-task", () => {
  let server: AwsServer | undefined;
  const said: string[] = [];
  const serve = async (answers: Answers) =>
    (server = await awsServer({ ListTasks: () => ({ taskArns: [] }), ...answers }));
  const calls = (operation: string) => server?.calls.filter((c) => c.operation === operation).map((c) => c.body) ?? [];
  const options = { say: (line: string) => said.push(line), pause: 0.01 };
  const failure = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "it succeeded",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  beforeEach(() => {
    said.length = 0;
  });
  afterEach(() => {
    server?.close();
    server = undefined;
  });

  it("runs a task in private subnets and waits for its end, telling each step", async () => {
    const { clients } = await serve({
      RunTask: () => ({ tasks: [{ taskArn: arn }] }),
      DescribeTasks: task(["PROVISIONING", "PENDING", "RUNNING", "RUNNING", "STOPPED"], good),
    });
    await runTask(clients, run, options);
    expect(calls("RunTask")[0]).to.deep.include({
      cluster,
      taskDefinition: definition,
      launchType: "FARGATE",
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["subnet-a", "subnet-b"],
          securityGroups: ["sg-1"],
          assignPublicIp: "DISABLED",
        },
      },
    });
    expect(said.map((l) => l.replace(/ after.*/, ""))).to.deep.equal([
      "chatwoot-prepare: schema and migrations",
      "chatwoot-prepare: provisioning",
      "chatwoot-prepare: pending",
      "chatwoot-prepare: running",
      "chatwoot-prepare: stopped",
    ]);
  });

  it("waits for the task of a run that was cut off, and starts no second one", async () => {
    const { clients } = await serve({ ListTasks: () => ({ taskArns: [arn] }), DescribeTasks: task(["STOPPED"], good) });
    await runTask(clients, run, options);
    expect(calls("RunTask")).to.have.length(0);
    expect(said).to.include("chatwoot-prepare: an earlier run is still at it");
    expect(calls("ListTasks")[0]?.["startedBy"]).to.match(/^pulumi-[0-9a-f]{24}$/);
  });

  it("says why a task failed and how its log ends, without secrets", async () => {
    const { clients } = await serve({
      ...logs,
      RunTask: () => ({ tasks: [{ taskArn: arn }] }),
      DescribeTasks: task(["RUNNING", "STOPPED"], bad),
    });
    const message = await failure(runTask(clients, run, options));
    expect(message).to.contain(
      "chatwoot-prepare failed: Essential container in task exited; chatwoot-prepare: exit code 1",
    );
    expect(message).to.contain("  | PG::UndefinedTable: relation does not exist");
    expect(message).to.contain("postgres://chatwoot:********@db:5432/x").and.not.to.contain("pa55w0rd");
    expect(calls("GetLogEvents")[0]).to.deep.include({
      logGroupName: "/ai-ecosystem/prod/x",
      logStreamName: "chatwoot-prepare/chatwoot-prepare/0123456789abcdef",
    });
  });

  it("shows the log of the container that failed before the job's own began", async () => {
    const { clients } = await serve({
      ...logs,
      RunTask: () => ({ tasks: [{ taskArn: arn }] }),
      DescribeTasks: task(["STOPPED"], {
        stoppedReason: "Task failed to start",
        containers: [{ name: "chatwoot-prepare" }, { name: "files", exitCode: 1 }],
      }),
    });
    expect(await failure(runTask(clients, run, options))).to.contain("files: exit code 1");
    expect(calls("GetLogEvents")[0]?.["logStreamName"]).to.equal("files/files/0123456789abcdef");
  });

  it("keeps the reason when there is no log, as for a missing secret", async () => {
    const { clients } = await serve({
      ...logs,
      RunTask: () => ({ tasks: [{ taskArn: arn }] }),
      DescribeTasks: task(["STOPPED"], {
        stoppedReason: "ResourceInitializationError: unable to pull secrets",
        containers: [],
      }),
      GetLogEvents: () => ({
        __type: "ResourceNotFoundException",
        message: "The specified log stream does not exist.",
      }),
    });
    const message = await failure(runTask(clients, run, options));
    expect(message).to.contain("ResourceInitializationError: unable to pull secrets");
    expect(message).to.contain("its log cannot be read: The specified log stream does not exist.");
  });

  /** Tasks that end before they run, for the given reasons, and then one that does its work. */
  const failing = (...reasons: readonly string[]): Answers => {
    let tries = 0;
    return {
      ...logs,
      RunTask: () => ({ tasks: [{ taskArn: `${arn}${tries++}` }] }),
      DescribeTasks: () => {
        const stoppedReason = reasons[tries - 1];
        const end = stoppedReason === undefined ? good : { stoppedReason, containers: [{ name: "chatwoot-prepare" }] };
        return { tasks: [{ taskArn: arn, taskDefinitionArn: definition, lastStatus: "STOPPED", ...end }] };
      },
    };
  };
  const tooNew = [
    "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/prepare-start' that was provided for this task.",
    "ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/prepare-start is not authorized to perform: secretsmanager:GetSecretValue on resource: x",
  ];

  for (const reason of tooNew) {
    it(`runs a task once more that never ran as its rights were too new: ${reason.slice(0, 50)}… (AWS-21)`, async () => {
      const { clients } = await serve(failing(reason));
      await runTask(clients, run, { ...options, rights: 0.01 });
      expect(calls("RunTask")).to.have.length(2);
      expect(said.join("\n")).to.contain(reason.slice(0, 50)).and.contain("once more in 0.01 s");
    });
  }

  it("runs it once more where ECS refuses the role at once", async () => {
    let tries = 0;
    const { clients } = await serve({
      RunTask: () =>
        tries++ === 0
          ? { __type: "ClientException", message: "ECS was unable to assume the role 'arn:…' that was provided." }
          : { tasks: [{ taskArn: arn }] },
      DescribeTasks: task(["STOPPED"], good),
    });
    await runTask(clients, run, { ...options, rights: 0.01 });
    expect(calls("RunTask")).to.have.length(2);
  });

  it("gives up at the second time, and at once where the rights are not the reason or the task ran", async () => {
    const [reason = ""] = tooNew;
    const twice = await serve(failing(reason, reason));
    expect(await failure(runTask(twice.clients, run, { ...options, rights: 0.01 }))).to.contain(reason);
    expect(calls("RunTask")).to.have.length(2);
    server?.close();
    const other = await serve(failing("CannotPullContainerError: not found"));
    expect(await failure(runTask(other.clients, run, { ...options, rights: 0.01 }))).to.contain("CannotPull");
    expect(calls("RunTask")).to.have.length(1);
    server?.close();
    const ran = await serve({
      ...logs,
      RunTask: () => ({ tasks: [{ taskArn: arn }] }),
      DescribeTasks: task(["STOPPED"], { ...bad, startedAt: 1_700_000_000, stoppedReason: reason }),
    });
    expect(await failure(runTask(ran.clients, run, { ...options, rights: 0.01 }))).to.contain(reason);
    expect(calls("RunTask")).to.have.length(1);
  });

  it("says why a task was not started", async () => {
    const { clients } = await serve({
      RunTask: () => ({ tasks: [], failures: [{ reason: "RESOURCE:ENI", detail: "no addresses" }] }),
    });
    expect(await failure(runTask(clients, run, options))).to.equal(
      "chatwoot-prepare was not started: RESOURCE:ENI: no addresses",
    );
  });

  it("takes an exit code that is a result, where a task is run once for it, and no other", async () => {
    const ended = (exitCode: number) =>
      serve({
        RunTask: () => ({ tasks: [{ taskArn: arn }] }),
        DescribeTasks: task(["STOPPED"], { startedAt: 1, containers: [{ name: "chatwoot-prepare", exitCode }] }),
      });
    const asking = { ...run, once: { command: ["ask"], by: "make-x", results: [0, 3] } };
    expect(await runTask((await ended(3)).clients, asking, options)).to.equal(arn);
    expect(calls("RunTask")[0]).to.deep.include({ startedBy: "make-x" });
    server?.close();
    expect(await failure(runTask((await ended(1)).clients, asking, options))).to.contain("exit code 1");
    server?.close();
    const plain = { ...run, once: { command: ["ask"], by: "make-x" } };
    expect(await failure(runTask((await ended(3)).clients, plain, options))).to.contain("exit code 3");
  });

  it("stops the task when it is interrupted, or takes too long", async () => {
    const interrupt = new AbortController();
    const { clients } = await serve({
      RunTask: () => ({ tasks: [{ taskArn: arn }] }),
      DescribeTasks: () => {
        interrupt.abort();
        return task(["RUNNING"], {})();
      },
      StopTask: () => ({}),
    });
    const slow = runTask(clients, run, { ...options, pause: 60, interrupted: interrupt.signal });
    expect(await failure(slow)).to.contain("was stopped, as pulumi was interrupted");
    expect(calls("StopTask")[0]).to.include({ task: arn, reason: "pulumi was interrupted" });
    expect(await failure(runTask(clients, run, { ...options, patience: 0.03 }))).to.contain("had not ended after");
    expect(calls("StopTask")).to.have.length(2);
  });

  it("is a program that finds everything in its environment, and stops its task on Ctrl-C", async function () {
    const { url } = await serve({
      RunTask: () => ({ tasks: [{ taskArn: arn }] }),
      DescribeTasks: task(["RUNNING"], {}),
      StopTask: () => ({}),
    });
    const child = spawn("node", ["--require", "tsx/cjs", "components/fargate/commands/run-task.ts"], {
      cwd: root,
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        AWS_ENDPOINT_URL: url,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        JOB: run.job,
        PURPOSE: run.purpose,
        CLUSTER: cluster,
        TASK_DEFINITION: definition,
        SUBNETS: "subnet-a,subnet-b",
        SECURITY_GROUPS: "sg-1",
      },
    });
    let output = "";
    let pressed = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        // once: a second one may meet a process that is on its way out, and has no handler any more
        if (pressed || !output.includes(": running")) return;
        pressed = child.kill("SIGINT");
      });
    }
    const [code] = (await once(child, "close")) as [number | null];
    expect(output).to.contain("chatwoot-prepare was stopped, as pulumi was interrupted");
    expect(code).to.equal(1);
    expect(calls("StopTask")).to.have.length(1);
  });
});
