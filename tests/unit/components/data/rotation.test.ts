import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { isBuiltin } from "node:module";
import { DatabaseCredentials } from "../../../../components/data/database-credentials";
import { DatabaseRotation } from "../../../../components/data/rotation";
import { bundleLambda } from "../../../../templates/lambda/bundle";
import { redeployConsumers, type Consumers } from "../../../../templates/lambda/redeployment/redeploy";
import { Waits } from "../../../support/recorded/waits";
import { record, valueOf, type RecordedResource } from "../../../../record/record";

const service = (name: string) => `arn:aws:ecs:us-east-1:123456789012:service/eco/${name}`;
const secretArn = (user: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${user}-Ab1Cd2`;

const rotation = (preview = false) =>
  record(
    () =>
      new DatabaseRotation("rotation", {
        vpcId: "vpc-1",
        subnetIds: ["subnet-a", "subnet-b"],
        postgres: { host: "db.example.com", port: 5432, securityGroupId: "sg-postgres", admit: () => [] },
        users: {
          chatwoot: {
            secretArn: secretArn("chatwoot"),
            services: [service("chatwoot-web"), service("chatwoot-sidekiq")],
          },
          n8n: { secretArn: secretArn("n8n"), services: [service("n8n"), service("chatwoot-web")] },
        },
        everyDays: 30,
        logRetentionDays: 30,
      }),
    { preview },
  );

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}
const one = (resources: readonly RecordedResource[], name: string): RecordedResource => {
  const found = resources.find((r) => r.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${resources.map((r) => r.name).join(", ")}`);
  return found;
};
const statements = (r: RecordedResource): readonly Statement[] =>
  (JSON.parse(String(r.inputs["policy"])) as { Statement: Statement[] }).Statement;

describe("DatabaseCredentials", () => {
  const users = { chatwoot: { role: "chatwoot", database: "chatwoot_production", password: pulumi.secret("hush") } };
  const make = () => new DatabaseCredentials("users", { users, recoveryDays: 7 });

  it("keeps each user in a secret of its own, whose later versions are the rotation's", async () => {
    const { resources } = await record(make);
    const version = one(resources, "users-chatwoot-version");
    expect(version.inputs["secretString"]).to.equal("********");
    expect(version.ignoreChanges).to.have.members(["secretString", "versionStages"]);
    // one that no rotation takes away: a version without a label may be deleted, and would be made again, as the current
    expect(version.inputs["versionStages"]).to.include.members(["AWSCURRENT", "FIRST"]);
    expect(JSON.stringify(resources)).not.to.contain("hush");
  });

  it("points at whatever is current", async () => {
    const { result } = await record(make);
    const arn = await valueOf(result.arnOf("chatwoot"));
    expect(await valueOf(result.reference("chatwoot", "username"))).to.equal(`${arn}:username::`);
    expect(() => result.reference("n8n", "password")).to.throw("no database user n8n: chatwoot");
  });
});

describe("DatabaseRotation", () => {
  let resources: readonly RecordedResource[];
  before(async () => {
    ({ resources } = await rotation());
  });

  it("rotates each user by the calendar, and not before the database is ready", () => {
    const waits = new Waits(resources);
    for (const user of ["chatwoot", "n8n"]) {
      const schedule = one(resources, `rotation-${user}-schedule`);
      expect(schedule.inputs).to.deep.include({
        secretId: secretArn(user),
        rotationRules: { automaticallyAfterDays: 30 },
        rotateImmediately: false,
      });
      const earlier = [`${user}-invoke`, "rotated-target", "out-postgres", "out-https"];
      for (const name of earlier) expect(waits.of(schedule)).to.include(one(resources, `rotation-${name}`).urn);
      expect(one(resources, `rotation-${user}-invoke`).inputs).to.include({
        principal: "secretsmanager.amazonaws.com",
        sourceArn: secretArn(user),
      });
    }
  });

  it("may read and write these secrets, its log and its network interfaces, and nothing else (AWS-23)", () => {
    const allowed = statements(one(resources, "rotation-rotator-role-policy"));
    expect(allowed.map((s) => s.Sid)).to.deep.equal(["Log", "Interfaces", "FindInterfaces", "Secrets"]);
    // without them Lambda's interfaces get no address where the network is full of prefixes
    expect(allowed[1]?.Action).to.include.members(["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]);
    expect(allowed[3]?.Resource).to.deep.equal([secretArn("chatwoot"), secretArn("n8n")]);
    expect(allowed.filter((s) => s.Resource === "*").flatMap((s) => s.Action)).to.deep.equal([
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
    ]);
  });

  it("runs beside the database, with a way to it and to Secrets Manager alone", () => {
    const rotator = one(resources, "rotation-rotator-function");
    expect(rotator.inputs["vpcConfig"]).to.deep.include({ subnetIds: ["subnet-a", "subnet-b"] });
    expect(rotator.inputs).to.include({ runtime: "nodejs22.x", handler: "index.handler" });
    expect(rotator.inputs["environment"]).to.deep.equal({
      variables: {
        DATABASE_HOST: "db.example.com",
        DATABASE_PORT: "5432",
        NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
      },
    });
    const out = resources.filter((r) => r.type === "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    expect(
      out.map((r) => [r.inputs["referencedSecurityGroupId"] ?? r.inputs["cidrIpv4"], r.inputs["toPort"]]),
    ).to.have.deep.members([
      ["sg-postgres", 5432],
      ["0.0.0.0/0", 443],
    ]);
    expect(resources.some((r) => r.type.includes("IngressRule"))).to.equal(false);
  });

  it("redeploys those who read a secret whose current version changed", () => {
    expect(JSON.parse(String(one(resources, "rotation-rotated").inputs["eventPattern"]))).to.deep.equal({
      source: ["aws.secretsmanager"],
      "detail-type": ["Secret Label Updated"],
      resources: [secretArn("chatwoot"), secretArn("n8n")],
      detail: { labelUpdated: ["AWSCURRENT"] },
    });
    const allowed = statements(one(resources, "rotation-redeployer-role-policy"));
    expect(allowed.map((s) => [s.Sid, s.Action.length])).to.deep.equal([
      ["Log", 2],
      ["Redeploy", 1],
    ]);
    expect(allowed[1]).to.deep.include({
      Action: ["ecs:UpdateService"],
      Resource: [service("chatwoot-sidekiq"), service("chatwoot-web"), service("n8n")],
    });
    const { variables } = one(resources, "rotation-redeployer-function").inputs["environment"] as {
      variables: { CONSUMERS: string };
    };
    expect((JSON.parse(variables.CONSUMERS) as Consumers[])[0]).to.deep.equal({
      secret: secretArn("chatwoot"),
      services: [service("chatwoot-web"), service("chatwoot-sidekiq")],
    });
  });

  it("makes each log group before its function, with its retention", () => {
    for (const name of ["rotator", "redeployer"]) {
      const log = one(resources, `rotation-${name}-log`);
      const made = one(resources, `rotation-${name}-function`);
      expect(log.inputs).to.deep.equal({
        name: `/aws/lambda/${String(made.inputs["name"])}`,
        retentionInDays: 30,
      });
      expect(made.dependencies).to.include(log.urn);
    }
  });

  it("registers the same in a preview", async () => {
    const { resources: preview } = await rotation(true);
    expect(preview.map((r) => r.urn).sort()).to.deep.equal(resources.map((r) => r.urn).sort());
  });
});

describe("the redeployment after a rotation", () => {
  const consumers: readonly Consumers[] = [
    { secret: "secret-a", services: [service("web"), service("worker")] },
    { secret: "secret-b", services: [service("other")] },
  ];
  const failing = (name: string) => Object.assign(new Error("refused"), { name });

  it("is of the services that read the secret", async () => {
    const calls: string[] = [];
    const done = await redeployConsumers({ resources: ["secret-a"] }, consumers, (cluster, name) => {
      calls.push(`${cluster}/${name}`);
      return Promise.resolve();
    });
    expect(calls).to.deep.equal(["eco/web", "eco/worker"]);
    expect(done).to.deep.equal([service("web"), service("worker")]);
  });

  it("passes over services that are not there, tries all, and reports what failed", async () => {
    const calls: string[] = [];
    const redeploy = (cluster: string, name: string) => {
      calls.push(`${cluster}/${name}`);
      return name === "web" ? Promise.reject(failing("ServiceNotFoundException")) : Promise.resolve();
    };
    expect(await redeployConsumers({ resources: ["secret-a"] }, consumers, redeploy)).to.deep.equal([
      service("worker"),
    ]);
    const error = await redeployConsumers({ resources: ["secret-a"] }, consumers, () =>
      Promise.reject(failing("ThrottlingException")),
    ).catch((e: unknown) => e);
    expect(String(error))
      .to.contain(`${service("web")}: refused`)
      .and.contain(service("worker"));
    expect(calls).to.deep.equal(["eco/web", "eco/worker"]);
  });

  it("is bundled the same each time, with all that the runtime lacks", () => {
    for (const name of ["rotation", "redeployment"]) {
      const text = bundleLambda(name);
      expect(text).to.equal(bundleLambda(name));
      const needed = [...text.matchAll(/require\("([^"]+)"\)/g)].map((m) => m[1] ?? "");
      // pg-native: asked for only by those who want it
      const there = (id: string) => isBuiltin(id) || id.startsWith("@aws-sdk/client-") || id === "pg-native";
      expect(needed).not.to.be.empty;
      expect(needed.filter((id) => !there(id))).to.deep.equal([]);
    }
  });
});
