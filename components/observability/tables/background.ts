import type { AlarmSpec } from "../alarm";
import * as metrics from "../metrics";
import { distinctLogMetrics, metricOfDump, metricOfLog, logMetricName, type LogMetric } from "../log-metrics";
import type { ObservedStack } from "../observed-stack";

const queueAlarms = ({ queues }: ObservedStack): readonly AlarmSpec[] =>
  queues.map((queue) => ({
    id: `queue-${queue.id}`,
    runbook: `queue-${queue.id}`,
    meaning: queue.alarm.meaning,
    watch: metrics.queue(queue),
    comparison: ">",
    threshold: queue.alarm.above,
    period: 60,
    evaluate: [10, 10],
    // nobody counts: autoscaling is blind as well
    missingData: "breaching",
  }));

const kinds: Readonly<Record<LogMetric["kind"], Pick<AlarmSpec, "threshold" | "evaluate"> & { meaning: string }>> = {
  "failed-jobs": {
    meaning: "More than 10 jobs in 5 minutes fail in",
    threshold: 10,
    // a provider that is down for a moment is what retries are for
    evaluate: [2, 3],
  },
  "application-errors": {
    meaning: "More than 20 errors in 5 minutes are in the log of",
    threshold: 20,
    evaluate: [3, 3],
  },
};

function logAlarms(observed: ObservedStack): readonly AlarmSpec[] {
  return distinctLogMetrics(observed.services).map((logMetric) => {
    const { meaning, threshold, evaluate } = kinds[logMetric.kind];
    return {
      id: logMetricName(logMetric),
      runbook: logMetric.kind,
      meaning: `${meaning} ${logMetric.application.title}.`,
      watch: metricOfLog(observed.stack, logMetric),
      comparison: ">",
      threshold,
      period: 300,
      evaluate,
      // no such line was written
      missingData: "notBreaching",
    };
  });
}

/** Both have a month to be mended: nothing that runs depends on them before the next rotation. */
const rotationAlarms = ({ rotation }: ObservedStack): readonly AlarmSpec[] => {
  if (rotation === undefined) return [];
  const once = {
    runbook: "rotation",
    comparison: ">",
    threshold: 0,
    period: 300,
    evaluate: [1, 1],
    // it is called once a month
    missingData: "notBreaching",
  } as const;
  return [
    {
      ...once,
      id: "rotation",
      meaning: "A database user got no new password: the applications go on with the one that they have.",
      watch: metrics.failures(rotation.rotator),
    },
    {
      ...once,
      id: "rotation-redeployment",
      meaning: "Services were not deployed anew after a rotation: they still use the login that the next one replaces.",
      watch: metrics.failures(rotation.redeployer),
    },
  ];
};

/** Nobody looks at archives until one is needed. Only where one was due: before the first night there is none. */
const dumpAlarms = ({ stack, dumpRule }: ObservedStack): readonly AlarmSpec[] =>
  dumpRule === undefined
    ? []
    : [
        {
          id: "dump",
          runbook: "dump",
          meaning: "The last nightly dump did not arrive in the backups bucket: another account has older data only.",
          watch: {
            expression: "IF(begun > 0 AND FILL(stored, 0) < 1, 1, 0)",
            label: "dumps that did not arrive",
            metrics: {
              begun: { namespace: "AWS/Events", name: "Invocations", stat: "Sum", dimensions: { RuleName: dumpRule } },
              stored: metricOfDump(stack),
            },
          },
          comparison: ">",
          threshold: 0,
          period: 86400,
          evaluate: [1, 1],
          // none was due yet
          missingData: "notBreaching",
        },
      ];

const liveHealthAlarm = ({ liveHealthFunction }: ObservedStack): AlarmSpec => ({
  id: "live-health",
  runbook: "live-health",
  meaning: "The dashboard's live health is not written, or not all of it: its page says that states are unknown.",
  // the share of its calls that failed
  watch: metrics.lambda(liveHealthFunction, "Errors", "Average"),
  comparison: ">",
  threshold: 0.5,
  period: 300,
  evaluate: [2, 2],
  // nobody calls it
  missingData: "breaching",
});

/** Queues, what the logs tell, the database users' new passwords, and whoever tells the dashboard. */
export const backgroundAlarms = (observed: ObservedStack): readonly AlarmSpec[] => [
  ...queueAlarms(observed),
  ...logAlarms(observed),
  ...rotationAlarms(observed),
  ...dumpAlarms(observed),
  liveHealthAlarm(observed),
];
