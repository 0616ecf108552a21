import * as pulumi from "@pulumi/pulumi";
import { globalRegion, makeAlarm, type AlarmSpec } from "./alarm";
import { alarmsOf } from "./alarms";
import { makeDashboard } from "./dashboard/dashboard";
import { dumpFilter, metricFilters } from "./metric-filters";
import { savedQueries } from "./dashboard/queries";
import { Slack } from "./slack";
import type { ObservedStack } from "./observed-stack";
import type { Language } from "../../services/model/types";
import { AlertTopic } from "./topic";

export { deploymentAlarmNames } from "./alarms";
export { observedService, type ObservedService } from "./services";
export type { QueueMetric, ObservedStack } from "./observed-stack";

export interface ObservabilityArgs extends ObservedStack {
  /** The resources that send the metrics: alarms for which missing data is breaching are created after them, or they would go off before the first value. */
  readonly senders: readonly pulumi.Resource[];
  /** @default nobody is written to */
  readonly alertEmail?: string | undefined;
  /** Secret. @default Slack is told nothing */
  readonly slackWebhookUrl?: pulumi.Input<string> | undefined;
  /** Address of the folder `docs/runbooks`. @default its path in the repository is named */
  readonly runbookBaseUrl?: string | undefined;
  /** Of what the alarms, Slack and the dashboard say. */
  readonly language: Language;
  /** Shown beside the bill. */
  readonly estimatedMonthlyUsd: pulumi.Input<number>;
  /** The region that the prices of the estimate are of, and how many are another's. */
  readonly estimatedMonthlyPrices: pulumi.Input<string>;
  /** Log group of the firewall, in us-east-1. @default no query for it */
  readonly wafLogGroup?: pulumi.Input<string> | undefined;
  readonly logRetentionDays: number;
}

/** What makes a person look: alarms by e-mail and in Slack, one dashboard, saved queries. */
export class Observability extends pulumi.ComponentResource {
  /** Topic of the stack's region: alarms, and the budget, may publish to it. */
  public readonly topicArn: pulumi.Output<string>;
  public readonly dashboardName: pulumi.Output<string>;
  /** Physical names, sorted. */
  public readonly alarmNames: readonly pulumi.Output<string>[];

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:observability:Observability", name, {}, opts);
    const inside = { parent: this };
    const { stack, region, services, runbookBaseUrl, language, senders } = args;
    const topic = new AlertTopic(`${name}-alerts`, { stack, region, email: args.alertEmail }, inside);
    const global =
      region === globalRegion
        ? topic
        : new AlertTopic(`${name}-alerts-global`, { stack, region: globalRegion, email: args.alertEmail }, inside);
    const slack =
      args.slackWebhookUrl === undefined
        ? undefined
        : new Slack(
            `${name}-slack`,
            {
              stack,
              region,
              webhookUrl: args.slackWebhookUrl,
              topics: [
                { role: "alerts", region, arn: topic.arn },
                ...(global === topic ? [] : [{ role: "alerts-global", region: globalRegion, arn: global.arn }]),
              ],
              logRetentionDays: args.logRetentionDays,
              language,
            },
            inside,
          );
    metricFilters(`${name}-lines`, stack, services, this);
    if (args.dumpRule !== undefined) dumpFilter(`${name}-lines`, stack, this);
    savedQueries(`${name}-query`, { stack, services, wafLogGroup: args.wafLogGroup }, this);

    const specs = [...alarmsOf(args), ...(slack === undefined ? [] : [undeliveredAlarm(slack.undeliveredQueueName)])];
    const actions = (spec: AlarmSpec) => [spec.global === true ? global.arn : topic.arn];
    const alarms = [...specs]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((spec) => makeAlarm(`${name}-alarm`, spec, { stack, runbookBaseUrl, language, actions, senders }, this));
    const dashboard = makeDashboard(
      name,
      {
        observed: args,
        alarmArns: alarms.map((alarm) => alarm.arn),
        runbookBaseUrl,
        language,
        estimatedMonthlyUsd: args.estimatedMonthlyUsd,
        estimatedMonthlyPrices: args.estimatedMonthlyPrices,
      },
      this,
    );

    this.topicArn = topic.arn;
    this.dashboardName = dashboard.dashboardName;
    this.alarmNames = alarms.map((alarm) => alarm.name);
    this.registerOutputs({ topicArn: this.topicArn, dashboardName: this.dashboardName });
  }
}

const undeliveredAlarm = (queueName: pulumi.Input<string>): AlarmSpec => ({
  id: "slack-undelivered",
  runbook: "slack-undelivered",
  meaning: {
    en: "Alerts did not reach Slack: until this is mended, only e-mail tells of trouble.",
    es: "Hubo avisos que no llegaron a Slack: hasta arreglarlo, solo el correo avisa de problemas.",
  },
  watch: {
    namespace: "AWS/SQS",
    name: "ApproximateNumberOfMessagesVisible",
    stat: "Maximum",
    dimensions: { QueueName: queueName },
  },
  comparison: ">",
  threshold: 0,
  period: 300,
  evaluate: [1, 1],
  // an idle queue reports nothing
  missingData: "notBreaching",
});
