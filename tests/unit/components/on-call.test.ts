import { expect } from "chai";
import { hostOnCallStatements } from "../../../components/host/on-call";
import { OnCall, onCallStatements } from "../../../components/on-call";
import { evaluate } from "../../../policies/engine/evaluate";
import { record } from "../../../record/record";
import { may } from "../../support/iam/iam";
import { useless } from "../../support/iam/reference";
import { composeStack } from "../../../stacks/compose";
import { sandboxSettings } from "../../support/fixtures";

const place = { account: "123456789012", region: "eu-west-1", stack: "prod" };
const policies = [{ Statement: onCallStatements(place) }];
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

describe("the role on call", () => {
  const make = async () =>
    (
      await record(
        () =>
          new OnCall("ai-ecosystem-prod-on-call", { ...place, groupName: "operators", statements: onCallStatements }),
      )
    ).resources;

  it("is taken with a second factor, by whoever the group lets, for some hours", async () => {
    const resources = await make();
    const role = resources.find((r) => r.type === "aws:iam/role:Role");
    expect(JSON.parse(String(role?.inputs["assumeRolePolicy"]))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        },
      ],
    });
    expect(role?.inputs["maxSessionDuration"]).to.equal(14400);
    const group = resources.find((r) => r.type === "aws:iam/groupPolicy:GroupPolicy");
    expect(group?.inputs["group"]).to.equal("operators");
    expect(String(group?.inputs["policy"])).to.match(/"sts:AssumeRole".*on-call/);
  });

  it("changes this stack's services and stores, and no other's", () => {
    for (const [action, on] of [
      ["ecs:UpdateService", arn("ecs", "service/ai-ecosystem-prod-services-cluster-1a/n8n")],
      ["rds:ModifyDBInstance", arn("rds", "db:ai-ecosystem-prod-data-postgres-1a")],
      ["elasticache:ModifyReplicationGroup", arn("elasticache", "replicationgroup:ai-ecosystem-prod-data-redis-1a")],
      ["ecs:RunTask", arn("ecs", "task-definition/ai-ecosystem-prod-services-postgres-setup-task:7")],
      ["secretsmanager:RotateSecret", arn("secretsmanager", "secret:ai-ecosystem-prod-database-users-n8n-secret-1a")],
    ] as const) {
      expect(may(policies, action, on), action).to.equal(true);
      expect(may(policies, action, on.replace("-prod-", "-other-")), action).to.equal(false);
    }
  });

  it("passes the roles of the SQL task to ECS only, and starts no other task", () => {
    const passed = "arn:aws:iam::123456789012:role/ai-ecosystem-prod-services-postgres-setup-start-1a2b3c4";
    const to = (service: string) => ({ "iam:PassedToService": service });
    expect(may(policies, "iam:PassRole", passed, to("ecs-tasks.amazonaws.com"))).to.equal(true);
    expect(may(policies, "iam:PassRole", passed, to("lambda.amazonaws.com"))).to.equal(false);
    const other = arn("ecs", "task-definition/ai-ecosystem-prod-services-chatwoot-prepare-task:7");
    expect(may(policies, "ecs:RunTask", other)).to.equal(false);
  });

  it("reads no secret and no object, deletes nothing, and changes no right", () => {
    const allowed = policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
    expect(allowed.filter((a) => /:Delete|:Put|GetSecretValue|^s3:|^kms:|\*/.test(a))).to.deep.equal([]);
    expect(allowed.filter((a) => /^(iam|sts):/.test(a))).to.deep.equal(["iam:PassRole"]);
  });

  it("breaks no rule about identities", async () => {
    expect(evaluate(await make()).filter((f) => f.rule.startsWith("AIE-IAM"))).to.deep.equal([]);
  });
});

describe("the role on call of a host", () => {
  const here = { ...place, stack: "sandbox" };
  const rights = [{ Statement: hostOnCallStatements(here) }];
  const recorded = (values: Readonly<Record<string, string>>) =>
    record(() => composeStack(sandboxSettings(values)), { stack: "sandbox" });

  it("is made where it is asked for, with a group and a second factor as production's, and nothing else changes", async () => {
    const without = await recorded({});
    const { resources, result } = await recorded({ onCall: "true" });
    const before = new Set(without.resources.map(({ urn }) => urn));
    const types = resources.filter(({ urn }) => !before.has(urn)).map(({ type }) => type);
    expect(types.sort()).to.deep.equal([
      "ai-ecosystem:on-call:OnCall",
      "aws:iam/group:Group",
      "aws:iam/groupPolicy:GroupPolicy",
      "aws:iam/groupPolicy:GroupPolicy",
      "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
      "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
    ]);
    expect(resources.filter(({ urn }) => before.has(urn))).to.deep.equal(without.resources);
    expect(result.outputs).to.have.property("onCallRoleArn");
    expect(without.result.outputs).not.to.have.property("onCallRoleArn");
    const role = resources.find(({ type, name }) => type === "aws:iam/role:Role" && name.endsWith("-on-call"));
    // the group refuses roles without a second factor, but those of this path
    expect(role?.inputs["path"]).to.equal("/ai-ecosystem/sandbox/delivery/");
    expect(String(role?.inputs["assumeRolePolicy"])).to.contain('"aws:MultiFactorAuthPresent":"true"');
    expect(evaluate(resources).filter((f) => f.rule.startsWith("AIE-IAM"))).to.deep.equal(
      evaluate(without.resources).filter((f) => f.rule.startsWith("AIE-IAM")),
    );
  });

  it("stops, starts and enters the stack's instance alone, and ends no session but its own", () => {
    const instance = arn("ec2", "instance/i-0a1b2c");
    for (const [action, key] of [
      ["ec2:StopInstances", "aws:ResourceTag/ai-ecosystem:stack"],
      ["ec2:StartInstances", "aws:ResourceTag/ai-ecosystem:stack"],
      ["ec2:GetConsoleOutput", "aws:ResourceTag/ai-ecosystem:stack"],
      ["ssm:StartSession", "ssm:resourceTag/ai-ecosystem:stack"],
    ] as const) {
      expect(may(rights, action, instance, { [key]: "sandbox" }), action).to.equal(true);
      expect(may(rights, action, instance, { [key]: "other" }), action).to.equal(false);
      expect(may(rights, action, instance), action).to.equal(false);
    }
    expect(may(rights, "ssm:StartSession", arn("ssm", "document/AWS-RunShellScript"))).to.equal(false);
    expect(may(rights, "ssm:TerminateSession", arn("ssm", "session/somebody-0a1b2c"))).to.equal(false);
  });

  it("deletes nothing, changes no right, and its actions know the resources that they are limited to", () => {
    const statements = rights.flatMap(({ Statement }) => Statement);
    expect(statements.flatMap(({ Action }) => Action).filter((a) => /:Delete|:Put|^(?:iam|sts|s3|kms):|\*/.test(a))).to
      .be.empty;
    const wrong = statements.flatMap(({ Action, Resource = [] }) =>
      Action.map((action) => useless(action, [Resource].flat())).filter((reason) => reason !== undefined),
    );
    expect(wrong).to.deep.equal([]);
  });
});
