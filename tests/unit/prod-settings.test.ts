import { expect } from "chai";
import type { FargatePreview } from "../../tools/report/data";
import type { RecordedResource } from "../../tools/record";
import { prodPreviewOf } from "../support/preview";

type Inputs = Readonly<Record<string, unknown>>;

/** The one resource of a name, without the stack's part of it. */
const one = (from: FargatePreview, name: string): RecordedResource => {
  const found = from.resources.filter((r) => r.name === `ai-ecosystem-prod-${name}`);
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} resources ${name}`);
  return found[0];
};

describe("what single settings do to production", function () {
  this.timeout(120_000);
  let plain: FargatePreview;
  let changed: FargatePreview;
  before(async () => {
    plain = await prodPreviewOf();
    changed = await prodPreviewOf({
      originSecretGeneration: "2",
      guardDuty: "existing",
      accountPublicAccessBlock: "existing",
      postgresClass: "db.m7g.large",
      documentDbClass: "db.serverless",
      valkeyClass: "cache.t4g.medium",
      monthlyBudgetUsd: "500",
      alertEmail: "ops@example.com",
      slackWebhookUrl: "https://hooks.slack.com/services/T000/B000/hidden",
    });
  });

  it("logs who reads and writes attachments, beside the other access logs", () => {
    const logging = one(plain, "data-files-logging");
    expect(logging.inputs).to.include({ targetPrefix: "s3/ai-ecosystem-prod-data-files/" });
    // S3 delivers nothing before the policy admits it
    expect(logging.dependencies.map((urn) => urn.split("::").at(-1))).to.include("ai-ecosystem-prod-edge-logs-policy");
    const { Statement: statements } = JSON.parse(String(one(plain, "edge-logs-policy").inputs["policy"])) as {
      Statement: Inputs[];
    };
    const admitted = statements.find((s) => s["Sid"] === "BucketLogs");
    expect(admitted).to.deep.include({
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:s3:::ai-ecosystem-prod-*" },
      },
    });
    expect(admitted?.["Resource"]).to.match(/\/s3\/\*$/);
    expect(plain.findings.filter((f) => f.rule === "AIE-S3-03")).to.deep.equal([]);
  });

  it("guardDuty and accountPublicAccessBlock leave to the account what it has, without a finding", () => {
    const once = ["aws:guardduty/detector:Detector", "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"];
    const made = (from: FargatePreview) => once.map((type) => from.resources.filter((r) => r.type === type).length);
    expect(made(plain)).to.deep.equal([1, 1]);
    expect(made(changed)).to.deep.equal([0, 0]);
    const open = changed.findings.filter((f) => /^AIE-ACCT-0[123]$/.test(f.rule));
    expect(open.map((f) => `${f.rule} ${f.message}`)).to.deep.equal([]);
  });

  it("keeps a deleted key of the alerts' topic for a month", () => {
    expect(one(plain, "observability-alerts-key").inputs).not.to.have.property("deletionWindowInDays");
    expect(plain.findings.filter((f) => f.rule === "AIE-KMS-03")).to.deep.equal([]);
  });

  it("postgresClass, documentDbClass and valkeyClass resize one store each, and its alarms", () => {
    const classes = (from: FargatePreview) => [
      one(from, "data-postgres-instance").inputs["instanceClass"],
      one(from, "data-mongodb-replica").inputs["instanceClass"],
      one(from, "data-redis-group").inputs["nodeType"],
    ];
    expect(classes(plain)).to.deep.equal(["db.t4g.small", "db.t4g.medium", "cache.t4g.micro"]);
    expect(classes(changed)).to.deep.equal(["db.m7g.large", "db.serverless", "cache.t4g.medium"]);
    const scales = one(changed, "data-mongodb-cluster").inputs["serverlessV2ScalingConfiguration"];
    expect(scales).to.deep.equal({ minCapacity: 0.5, maxCapacity: 4 });
    const connections = (from: FargatePreview) =>
      one(from, "observability-alarm-postgres-connections").inputs["threshold"];
    expect([connections(plain), connections(changed)]).to.deep.equal([135, 540]);
    expect(changed.cost.floor.find((l) => l.id === "valkey")?.item).to.equal("Valkey cache.t4g.medium (2)");
  });

  it("watches the dashboard's distribution beside the applications'", () => {
    const [site, dashboard] = ["site-errors", "dashboard-errors"].map((id) => {
      const { inputs, dependencies } = one(plain, `observability-alarm-${id}`);
      expect(JSON.stringify(inputs["metricQueries"])).to.contain("5xxErrorRate");
      return dependencies.map((urn) => urn.split("::").at(-1)).filter((name) => name?.endsWith("-cdn"));
    });
    expect([site, dashboard]).to.deep.equal([["ai-ecosystem-prod-edge-cdn"], ["ai-ecosystem-prod-edge-dashboard-cdn"]]);
  });

  it("monthlyBudgetUsd tells Slack as well, where there is one", () => {
    const notifications = one(changed, "budget-monthly").inputs["notifications"] as Inputs[];
    expect(notifications).to.have.length(3);
    for (const n of notifications) {
      expect(n["subscriberEmailAddresses"]).to.deep.equal(["ops@example.com"]);
      expect(n["subscriberSnsTopicArns"]).to.have.length(1);
    }
    const [topic] = notifications[0]?.["subscriberSnsTopicArns"] as string[];
    expect(topic).to.match(/^arn:aws:sns:us-east-1:.*observability-alerts-topic/);
    expect(String(one(changed, "observability-alerts-policy").inputs["policy"])).to.contain("budgets.amazonaws.com");
  });

  it("originSecretGeneration changes one of the two secrets that the load balancer takes", () => {
    const generations = (from: FargatePreview) =>
      ["even", "odd"].map(
        (slot) => (one(from, `edge-origin-secret-${slot}`).inputs["keepers"] as Inputs)["generation"],
      );
    expect(generations(plain)).to.deep.equal(["0", "1"]);
    expect(generations(changed)).to.deep.equal(["2", "1"]);
  });
});
