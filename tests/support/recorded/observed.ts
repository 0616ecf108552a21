import * as pulumi from "@pulumi/pulumi";
import { Observability, type ObservabilityArgs } from "../../../components/observability/observability";
import { observedService } from "../../../components/observability/services";
import { buildCatalogue, catalogue as factories } from "../../../services/catalogue";
import type { ServiceFactory } from "../../../services/model/context";
import { expect } from "chai";
import { record, type RecordedResource } from "../../../record/record";
import { demo, sandboxContext } from "../fixtures";

export const webhookUrl = "https://hooks.slack.com/services/T0000/B0000/not-a-real-one";

/** The catalogue on Fargate as it is observed; every web service is behind the load balancer. */
const catalogueOf = (from: readonly ServiceFactory[]) =>
  buildCatalogue(from, { ...sandboxContext(), topology: "fargate" }, {}).services;

export const observedServices = (from: readonly ServiceFactory[] = factories) =>
  catalogueOf(from).map((service) => {
    const port = service.ports.length > 1 ? [{ arnSuffix: `targetgroup/${service.name}-2/fedcba` }] : [];
    const targets = { arnSuffix: pulumi.output(`targetgroup/${service.name}/abcdef`), others: port };
    return observedService(service, "prod", service.route === undefined ? undefined : targets);
  });

const series = { bull: "n8nBacklog", sidekiq: "sidekiqLatency" } as const;
/** Its queues, as they are counted. */
export const observedQueues = () =>
  catalogueOf(factories)
    .flatMap((service) => service.fargate?.queue ?? [])
    .map((queue) => ({ ...queue, namespace: "AiEcosystem/prod", name: series[queue.kind] }));

/** Arguments of a whole stack. */
export const observed = (changes: Partial<ObservabilityArgs> = {}): ObservabilityArgs => ({
  stack: "prod",
  senders: [],
  region: "us-east-1",
  services: observedServices(),
  clusterName: pulumi.output("cluster-1"),
  containerInsights: true,
  albArnSuffix: pulumi.output("app/edge-1/0123456789abcdef"),
  distributionId: pulumi.output("E123EXAMPLE"),
  dashboardDistributionId: pulumi.output("E456EXAMPLE"),
  webAclMetricName: "prod-edge-waf-acl",
  postgres: { id: pulumi.output("prod-postgres-1"), instanceClass: "db.t4g.small" },
  mongodbId: pulumi.output("prod-mongodb-1"),
  redisNodeIds: [pulumi.output("prod-redis-001"), pulumi.output("prod-redis-002")],
  certificateArns: { regional: pulumi.output("arn:regional"), cloudFront: pulumi.output("arn:cloudfront") },
  liveHealthFunction: pulumi.output("prod-health"),
  queues: observedQueues(),
  dumpRule: "prod-dump-clock",
  rotation: { rotator: "prod-rotation-rotator", redeployer: "prod-rotation-redeployer" },
  alertEmail: "ops@example.com",
  slackWebhookUrl: pulumi.secret(webhookUrl),
  runbookBaseUrl: "https://github.com/acme/desk/blob/main/docs/runbooks/",
  estimatedMonthlyUsd: 412.5,
  estimatedMonthlyPrices: "us-east-1",
  wafLogGroup: "aws-waf-logs-prod",
  logRetentionDays: 30,
  language: "en",
  ...changes,
});

export interface Alarm {
  readonly name: string;
  readonly region?: string;
  readonly alarmDescription: string;
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
  readonly treatMissingData: string;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly threshold: number;
  readonly statistic?: string;
  readonly extendedStatistic?: string;
  readonly evaluateLowSampleCountPercentiles?: string;
  readonly metricQueries?: readonly { readonly id: string; readonly expression?: string }[];
}
export interface Placed {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export const observe = async (changes: Partial<ObservabilityArgs> = {}, preview = false) =>
  (await record(() => new Observability("obs", observed(changes)), { preview, stack: "prod" })).resources;
export const ofType = (resources: readonly RecordedResource[], type: string) =>
  resources.filter((r) => r.type === type);
export const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const alarms = (resources: readonly RecordedResource[]) =>
  ofType(resources, alarmType).map((r) => r.inputs as unknown as Alarm);
export const named = (list: readonly Alarm[], id: string): Alarm => {
  const found = list.find((a) => a.name === `ai-ecosystem-prod-${id}`);
  expect(found, id).to.exist;
  return found as Alarm;
};
export const bodyOf = (resources: readonly RecordedResource[]): string => {
  const [dashboard] = ofType(resources, "aws:cloudwatch/dashboard:Dashboard");
  return String(dashboard?.inputs["dashboardBody"]);
};
export const widgetsOf = (resources: readonly RecordedResource[]): readonly Placed[] =>
  (JSON.parse(bodyOf(resources)) as { widgets: Placed[] }).widgets;
/** The catalogue with one more service, which production runs too. */
export const withDemo = () =>
  observedServices([
    ...factories,
    (context) => ({
      ...demo(context),
      name: "demo",
      title: { en: "Demo", es: "Demo" },
      fargate: { cpu: 0.25, memoryMb: 512, minTasks: 1, maxTasks: 1 },
    }),
  ]);
