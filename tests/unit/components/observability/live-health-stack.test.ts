import { expect } from "chai";
import type { RecordedResource } from "../../../../record/record";
import type { FargatePreview } from "../../../../tools/report/data";
import { may, type Document } from "../../../support/iam/iam";
import { prodPreviewOf } from "../../../support/recorded/preview";

type Inputs = Readonly<Record<string, unknown>>;
interface Shown {
  readonly topology: string;
  readonly services: readonly { readonly name: string; readonly title: { readonly en: string } }[];
}

const health = "ai-ecosystem-prod-health";
const dashboard = "ai-ecosystem-prod-edge-dashboard";

describe("live health in the production stack", function () {
  let data: FargatePreview;
  before(async () => {
    data = await prodPreviewOf({ alertEmail: "ops@example.com" });
  });
  const named = (name: string, from = data): RecordedResource => {
    const found = from.resources.filter((r) => r.name === name);
    expect(found, name).to.have.length(1);
    return found[0] as RecordedResource;
  };
  const environment = (from = data): Readonly<Record<string, string>> =>
    (named(`${health}-function`, from).inputs["environment"] as { variables: Record<string, string> }).variables;
  const json = (value: unknown): unknown => JSON.parse(String(value));
  const shown = (from = data) => json(named(`${dashboard}-services-json`, from).inputs["content"]) as Shown;
  const reported = (from = data) => [
    ...(json(environment(from)["SERVICES"]) as string[]),
    ...Object.keys(json(environment(from)["STORES"]) as object),
  ];

  it("reports what the page lists, and nothing else", () => {
    const { topology, services } = shown();
    expect(topology).to.equal("fargate");
    expect(reported().sort()).to.deep.equal(services.map((s) => s.name).sort());
    expect(reported()).to.include.members([
      "n8n-worker",
      "n8n-webhook",
      "chatwoot-sidekiq",
      "postgres",
      "mongodb",
      "redis",
    ]);
    const made = data.resources.filter((r) => r.type === "aws:ecs/service:Service").map((r) => r.inputs["name"]);
    expect(reported()).to.include.members(made);
    expect(services.find((s) => s.name === "redis")?.title.en).to.equal("Valkey");
  });

  it("knows nothing of a MongoDB elsewhere", async () => {
    const elsewhere = await prodPreviewOf({ mongoUri: "mongodb+srv://u:p@c.example.net/l" });
    expect(reported(elsewhere)).not.to.include("mongodb");
    expect(shown(elsewhere).services.map((s) => s.name)).not.to.include("mongodb");
  });

  it("asks for every instance and node of the stores", () => {
    const stores = json(environment()["STORES"]) as Record<string, { api: string; ids: string[] }>;
    expect(Object.entries(stores).map(([name, { api, ids }]) => [name, api, ids.length])).to.deep.equal([
      ["postgres", "rds", 1],
      ["mongodb", "rds", 2],
      ["redis", "elasticache", 2],
    ]);
    const ids = Object.values(stores).flatMap((s) => s.ids);
    expect(new Set(ids).size).to.equal(5);
    // names that the roles of this stack may ask for
    const made = ["writer", "replica"].map((r) => named(`ai-ecosystem-prod-data-mongodb-${r}`).inputs["identifier"]);
    for (const id of [...ids, ...made]) expect(id).to.match(/^ai-ecosystem-prod-data-/);
  });

  it("writes into the dashboard's bucket, and may write nothing but its report", () => {
    const bucket = named(dashboard);
    expect(named(`${health}-function`).dependencies).to.include(bucket.urn);
    const name = environment()["BUCKET"] ?? "";
    const policy = json(named(`${health}-role-policy`).inputs["policy"]) as Document;
    const allowed = (action: string, resource: string) => may([policy], action, resource);
    expect(allowed("s3:PutObject", `arn:aws:s3:::${name}/health.json`)).to.equal(true);
    expect(allowed("s3:PutObject", `arn:aws:s3:::${name}/index.html`)).to.equal(false);
    expect(policy.Statement.flatMap((s) => s.Action).sort()).to.deep.equal([
      "ecs:DescribeServices",
      "elasticache:DescribeCacheClusters",
      "elasticloadbalancing:DescribeTargetHealth",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "rds:DescribeDBInstances",
      "s3:PutObject",
    ]);
    const everything = policy.Statement.filter((s) => [s.Resource].flat().includes("*")).flatMap((s) => s.Action);
    expect(everything).to.deep.equal(["elasticloadbalancing:DescribeTargetHealth"]);
    const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:123456789012:${rest}`;
    const cluster = environment()["CLUSTER"] ?? "";
    const account = /:(\d{12}):service/.exec(JSON.stringify(policy))?.[1] ?? "";
    expect(
      allowed("ecs:DescribeServices", arn("ecs", `service/${cluster}/n8n`).replace("123456789012", account)),
    ).to.equal(true);
    expect(allowed("ecs:DescribeServices", arn("ecs", `service/other/n8n`).replace("123456789012", account))).to.equal(
      false,
    );
  });

  it("is called once a minute, outside the network, and never again for the same minute", () => {
    const lambda = named(`${health}-function`).inputs;
    expect(lambda).to.include({ runtime: "nodejs22.x", timeout: 30 }).and.not.to.have.property("vpcConfig");
    expect(lambda["architectures"]).to.deep.equal(["arm64"]);
    expect(named(`${health}-minutely`).inputs).to.include({ scheduleExpression: "rate(1 minute)" });
    expect(named(`${health}-retries`).inputs).to.include({ maximumRetryAttempts: 0 });
    expect(named(`${health}-log`).inputs).to.include({ name: `/aws/lambda/${health}`, retentionInDays: 30 });
    expect(named(`${health}-target`).dependencies).to.include(named(`${health}-function`).urn);
  });

  it("reaches the page within seconds, and leaves no heap of old reports", () => {
    const behaviour = named(`${dashboard}-cdn`).inputs["defaultCacheBehavior"] as Inputs;
    // kept as long as the object says, which is 15 s; the unit test of the function has the header
    expect(behaviour["cachePolicyId"]).to.equal("658327ea-f89d-4fab-a63d-7e88639e58f6");
    const rules = named(`${dashboard}-lifecycle`).inputs["rules"] as Inputs[];
    expect(rules.map((r) => [r["filter"], r["noncurrentVersionExpiration"]])).to.deep.equal([
      [{ prefix: "" }, { noncurrentDays: 30 }],
      [{ prefix: "health.json" }, { noncurrentDays: 1 }],
    ]);
  });

  it("rings when it fails or is not called, with its runbook", () => {
    const alarm = named("ai-ecosystem-prod-observability-alarm-live-health").inputs;
    expect(alarm).to.deep.include({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: health },
      treatMissingData: "breaching",
    });
    expect(alarm["alarmDescription"]).to.match(/Runbook: .*live-health\.md$/);
    expect(named("ai-ecosystem-prod-observability-alarm-live-health").dependencies).to.include(
      named(`${health}-function`).urn,
    );
  });

  it("gives no occasion for a finding", () => {
    const findings = data.findings.filter((f) => f.severity === "error" && f.waiver === undefined);
    expect(findings.filter((f) => f.urn.includes(health)).map((f) => f.message)).to.deep.equal([]);
  });
});
