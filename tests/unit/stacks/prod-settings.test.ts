import { expect } from "chai";
import type { FargatePreview } from "../../../tools/report/data";
import type { RecordedResource } from "../../../record/record";
import { prodPreviewOf } from "../../support/recorded/preview";

type Inputs = Readonly<Record<string, unknown>>;

/** The one resource of a name, without the stack's part of it. */
const one = (from: FargatePreview, name: string): RecordedResource => {
  const found = from.resources.filter((r) => r.name === `ai-ecosystem-prod-${name}`);
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} resources ${name}`);
  return found[0];
};

describe("what single settings do to production", function () {
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
      deployment: "blueGreen",
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
  });

  it("guardDuty and accountPublicAccessBlock leave to the account what it has, without a finding", () => {
    const once = ["aws:guardduty/detector:Detector", "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"];
    const made = (from: FargatePreview) => once.map((type) => from.resources.filter((r) => r.type === type).length);
    expect(made(plain)).to.deep.equal([1, 1]);
    expect(made(changed)).to.deep.equal([0, 0]);
    const open = changed.findings.filter((f) => /^AIE-ACCT-/.test(f.rule));
    expect(open.map((f) => `${f.rule} ${f.message}`)).to.deep.equal([]);
  });

  it("keeps a deleted key of the alerts' topic for a month", () => {
    expect(one(plain, "observability-alerts-key").inputs).not.to.have.property("deletionWindowInDays");
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

  it("deployment: blueGreen is for the web services that may run twice, and for nothing else", () => {
    const services = (from: FargatePreview) => from.resources.filter((r) => r.type === "aws:ecs/service:Service");
    const strategies = (from: FargatePreview) =>
      services(from).flatMap((r) => {
        const { strategy } = (r.inputs["deploymentConfiguration"] ?? {}) as { strategy?: string };
        return strategy === undefined ? [] : [`${String(r.inputs["name"])} ${strategy}`];
      });
    expect(strategies(plain)).to.deep.equal([]);
    expect(strategies(changed)).to.include.members(["chatwoot-web BLUE_GREEN", "librechat BLUE_GREEN"]);
    // one task, one rule of several, or no visitors at all
    expect(strategies(changed).filter((s) => /^(n8n|data-bridge|chatwoot-sidekiq)/.test(s))).to.deep.equal([]);
    // the editor is there once only, whatever the setting says
    const n8n = one(changed, "services-n8n").inputs;
    expect(n8n).to.include({ deploymentMinimumHealthyPercent: 0, deploymentMaximumPercent: 100 });

    for (const { inputs, dependencies } of services(changed).filter((r) => "deploymentConfiguration" in r.inputs)) {
      const service = String(inputs["name"]);
      const [balancer] = inputs["loadBalancers"] as { targetGroupArn: string; advancedConfiguration: Inputs }[];
      const rule = one(changed, `edge-alb-${service}-weighted-rule`);
      expect(rule.ignoreChanges).to.deep.equal(["actions"]);
      expect(dependencies, service).to.include(rule.urn);
      const [{ forward }] = rule.inputs["actions"] as [{ forward: { targetGroups: { arn: string }[] } }];
      // ECS refuses a rule that does not know both groups
      expect(forward.targetGroups.map((g) => g.arn)).to.deep.equal([
        balancer?.targetGroupArn,
        balancer?.advancedConfiguration["alternateTargetGroupArn"],
      ]);
      expect(inputs["deploymentCircuitBreaker"]).to.deep.equal({ enable: true, rollback: true });
      expect(inputs["alarms"]).to.include({ enable: true, rollback: true });
    }
    const errors = changed.findings.filter((f) => f.severity === "error" && f.waiver === undefined);
    expect(errors).to.deep.equal([]);
    const alternates = changed.resources.filter((r) => r.name.endsWith("-green"));
    expect(alternates.map((r) => r.name.replace(/^.*-(services|alb)-/, ""))).to.include.members([
      "blue-green",
      "chatwoot-web-green",
      "librechat-green",
    ]);
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
