import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Language, Text } from "../../services/model/types";
import { alarmDescription } from "../../templates/alarm-description";
import { alarmName } from "../names";

/** Where CloudFront, its web ACL and its certificate report, wherever the stack is. */
export const globalRegion = "us-east-1";

/** One series of CloudWatch. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** `Average`, `Sum`, `p95`, … */
  readonly stat: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
}

/** A value computed from several series, named in the expression. */
export interface Expression {
  readonly expression: string;
  /** What the value is, for graphs and messages. */
  readonly label: string;
  readonly metrics: Readonly<Record<string, Metric>>;
}

/**
 * What missing data means (CloudWatch's `treatMissingData`). `breaching`: the sender is gone; `notBreaching`: nothing happened, all is well; `ignore`:
 * the alarm stays as it is; `missing`: nobody knows.
 */
export type MissingData = "breaching" | "notBreaching" | "ignore" | "missing";

/** An alarm as data. */
export interface AlarmSpec {
  /** Kebab-case, unique in the stack. */
  readonly id: string;
  /** Its page, `docs/runbooks/<runbook>.md`; alarms of one kind (one per service) share one. */
  readonly runbook: string;
  /** What it means, one sentence, for somebody who has just been woken up. */
  readonly meaning: Text;
  /** Its metrics are in us-east-1. */
  readonly global?: true;
  readonly watch: Metric | Expression;
  readonly comparison: ">" | ">=" | "<";
  readonly threshold: number;
  /** Seconds. */
  readonly period: number;
  /** So many bad periods of so many. */
  readonly evaluate: readonly [bad: number, of: number];
  readonly missingData: MissingData;
  /** A percentile of a handful of requests says nothing: wait for more. */
  readonly ignoreFewSamples?: true;
}

const operators = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
} as const;

const isExpression = (watch: Metric | Expression): watch is Expression => "expression" in watch;

/** The series that an alarm reads; AWS bills them one by one. */
export const metricsOf = ({ watch }: AlarmSpec): readonly Metric[] =>
  isExpression(watch) ? Object.values(watch.metrics) : [watch];

function watched({ watch, period }: AlarmSpec) {
  if (!isExpression(watch)) {
    const percentile = watch.stat.startsWith("p");
    return {
      namespace: watch.namespace,
      metricName: watch.name,
      dimensions: { ...watch.dimensions },
      period,
      ...(percentile ? { extendedStatistic: watch.stat } : { statistic: watch.stat }),
    };
  }
  const series = Object.entries(watch.metrics).map(([id, metric]) => ({
    id,
    returnData: false,
    metric: {
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: { ...metric.dimensions },
      period,
      stat: metric.stat,
    },
  }));
  return {
    metricQueries: [{ id: "value", expression: watch.expression, label: watch.label, returnData: true }, ...series],
  };
}

/** Where the runbook of an alarm is read: an address, or a path in the repository. */
export const runbookAt = (base: string | undefined, runbook: string): string =>
  `${(base ?? "docs/runbooks").replace(/\/+$/, "")}/${runbook}.md`;

export interface AlarmContext {
  readonly stack: string;
  readonly runbookBaseUrl: string | undefined;
  /** Of the description. */
  readonly language: Language;
  /** ARNs that are told of an alarm and of its end, by where the alarm is. */
  readonly actions: (spec: AlarmSpec) => readonly pulumi.Input<string>[];
  /** The resources that send the metrics: alarms for which missing data is breaching are created after them. */
  readonly senders: readonly pulumi.Resource[];
}

/** Makes an alarm of a specification. Its name is fixed: people search for it, and deployments name it. */
export function makeAlarm(
  name: string,
  spec: AlarmSpec,
  context: AlarmContext,
  parent: pulumi.Resource,
  /** Further ARNs, only for the alarm and not for its end. */
  ec2Actions: readonly pulumi.Input<string>[] = [],
): aws.cloudwatch.MetricAlarm {
  const [datapointsToAlarm, evaluationPeriods] = spec.evaluate;
  const actions = context.actions(spec);
  return new aws.cloudwatch.MetricAlarm(
    `${name}-${spec.id}`,
    {
      ...(spec.global === true ? { region: globalRegion } : {}),
      name: alarmName(context.stack, spec.id),
      alarmDescription: alarmDescription(
        spec.meaning,
        runbookAt(context.runbookBaseUrl, spec.runbook),
        context.language,
      ),
      ...watched(spec),
      comparisonOperator: operators[spec.comparison],
      threshold: spec.threshold,
      datapointsToAlarm,
      evaluationPeriods,
      treatMissingData: spec.missingData,
      ...(spec.ignoreFewSamples === true ? { evaluateLowSampleCountPercentiles: "ignore" } : {}),
      actionsEnabled: true,
      alarmActions: [...actions, ...ec2Actions],
      okActions: [...actions],
      insufficientDataActions: [],
    },
    { parent, dependsOn: spec.missingData === "breaching" ? [...context.senders] : [] },
  );
}
