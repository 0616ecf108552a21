import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare } from "bcryptjs";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { UserTasks } from "../../../stacks/outputs/user-commands";
import { fulfil } from "../../../tools/user/change";
import { UsageError } from "../../../tools/cli-error";
import { newPassword, wishOf } from "../../../tools/user/request";
import { awsServer, type AwsServer } from "../../support/aws/server";
import { recordProd } from "../../support/recorded/prod";
import { root } from "../../support/root";

const arn = (job: string) => `arn:aws:ecs:eu-central-1:123456789012:task/c/${job}`;
const definition = (job: string) => `arn:aws:ecs:eu-central-1:123456789012:task-definition/${job}:7`;
const jobs = { chatwoot: "chatwoot-admin", librechat: "librechat-admin", n8n: "n8n-import" };
const stack: UserTasks = {
  mail: false,
  administrator: "Boss@example.com",
  region: "eu-central-1",
  applications: Object.entries(jobs).map(([application, job]) => ({
    application,
    job,
    url: `https://${application}.example.com`,
    command: [`/release/${application}`],
    cluster: "c",
    taskDefinition: definition(job),
    subnets: ["subnet-a"],
    securityGroups: ["sg-1"],
  })),
};
const words = (text: string) => text.split(" ").filter(Boolean);

describe("make user", () => {
  let server: AwsServer | undefined;
  const printed: string[] = [];
  const said: string[] = [];
  afterEach(() => {
    server?.close();
    printed.length = said.length = 0;
  });

  /** ECS whose tasks end well, but for those of `broken`, and write what `answer` gives. */
  async function make(command: string, answer: (job: string) => object, more: Partial<UserTasks> = {}, broken = "") {
    const task = (job: string) => ({
      taskArn: arn(job),
      taskDefinitionArn: definition(job),
      lastStatus: "STOPPED",
      startedAt: 1,
      containers: [{ name: job, exitCode: job === broken ? 1 : 0 }],
    });
    const lastPart = (text: unknown) => String(text).split("/").at(-1) ?? "";
    server?.close();
    server = await awsServer({
      RunTask: (body) => ({ tasks: [{ taskArn: arn(lastPart(body["taskDefinition"]).split(":")[0] ?? "") }] }),
      DescribeTasks: (body) => ({ tasks: [task(lastPart((body["tasks"] as string[])[0]))] }),
      DescribeTaskDefinition: (body) => {
        const job = lastPart(body["taskDefinition"]).split(":")[0] ?? "";
        const options = { "awslogs-group": `/ai-ecosystem/prod/${job}`, "awslogs-stream-prefix": job };
        return { taskDefinition: { containerDefinitions: [{ name: job, logConfiguration: { options } }] } };
      },
      GetLogEvents: (body) => {
        const job = lastPart(body["logStreamName"]);
        return {
          events: [{ message: "a line of the application's" }, { message: `users: ${JSON.stringify(answer(job))}` }],
        };
      },
    });
    return fulfil(server.clients, { ...stack, ...more }, wishOf(words(command)), (line) => printed.push(line), {
      say: (line) => said.push(line),
      pause: 0.01,
    });
  }
  const runs = () => server?.calls.filter((c) => c.operation === "RunTask").map((c) => c.body) ?? [];
  const requests = () =>
    runs().map((body) => {
      const { containerOverrides } = body["overrides"] as {
        containerOverrides: { name: string; command: string[]; environment: { name: string; value: string }[] }[];
      };
      const { name, command, environment } = containerOverrides[0] ?? { name: "", command: [], environment: [] };
      expect(environment.map((e) => e.name)).to.deep.equal(["USER_REQUEST"]);
      return { name, command, request: JSON.parse(environment[0]?.value ?? "{}") as Record<string, string> };
    });
  const added = () => ({ result: "added", role: "agent", mailed: false });

  it("runs a task of each application's own job, and shows one password once (APP-7)", async () => {
    expect(await make("add Ana@Example.com", added)).to.equal(true);
    const password = /shown this once: (\S+)/.exec(printed.join("\n"))?.[1] ?? "";
    expect(requests().map(({ name, command }) => [name, command])).to.deep.equal(
      Object.entries(jobs).map(([application, job]) => [job, [`/release/${application}`]]),
    );
    for (const { request } of requests()) {
      const { passwordHash, ...rest } = request;
      expect(rest).to.deep.equal({ action: "add", email: "ana@example.com", name: "ana", role: "agent" });
      expect(await compare(password, passwordHash ?? "")).to.equal(true);
    }
    // neither in what AWS is told nor in what may be logged
    expect(JSON.stringify(server?.calls)).not.to.contain(password);
    expect(said.join("\n")).not.to.contain(password);
    expect(printed.join("\n")).to.match(/^chatwoot +added +agent +https:\/\/chatwoot\.example\.com$/m);
  });

  it("makes no password where the applications send links", async () => {
    expect(await make("add ana@example.com", () => ({ ...added(), mailed: true }), { mail: true })).to.equal(true);
    for (const { request } of requests()) expect(request).not.to.have.property("passwordHash");
    expect(printed.join("\n")).to.contain("A mail with a link went to ana@example.com from: chatwoot librechat n8n");
  });

  it("says what failed, and that the same command completes it", async () => {
    expect(await make("add ana@example.com", added, {}, "librechat-admin")).to.equal(false);
    expect(said.join("\n")).to.contain("librechat-admin failed").and.to.contain("failed in: librechat.");
    expect(printed.join("\n"))
      .to.match(/^librechat +failed/m)
      .and.to.contain("for chatwoot n8n, shown this once");
  });

  it("lists who is where", async () => {
    const users = (job: string) => ({
      users: job === "n8n-import" ? [] : [{ email: "ana@example.com", name: "Ana", role: "agent" }],
    });
    expect(await make("list", users)).to.equal(true);
    expect(printed).to.deep.equal([
      "EMAIL            NAME  CHATWOOT  LIBRECHAT  N8N",
      "ana@example.com  Ana   agent     agent      -",
    ]);
  });

  it("tells a refusal, and refuses itself to remove the administrator of the settings", async () => {
    expect(await make("remove a@example.com", () => ({ result: "refused", reason: "is the last" }))).to.equal(false);
    expect(said.join("\n")).to.contain("nothing was changed in: chatwoot librechat n8n");
    let refused: unknown;
    await make("remove boss@example.com", added).catch((error: unknown) => (refused = error));
    expect(refused)
      .to.be.an("error")
      .with.property("message", "boss@example.com is the administrator of the settings.");
    expect(runs()).to.have.lengthOf(0);
  });

  it("refuses what cannot be, with 2", () => {
    const wrong = [
      "",
      "invite a@b.cd",
      "add",
      "add a@b",
      "add a@b.c;id",
      "add a@b.cd x@y.zz",
      "add a@b.cd --role owner",
      ...["add a..b@c.de", "add .a@c.de", "add a@-c.de", "add a@c..de", `add ${"x".repeat(65)}@c.de`],
    ];
    for (const text of [...wrong, "list x", "list --name a", "reset a@b.cd --role agent", "add a@b.cd --name x"]) {
      expect(() => wishOf(words(text)), text).to.throw(UsageError);
    }
    const { status, stderr } = spawnSync("node", ["--require", "tsx/cjs", "tools/user.ts", "prod", "add", "nobody"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(status, stderr).to.equal(2);
    expect(stderr).to.contain("needs an address").and.to.contain("make user STACK=prod");
  });

  for (const [given, asked] of [
    [{}, "no AWS_PROFILE, no AWS_ACCESS_KEY_ID"],
    [{ AWS_PROFILE: "customer-a" }, "AWS_PROFILE customer-a"],
  ] as const) {
    it(`says once that AWS does not know who asks, and the way out: ${asked}`, () => {
      const folder = mkdtempSync(join(tmpdir(), "make-user-"));
      try {
        writeFileSync(join(folder, "outputs"), JSON.stringify({ userTasks: stack }));
        writeFileSync(join(folder, "pulumi"), `#!/bin/sh\ncat ${folder}/outputs\n`, { mode: 0o755 });
        const PATH = `${folder}:${process.env["PATH"] ?? ""}`;
        // nobody is asked for an instance's role
        const env = { PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: "true", ...given };
        const program = ["--require", "tsx/cjs", "tools/user.ts", "prod", "add", "ana@acme.io"];
        const { status, stdout, stderr } = spawnSync("node", program, { cwd: root, encoding: "utf8", env });
        expect(status, stderr).to.equal(1);
        expect(stdout).to.equal("");
        expect(stderr.match(/AWS does not know you/g)).to.have.lengthOf(1);
        expect(stderr)
          .to.contain(`AWS does not know you (${asked}): `)
          .and.match(/^ {4}aws configure sso .*aws sso login$/m)
          .and.match(/^ {4}or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY$/m)
          .and.not.match(/The others are done|\n {4}at /);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it("makes passwords of all kinds of characters", () => {
    for (let i = 0; i < 200; i++) expect(newPassword()).to.match(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[\w-]{29}$/);
  });

  it("knows from the stack's outputs which task and command each application has", async () => {
    const { result } = await recordProd({ adminEmail: "boss@acme.example" });
    const { applications, mail, administrator } = await new Promise<UserTasks>((resolve) => {
      (result.outputs["userTasks"] as pulumi.Output<UserTasks>).apply(resolve);
    });
    expect({ mail, administrator }).to.deep.equal({ mail: false, administrator: "boss@acme.example" });
    expect(applications.map(({ application, job, command }) => [application, job, command.at(-1)])).to.deep.equal([
      ["chatwoot", "chatwoot-admin", "/release/chatwoot/users.rb"],
      ["n8n", "n8n-import", "/release/n8n/users.sh"],
      ["librechat", "librechat-admin", "/release/librechat/users.js"],
    ]);
    for (const { taskDefinition, cluster, subnets, securityGroups } of applications) {
      expect([taskDefinition, cluster, ...subnets, ...securityGroups].every((id) => id !== "")).to.equal(true);
    }
  });
});
