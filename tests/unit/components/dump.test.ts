import { expect } from "chai";
import { evaluate } from "../../../policies/engine/evaluate";
import { record, type RecordedResource } from "../../../record/record";
import { dumpName } from "../../../services/dump";
import { composeStack } from "../../../stacks/compose";
import { fargateCatalogue } from "../../support/recorded/fargate-services";
import { prodSettings } from "../../support/recorded/profile";

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[] | string;
  readonly Resource: readonly string[] | string;
  readonly Condition?: object;
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly user?: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string }[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  readonly mountPoints: readonly { readonly containerPath: string; readonly sourceVolume: string }[];
}

const compose = async (values: Record<string, string> = {}) => {
  const { resources, result } = await record(() => composeStack(prodSettings(values)), { stack: "prod" });
  const all = (type: string, end: string) => resources.filter((r) => r.type === type && r.name.endsWith(end));
  const of = (type: string, end: string): RecordedResource => {
    const found = all(type, end);
    expect(found, `${type} ${end}`).to.have.length(1);
    return found[0] as RecordedResource;
  };
  const statements = (end: string) =>
    (JSON.parse(String(of("aws:iam/rolePolicy:RolePolicy", end).inputs["policy"])) as { Statement: Statement[] })
      .Statement;
  return { resources, result, all, of, statements };
};

describe("the nightly dump, as resources", function () {
  let stack: Awaited<ReturnType<typeof compose>>;
  let containers: readonly Container[];
  before(async () => {
    stack = await compose();
    const { inputs } = stack.of("aws:ecs/taskDefinition:TaskDefinition", "-services-dump-task");
    containers = JSON.parse(String(inputs["containerDefinitions"])) as Container[];
  });
  const container = (name: string): Container => containers.find((c) => c.name === name) ?? expect.fail(`no ${name}`);

  it("goes into a bucket that is locked for the retention", () => {
    expect(stack.of("aws:s3/bucket:Bucket", "-data-backups")).to.have.nested.property("inputs.objectLockEnabled", true);
    expect(stack.of("aws:s3/bucket:Bucket", "-data-backups").protect).to.equal(true);
    const { inputs } = stack.of(
      "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
      "-data-backups-lock",
    );
    expect(inputs["rule"]).to.deep.equal({ defaultRetention: { mode: "GOVERNANCE", days: 7 } });
    expect(evaluate(stack.resources).filter((f) => f.severity === "error" && f.waiver === undefined)).to.deep.equal([]);
  });

  it("runs its containers one after the other, on one disk, none of them as root", () => {
    const waits = (name: string) =>
      (container(name).dependsOn ?? []).map(({ condition, containerName }) => `${condition} ${containerName}`);
    expect(waits("dump-postgres")).to.deep.equal(["SUCCESS files"]);
    expect(waits("dump-mongodb")).to.deep.equal(["SUCCESS files", "SUCCESS dump-postgres"]);
    expect(waits(dumpName)).to.deep.equal(["SUCCESS files", "SUCCESS dump-mongodb"]);
    expect(containers.filter((c) => c.essential).map((c) => c.name)).to.deep.equal([dumpName]);
    for (const name of ["dump-postgres", "dump-mongodb", dumpName]) {
      expect(container(name).user, name).to.equal("999:999");
      expect(container(name).mountPoints.find((m) => m.containerPath === "/dump")?.sourceVolume).to.equal("dump-dump");
    }
    expect(stack.of("aws:ecs/taskDefinition:TaskDefinition", "-services-dump-task").inputs).to.deep.include({
      ephemeralStorage: { sizeInGib: 200 },
    });
  });

  it("dumps with the images of the catalogue, and packs with one that has the host's tools", () => {
    expect(container("dump-postgres").image).to.match(/pgvector/);
    expect(container("dump-mongodb").image).to.match(/mongo/);
    expect(container(dumpName).image).to.match(/backup/);
  });

  it("has no password in its definition, and each container its own only", () => {
    const names = (name: string) => container(name).secrets.map((s) => s.name);
    expect(names("dump-postgres")).to.deep.equal(["PGPASSWORD"]);
    expect(names("dump-mongodb")).to.deep.equal(["MONGODB_ROOT_PASSWORD"]);
    expect(names(dumpName)).to.include.members(["BACKUP_KEY", "DUMP_KEYS"]);
  });

  it("may read the files and add archives, and nothing else", () => {
    const granted = stack.statements("-services-dump-task-policy");
    expect(granted.map((s) => [s.Sid, s.Action])).to.deep.equal([
      ["Release", ["s3:GetObject"]],
      ["ReadFiles", ["s3:GetObject"]],
      ["ListFiles", ["s3:ListBucket"]],
      ["WriteNewBackups", ["s3:PutObject"]],
      ["SendParts", ["s3:PutObject"]],
      ["ReadBackups", ["s3:GetObject"]],
    ]);
    expect(granted[3]?.Condition).to.deep.equal({ Null: { "s3:if-none-match": "false" } });
    for (const { Resource } of granted.slice(3)) expect(String(Resource)).to.match(/backups.*\/archives\/\*$/);
  });

  it("is started each night by a rule that may start this task alone", () => {
    expect(stack.of("aws:cloudwatch/eventRule:EventRule", "-dump-clock").inputs).to.include({
      scheduleExpression: "cron(30 4 * * ? *)",
    });
    const { inputs } = stack.of("aws:cloudwatch/eventTarget:EventTarget", "-dump-clock-target");
    expect(inputs["ecsTarget"]).to.deep.include({ launchType: "FARGATE", taskCount: 1 });
    const [start, handOver] = stack.statements("-dump-clock-policy");
    expect(start?.Action).to.deep.equal(["ecs:RunTask"]);
    expect(String(start?.Resource)).to.match(/dump-task.*:\*$/);
    expect(start?.Condition).to.have.property("ArnEquals");
    expect(handOver?.Action).to.deep.equal(["iam:PassRole"]);
    expect(handOver?.Resource).to.have.length(2);
    expect(stack.all("command:local:Command", "-dump-run")).to.deep.equal([]);
  });

  it("has an alarm for a night without an archive, and tells make restore where they are", () => {
    expect(stack.of("aws:cloudwatch/metricAlarm:MetricAlarm", "-alarm-dump").inputs).to.include({
      treatMissingData: "notBreaching",
    });
    expect(stack.of("aws:cloudwatch/logMetricFilter:LogMetricFilter", "-lines-dump").inputs).to.include({
      pattern: '"dump: stored"',
    });
    expect(stack.result.outputs).to.include.keys("backups", "dumpTask");
    expect(JSON.stringify(stack.resources.map((r) => r.name))).to.contain("secrets-backup-key");
  });

  it("is not there with backups: snapshots, nor anything of it", async () => {
    const none = await compose({ backups: "snapshots" });
    expect(none.resources.filter((r) => /dump|backup-key|data-backups/.test(r.name))).to.deep.equal([]);
    expect(none.result.outputs).not.to.have.any.keys("backups", "dumpTask");
  });

  it("leaves out the store that nobody needs", () => {
    const chatless = fargateCatalogue({ services: JSON.stringify({ librechat: { enabled: false } }) });
    const job = chatless.jobs.find((j) => j.name === dumpName);
    expect(job?.first?.map((c) => c.name)).to.deep.equal(["dump-postgres"]);
    expect(job?.uses).to.deep.equal(["postgres"]);
  });
});
