import { expect } from "chai";
import { logMetricsOf } from "../../../../components/observability/log-metrics";
import type { RecordedResource } from "../../../../record/record";
import {
  alarms,
  bodyOf,
  observe,
  observedServices,
  ofType,
  widgetsOf,
  type Alarm,
  type Placed,
} from "../../../support/recorded/observed";

describe("what people look at", function () {
  let resources: readonly RecordedResource[];
  let list: readonly Alarm[];

  before(async () => {
    resources = await observe();
    list = alarms(resources);
  });

  describe("the dashboard", () => {
    it("is canonical: sorted keys, the same bytes each time", async () => {
      const body = bodyOf(resources);
      expect(bodyOf(await observe())).to.equal(body);
      const keys = Object.keys((JSON.parse(body) as { widgets: object[] }).widgets[0] ?? {});
      expect(keys).to.deep.equal([...keys].sort());
    });

    it("has widgets within 24 columns, none upon another", () => {
      const widgets = widgetsOf(resources);
      for (const [i, a] of widgets.entries()) {
        expect(a.x + a.width, JSON.stringify(a.properties)).to.be.at.most(24);
        for (const b of widgets.slice(i + 1)) {
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          expect(apart, `${JSON.stringify(a.properties)} ${JSON.stringify(b.properties)}`).to.equal(true);
        }
      }
    });

    it("shows every alarm, every service, the data, the queues and the cost", () => {
      const states = widgetsOf(resources).find((w) => w.type === "alarm");
      expect(states?.properties["alarms"]).to.have.length(Math.min(100, list.length));
      const body = bodyOf(resources);
      for (const { title, name } of observedServices()) expect(body).to.contain(`## ${title.en} (${name})`);
      for (const text of ["AWS/RDS", "AWS/DocDB", "AWS/ElastiCache", "n8nBacklog", "412.50 USD", "AWS/Billing"]) {
        expect(body).to.contain(text);
      }
    });

    it("reads CloudFront's series where they are", async () => {
      const body = JSON.parse(bodyOf(await observe({ region: "eu-west-1" }))) as { widgets: Placed[] };
      const series = body.widgets.flatMap((w) => (w.properties["metrics"] ?? []) as unknown[][]);
      const cloudFront = series.filter((s) => s[0] === "AWS/CloudFront");
      expect(cloudFront).to.have.length.greaterThan(1);
      for (const s of cloudFront) expect(s.at(-1)).to.include({ region: "us-east-1" });
    });
  });

  it("counts failing jobs and errors of the services that are there", async () => {
    const filters = ofType(resources, "aws:cloudwatch/logMetricFilter:LogMetricFilter");
    // and the dumps that were stored
    expect(filters).to.have.length(logMetricsOf(observedServices()).length + 1);
    expect(
      ofType(await observe({ dumpRule: undefined }), "aws:cloudwatch/logMetricFilter:LogMetricFilter"),
    ).to.have.length(filters.length - 1);
    for (const { inputs } of filters) expect(inputs["logGroupName"]).to.match(/^\/ai-ecosystem\/prod\//);
    const fewer = await observe({ services: observedServices().filter((s) => !s.name.startsWith("n8n")) });
    expect(alarms(fewer).map((a) => a.name)).to.include("ai-ecosystem-prod-failed-jobs-chatwoot");
    expect(alarms(fewer).map((a) => a.name)).not.to.include("ai-ecosystem-prod-failed-jobs-n8n");
  });

  it("saves the queries that people need at night", async () => {
    const queries = ofType(resources, "aws:cloudwatch/queryDefinition:QueryDefinition");
    expect(queries.map((q) => q.inputs["name"])).to.include.members([
      "ai-ecosystem/prod/Errors by service",
      "ai-ecosystem/prod/Slow requests of Chatwoot",
      "ai-ecosystem/prod/Webhooks that failed",
      "ai-ecosystem/prod/Requests that the firewall blocked",
    ]);
    const waf = queries.find((q) => q.name.endsWith("waf-blocks"));
    expect(waf?.inputs).to.deep.include({ region: "us-east-1", logGroupNames: ["aws-waf-logs-prod"] });
    const without = await observe({ wafLogGroup: undefined });
    expect(ofType(without, "aws:cloudwatch/queryDefinition:QueryDefinition")).to.have.length(queries.length - 1);
  });
});
