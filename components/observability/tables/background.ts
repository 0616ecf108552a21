import type { Text } from "../../../services/model/types";
import type { AlarmSpec } from "../alarm";
import * as metrics from "../metrics";
import { distinctLogMetrics, metricOfDump, metricOfLog, logMetricName, type LogMetric } from "../log-metrics";
import type { ObservedStack } from "../observed-stack";

const inBoth = (text: Text | string): Text => (typeof text === "string" ? { en: text, es: text } : text);

const queueAlarms = ({ queues }: ObservedStack): readonly AlarmSpec[] =>
  queues.map((queue) => ({
    id: `queue-${queue.id}`,
    runbook: `queue-${queue.id}`,
    meaning: inBoth(queue.alarm.meaning),
    watch: metrics.queue(queue),
    comparison: ">",
    threshold: queue.alarm.above,
    period: 60,
    evaluate: [10, 10],
    // nobody counts: autoscaling is blind as well
    missingData: "breaching",
  }));

const kinds: Readonly<Record<LogMetric["kind"], Pick<AlarmSpec, "threshold" | "evaluate"> & { meaning: Text }>> = {
  "failed-jobs": {
    meaning: { en: "More than 10 jobs in 5 minutes fail in", es: "Fallan más de 10 trabajos en 5 minutos en" },
    threshold: 10,
    // a provider that is down for a moment is what retries are for
    evaluate: [2, 3],
  },
  "application-errors": {
    meaning: {
      en: "More than 20 errors in 5 minutes are in the log of",
      es: "Hay más de 20 errores en 5 minutos en el registro de",
    },
    threshold: 20,
    evaluate: [3, 3],
  },
};

function logAlarms(observed: ObservedStack): readonly AlarmSpec[] {
  return distinctLogMetrics(observed.services).map((logMetric) => {
    const { meaning, threshold, evaluate } = kinds[logMetric.kind];
    const { title } = logMetric.application;
    return {
      id: logMetricName(logMetric),
      runbook: logMetric.kind,
      meaning: { en: `${meaning.en} ${title.en}.`, es: `${meaning.es} ${title.es}.` },
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
      meaning: {
        en: "A database user got no new password: the applications go on with the one that they have.",
        es: "Un usuario de base de datos no recibió su contraseña nueva: las aplicaciones siguen con la que tienen.",
      },
      watch: metrics.failures(rotation.rotator),
    },
    {
      ...once,
      id: "rotation-redeployment",
      meaning: {
        en: "Services were not deployed anew after a rotation: they still use the login that the next one replaces.",
        es: "No se volvieron a desplegar servicios tras una rotación: aún usan el acceso que la próxima reemplaza.",
      },
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
          meaning: {
            en: "The last nightly dump did not arrive in the backups bucket: another account has older data only.",
            es: "El último volcado nocturno no llegó al bucket de copias: otra cuenta solo tiene datos más viejos.",
          },
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
  meaning: {
    en: "The dashboard's live health is not written, or not all of it: its page says that states are unknown.",
    es: "El estado en vivo del panel no se escribe, o no del todo: su página dice que no se conocen los estados.",
  },
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
