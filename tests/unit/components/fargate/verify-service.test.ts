import { expect } from "chai";
import { withoutSecrets } from "../../../../components/fargate/diagnosis";
import { reasonsOf } from "../../../../components/fargate/reasons";
import { verifyService } from "../../../../components/fargate/commands/verify-service";
import { awsServer, taskLogs as logs, type Answers } from "../../../support/aws/server";

const cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/c";
const arn = "arn:aws:ecs:us-east-1:123456789012:task/c/0123456789abcdef";

describe("verify-service", () => {
  const web = { cluster, service: "web" };
  const wanted = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:8";
  const older = wanted.replace(":8", ":7");
  const described = (taskDefinition: string, deployments: readonly object[]) => ({
    services: [
      {
        status: "ACTIVE",
        taskDefinition,
        runningCount: 2,
        desiredCount: 2,
        deployments,
        events: [{ message: "(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start." }],
      },
    ],
  });
  const options = { say: () => undefined, pause: 0.01 };
  const failing: Answers = {
    ...logs,
    ListTasks: () => ({ taskArns: [arn] }),
    DescribeTasks: () => ({
      tasks: [
        {
          taskArn: arn,
          taskDefinitionArn: wanted,
          stoppedAt: 1764000000,
          stoppedReason: "Task failed container health checks",
          containers: [{ name: "web", exitCode: 137, reason: "OutOfMemoryError: container killed" }],
        },
      ],
    }),
  };

  it("is content with a service that runs what it was given, once it does", async () => {
    const states = ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"];
    const server = await awsServer({
      DescribeServices: () =>
        described(wanted, [{ status: "PRIMARY", taskDefinition: wanted, rolloutState: states.shift() ?? "COMPLETED" }]),
    });
    await verifyService(server.clients, web, wanted, options);
    expect(server.calls).to.have.length(3);
    server.close();
  });

  it("fails, with the reasons, when the service went back to the tasks before", async () => {
    const server = await awsServer({
      ...failing,
      DescribeServices: () =>
        described(older, [
          { status: "PRIMARY", taskDefinition: older, rolloutState: "COMPLETED" },
          { status: "INACTIVE", taskDefinition: wanted, rolloutState: "FAILED", rolloutStateReason: "circuit breaker" },
        ]),
    });
    const message = await verifyService(server.clients, web, wanted, options).then(
      () => "",
      (error: unknown) => (error as Error).message,
    );
    expect(message).to.contain("web: rolled back: it runs web:7, not web:8");
    expect(message).to.contain("circuit breaker").and.to.contain("tasks failed to start");
    expect(message).to.contain("Task failed container health checks; web: exit code 137, OutOfMemoryError");
    expect(message).to.contain("  | PG::UndefinedTable").and.to.contain("pulumi up --refresh");
    server.close();
  });

  it("tells the reasons to whoever waited in vain, and never fails itself", async () => {
    const server = await awsServer({
      ...failing,
      DescribeServices: () =>
        described(wanted, [{ status: "PRIMARY", taskDefinition: wanted, rolloutState: "IN_PROGRESS" }]),
    });
    const said = await reasonsOf({ cluster, name: "web", taskDefinition: wanted }, () => server.clients);
    expect(said)
      .to.match(/^web did not become steady:\n/)
      .and.to.contain("OutOfMemoryError");
    server.close();
    const down = await reasonsOf({ cluster, name: "web", taskDefinition: wanted }, () => server.clients);
    expect(down).to.contain("why cannot be told");
    expect(await reasonsOf({ name: "web" }, () => server.clients)).to.equal(undefined);
  });
});

describe("log lines", () => {
  it("lose what looks like a secret", () => {
    expect(withoutSecrets("rediss://default:abc123@redis:6379/2")).to.equal("rediss://default:********@redis:6379/2");
    expect(withoutSecrets("redis://:abc@h and POSTGRES_PASSWORD=abc, x")).to.equal(
      "redis://:********@h and POSTGRES_PASSWORD=********, x",
    );
    expect(withoutSecrets('{"api_key": "sk-1", "level":"error"}')).to.equal('{"api_key": "********", "level":"error"}');
    expect(withoutSecrets("listening on http://0.0.0.0:3000")).to.equal("listening on http://0.0.0.0:3000");
    expect(withoutSecrets("GET /a:b mail to a@b.c")).to.equal("GET /a:b mail to a@b.c");
  });
});
