import { expect } from "chai";
import { deploymentAlarmNames } from "../../../../components/observability/alarms";
import { observedService } from "../../../../components/observability/services";
import { evaluate } from "../../../../policies/engine/evaluate";
import { catalogue } from "../../../../services/catalogue";
import type { RecordedResource } from "../../../../record/record";
import { sandboxContext } from "../../../support/fixtures";
import {
  alarms,
  alarmType,
  bodyOf,
  named,
  observe,
  observedServices,
  ofType,
  webhookUrl,
  withDemo,
  type Alarm,
} from "../../../support/recorded/observed";

describe("observability", function () {
  let resources: readonly RecordedResource[];
  let list: readonly Alarm[];

  before(async () => {
    resources = await observe();
    list = alarms(resources);
  });

  it("registers the same resources in a preview, where nothing is known yet", async () => {
    const urns = (all: readonly RecordedResource[]) => all.map((r) => r.urn).sort();
    expect(urns(await observe({}, true))).to.deep.equal(urns(resources));
  });

  it("gives every child its component's name as prefix", () => {
    for (const r of resources.filter((r) => r.parent?.includes("pulumi:Stack::") === false)) {
      expect(r.name.startsWith(r.parent?.split("::").at(-1) ?? "?"), r.name).to.equal(true);
    }
  });

  it("violates no policy", () => {
    expect(evaluate(resources).filter((f) => f.severity === "error" && f.waiver === undefined)).to.deep.equal([]);
  });

  describe("alarms", () => {
    it("have names that people can search for, each once", () => {
      const names = list.map((a) => a.name);
      expect(new Set(names).size).to.equal(names.length);
      for (const name of names) expect(name).to.match(/^ai-ecosystem-prod-[a-z0-9-]+$/);
    });

    it("say in one sentence what they mean, and link their runbook", () => {
      for (const { name, alarmDescription } of list) {
        const [, meaning = "", runbook = ""] = /^(.+\.) Runbook: (\S+)$/.exec(alarmDescription) ?? [];
        expect(meaning, name).to.match(/^(?:[A-Z]|n8n ).{20,200}\.$/);
        expect(runbook, name).to.match(
          /^https:\/\/github\.com\/acme\/desk\/blob\/main\/docs\/runbooks\/[a-z0-9-]+\.md$/,
        );
        expect(alarmDescription.length, name).to.be.at.most(1024);
      }
    });

    it("tell of their beginning and of their end", () => {
      for (const alarm of list) {
        expect(alarm.alarmActions, alarm.name).to.have.length(1);
        expect(alarm.okActions, alarm.name).to.deep.equal(alarm.alarmActions);
      }
    });

    it("decide what missing data means, and need more than one bad minute", () => {
      const atOnce = [
        "certificate-load-balancer",
        "certificate-cloudfront",
        "redis-evictions",
        "slack-undelivered",
        "rotation",
        "rotation-redeployment",
        // a day long
        "dump",
      ];
      for (const alarm of list) {
        expect(alarm.treatMissingData, alarm.name).to.be.oneOf(["breaching", "notBreaching", "ignore", "missing"]);
        expect(alarm.datapointsToAlarm, alarm.name).to.be.at.most(alarm.evaluationPeriods);
        if (atOnce.some((id) => alarm.name.endsWith(id))) continue;
        expect(alarm.datapointsToAlarm, alarm.name).to.be.greaterThan(1);
      }
      const silent = list.filter((a) => a.treatMissingData === "breaching").map((a) => a.name.slice(18));
      expect(silent).to.include.members(["postgres-cpu", "mongodb-cpu", "redis-memory", "queue-n8n", "queue-sidekiq"]);
      expect(silent).to.include("service-tasks-n8n");
    });

    it("do not flap on a handful of requests", () => {
      const latency = named(list, "service-latency-librechat");
      expect(latency.extendedStatistic).to.equal("p95");
      expect(latency.evaluateLowSampleCountPercentiles).to.equal("ignore");
      const value = (id: string) => named(list, id).metricQueries?.find((q) => q.id === "value")?.expression;
      expect(value("site-errors")).to.equal("IF(requests >= 20, rate, 0)");
      expect(value("dashboard-errors")).to.equal("IF(requests >= 5, rate, 0)");
      expect(value("service-errors-n8n")).to.equal("IF(FILL(e0, 0) >= 3, 100 * (FILL(e0, 0)) / (FILL(r0, 0)), 0)");
      expect(value("service-errors-data-bridge")).to.contain("FILL(e0, 0) + FILL(e1, 0)");
    });

    it("return exactly one series of an expression", () => {
      const queries = ofType(resources, alarmType).flatMap((r) => {
        const all = r.inputs["metricQueries"] as { id: string; returnData: boolean }[] | undefined;
        return all === undefined ? [] : [all.filter((q) => q.returnData).map((q) => q.id)];
      });
      expect(queries.length).to.be.greaterThan(5);
      for (const returned of queries) expect(returned).to.deep.equal(["value"]);
    });

    it("give slow services their time", () => {
      expect(named(list, "service-latency-n8n").threshold).to.equal(30);
      expect(named(list, "service-latency-chatwoot-web").threshold).to.equal(3);
      expect(named(list, "service-tasks-n8n").evaluationPeriods).to.equal(10);
      expect(named(list, "service-tasks-librechat").evaluationPeriods).to.equal(5);
    });

    it("follow the size of the database", async () => {
      const small = named(list, "postgres-connections").threshold;
      const micro = alarms(await observe({ postgres: { id: "pg", instanceClass: "db.t4g.micro" } }));
      expect(named(micro, "postgres-connections").threshold).to.equal(67).and.to.be.lessThan(small);
      expect(named(micro, "postgres-memory").threshold).to.equal(61 * 1024 * 1024);
    });

    it("watch for missing data where Container Insights does not count tasks", async () => {
      const without = alarms(await observe({ containerInsights: false }));
      const alarm = named(without, "service-tasks-n8n-worker");
      expect(alarm).to.include({ statistic: "SampleCount", threshold: 1, treatMissingData: "breaching" });
      const [first, ...rest] = observedServices();
      const off = first === undefined ? rest : [{ ...first, minTasks: 0 }, ...rest];
      const names = alarms(await observe({ containerInsights: false, services: off })).map((a) => a.name);
      expect(names).not.to.include(`ai-ecosystem-prod-service-tasks-${first?.name ?? ""}`);
    });

    it("know no DocumentDB where MongoDB is elsewhere, nor queues that nobody counts", async () => {
      const fewer = alarms(await observe({ mongodbId: undefined, queues: [], slackWebhookUrl: undefined }));
      const names = fewer.map((a) => a.name).join(" ");
      expect(names).not.to.match(/mongodb|queue-|slack/);
      expect(list.length - fewer.length).to.equal(6);
    });

    it("are in us-east-1 for what is there, with a topic of their own when the stack is elsewhere", async () => {
      const far = await observe({ region: "eu-west-1" });
      const topics = ofType(far, "aws:sns/topic:Topic");
      expect(topics.map((t) => t.inputs["region"]).sort()).to.deep.equal(["eu-west-1", "us-east-1"]);
      const global = alarms(far).filter((a) => a.region === "us-east-1");
      expect(global.map((a) => a.name.slice(18)).sort()).to.deep.equal([
        "certificate-cloudfront",
        "dashboard-errors",
        "site-errors",
        "waf-blocked",
      ]);
      for (const alarm of alarms(far)) {
        expect(alarm.alarmActions[0]?.includes("alerts-global"), alarm.name).to.equal(alarm.region !== undefined);
      }
      expect(ofType(resources, "aws:sns/topic:Topic")).to.have.length(1);
      const redriven = ofType(far, "aws:sns/topicSubscription:TopicSubscription").filter(
        (s) => s.inputs["redrivePolicy"] !== undefined,
      );
      expect(redriven.map((s) => s.inputs["region"])).to.deep.equal(["eu-west-1"]);
    });

    it("read both target groups of a service whose traffic moves between them", async () => {
      const group = (name: string) => ({ arnSuffix: `targetgroup/${name}/abcdef` });
      const services = observedServices().map((s) =>
        s.name === "librechat"
          ? { ...s, targetGroups: ["blue", "green"].map((side) => group(side).arnSuffix), mainGroups: 2 }
          : s,
      );
      const moved = await observe({ services });
      const expressionOf = (id: string) => {
        const found = ofType(moved, "aws:cloudwatch/metricAlarm:MetricAlarm").find((a) => a.name.endsWith(`-${id}`));
        const queries = found?.inputs["metricQueries"] as { id: string; expression?: string }[];
        return `${queries.find((q) => q.id === "value")?.expression ?? ""} of ${queries.length - 1}`;
      };
      expect(expressionOf("service-latency-librechat")).to.equal(
        "IF(FILL(r0, 0) + FILL(r1, 0) >= 20, MAX([FILL(l0, 0), FILL(l1, 0)]), 0) of 4",
      );
      expect(expressionOf("service-unhealthy-librechat")).to.equal("FILL(u0, 0) + FILL(u1, 0) of 2");
      expect(bodyOf(moved)).to.contain("LibreChat, blue").and.contain("LibreChat, green").and.contain("p95, green");
      expect(bodyOf(resources)).not.to.contain("green");
    });

    it("of a deployment exist", () => {
      for (const service of observedServices()) {
        for (const name of deploymentAlarmNames("prod", service)) expect(list.map((a) => a.name)).to.include(name);
      }
      expect(deploymentAlarmNames("prod", { name: "n8n-worker", targetGroups: [] })).to.deep.equal([]);
    });
  });

  describe("a service that is added to the catalogue", () => {
    it("gets its alarms and its row on the dashboard", async () => {
      const more = await observe({ services: withDemo() });
      const names = alarms(more).map((a) => a.name);
      expect(names).to.include.members([
        "ai-ecosystem-prod-service-cpu-demo",
        "ai-ecosystem-prod-service-memory-demo",
        "ai-ecosystem-prod-service-tasks-demo",
      ]);
      expect(bodyOf(more)).to.contain("## Demo (demo)");
      expect(bodyOf(resources)).not.to.contain("demo");
    });

    it("is observed by what the catalogue says of it", () => {
      const context = { ...sandboxContext(), topology: "fargate" as const };
      const n8n = catalogue.map((factory) => factory(context)).find((s) => s.name === "n8n");
      expect(n8n).to.exist;
      if (n8n === undefined) return;
      expect(observedService(n8n, "prod")).to.deep.equal({
        name: "n8n",
        title: { en: "n8n", es: "n8n" },
        logGroup: "/ai-ecosystem/prod/n8n",
        minTasks: 1,
        single: true,
        targetGroups: [],
        mainGroups: 0,
        slowSeconds: 30,
        application: { id: "n8n", title: { en: "n8n", es: "n8n" } },
        logs: n8n.logs,
      });
    });
  });

  describe("the topic", () => {
    it("is encrypted with a key that CloudWatch may use", () => {
      const [topic] = ofType(resources, "aws:sns/topic:Topic");
      const [key] = ofType(resources, "aws:kms/key:Key");
      expect(topic?.dependencies).to.include(key?.urn);
      expect(key?.inputs["enableKeyRotation"]).to.equal(true);
      const policy = String(key?.inputs["policy"]);
      expect(policy).to.contain("cloudwatch.amazonaws.com").and.to.contain("kms:GenerateDataKey");
      expect(policy).not.to.contain("kms:*");
    });

    it("takes messages from this stack's alarms and budget, over TLS, and from nobody else", () => {
      const [policy] = ofType(resources, "aws:sns/topicPolicy:TopicPolicy");
      const { Statement: statements } = JSON.parse(String(policy?.inputs["policy"])) as {
        Statement: { Effect: string; Principal: unknown; Condition: object }[];
      };
      const allowed = statements.filter((s) => s.Effect === "Allow");
      expect(allowed.map((s) => s.Principal)).to.deep.equal([
        { Service: "cloudwatch.amazonaws.com" },
        { Service: "budgets.amazonaws.com" },
      ]);
      expect(JSON.stringify(allowed[0]?.Condition))
        .to.contain(":alarm:ai-ecosystem-prod-*")
        .and.contain("SourceAccount");
      expect(JSON.stringify(statements)).to.contain('"aws:SecureTransport":"false"');
    });

    it("writes to the address that is given, and to none otherwise", async () => {
      const emails = (all: readonly RecordedResource[]) =>
        ofType(all, "aws:sns/topicSubscription:TopicSubscription").filter((s) => s.inputs["protocol"] === "email");
      expect(emails(resources).map((s) => s.inputs["endpoint"])).to.deep.equal(["ops@example.com"]);
      expect(emails(await observe({ alertEmail: undefined }))).to.deep.equal([]);
    });
  });

  describe("Slack", () => {
    it("is reached by a function that knows its webhook by reference only", () => {
      expect(JSON.stringify(resources)).not.to.contain(webhookUrl);
      const [lambda] = ofType(resources, "aws:lambda/function:Function");
      const { variables } = lambda?.inputs["environment"] as { variables: Record<string, unknown> };
      expect(Object.keys(variables)).to.deep.equal(["WEBHOOK_SECRET_ARN"]);
      const [retries] = ofType(resources, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig");
      expect(JSON.stringify(retries?.inputs["destinationConfig"]))
        .to.contain("onFailure")
        .and.to.contain("undelivered");
      expect(ofType(resources, "aws:secretsmanager/secretVersion:SecretVersion")[0]?.inputs["secretString"]).to.equal(
        "********",
      );
    });

    it("may do nothing but its work", () => {
      const [policy] = ofType(resources, "aws:iam/rolePolicy:RolePolicy");
      const { Statement: statements } = JSON.parse(String(policy?.inputs["policy"])) as {
        Statement: { Action: string | string[]; Resource: string }[];
      };
      expect(statements.flatMap((s) => s.Action)).to.deep.equal([
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:SendMessage",
        "secretsmanager:GetSecretValue",
      ]);
      for (const s of statements) expect(s.Resource).to.match(/^arn:/);
    });

    it("is left alone without a webhook", async () => {
      const without = await observe({ slackWebhookUrl: undefined });
      for (const type of ["aws:lambda/function:Function", "aws:sqs/queue:Queue", "aws:secretsmanager/secret:Secret"]) {
        expect(ofType(without, type), type).to.deep.equal([]);
      }
    });
  });
});
