import type { AlarmSpec } from "../alarm";
import * as metrics from "../metrics";
import type { ObservedService } from "../services";
import type { ObservedStack } from "../observed-stack";

/** Sum of series of which some are silent. */
const sum = (letter: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `FILL(${letter}${i}, 0)`).join(" + ");

/** Time to the first byte. Of two target groups one has the traffic, and the slower one while it moves. */
function latencyOf(
  observed: ObservedStack,
  service: ObservedService,
): Pick<AlarmSpec, "watch" | "ignoreFewSamples"> | undefined {
  const [first, ...others] = metrics.mainTargets(observed, service, "TargetResponseTime", "p95");
  if (first === undefined) return undefined;
  if (others.length === 0) return { watch: first, ignoreFewSamples: true };
  const requests = metrics.mainTargets(observed, service, "RequestCount", "Sum");
  const slowest = [first, ...others].map((_, i) => `FILL(l${i}, 0)`).join(", ");
  return {
    watch: {
      // CloudWatch lets percentiles of a few requests be for single metrics only
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
      expression: `IF(${sum("r", requests.length)} >= 20, MAX([${slowest}]), 0)`,
      label: "first byte, p95",
      metrics: { ...metrics.numbered("l", [first, ...others]), ...metrics.numbered("r", requests) },
    },
  };
}

/** Of services that the load balancer leads to. */
function trafficAlarms(observed: ObservedStack, service: ObservedService): readonly AlarmSpec[] {
  const { name, title, targetGroups } = service;
  const latency = latencyOf(observed, service);
  if (latency === undefined) return [];
  const count = targetGroups.length;
  return [
    {
      id: `service-errors-${name}`,
      runbook: "service-errors",
      meaning: {
        en: `More than 5 % of the requests to ${title.en} end in an error of its own (5xx).`,
        es: `Más del 5 % de las peticiones a ${title.es} acaban en un error propio (5xx).`,
      },
      watch: {
        expression: `IF(${sum("e", count)} >= 3, 100 * (${sum("e", count)}) / (${sum("r", count)}), 0)`,
        label: "5xx, % of requests",
        metrics: {
          ...metrics.numbered("e", metrics.targets(observed, service, "HTTPCode_Target_5XX_Count", "Sum")),
          ...metrics.numbered("r", metrics.targets(observed, service, "RequestCount", "Sum")),
        },
      },
      comparison: ">",
      threshold: 5,
      period: 60,
      evaluate: [3, 5],
      // nobody asked
      missingData: "notBreaching",
    },
    {
      id: `service-latency-${name}`,
      runbook: "service-latency",
      meaning: {
        en: `One in twenty requests to ${title.en} waits longer than ${service.slowSeconds} s for the first byte.`,
        es: `Una de cada veinte peticiones a ${title.es} espera más de ${service.slowSeconds} s el primer byte.`,
      },
      ...latency,
      comparison: ">",
      threshold: service.slowSeconds,
      period: 300,
      evaluate: [3, 3],
      // nobody asked
      missingData: "notBreaching",
    },
    {
      id: `service-unhealthy-${name}`,
      runbook: "service-unhealthy",
      meaning: {
        en: `A task of ${title.en} fails the load balancer's health check, so it gets no requests.`,
        es: `Una tarea de ${title.es} no pasa la comprobación del balanceador, así que no recibe peticiones.`,
      },
      watch: {
        expression: sum("u", count),
        label: "tasks that fail the check",
        metrics: metrics.numbered("u", metrics.targets(observed, service, "UnHealthyHostCount", "Maximum")),
      },
      comparison: ">",
      threshold: 0,
      period: 60,
      // a deployment's new task may fail a check or two while it starts
      evaluate: [5, 5],
      // no task is registered: service-tasks tells
      missingData: "notBreaching",
    },
  ];
}

/**
 * Fewer tasks than wanted. Without Container Insights nobody counts tasks: ECS sends no CPU series for a service of
 * which none runs, so missing data is the alarm. (The sample count of that series is no number of tasks.)
 */
function tasksAlarm(observed: ObservedStack, service: ObservedService): readonly AlarmSpec[] {
  // its own replacement is a pause of minutes
  const minutes = service.single ? 10 : 5;
  const common = {
    id: `service-tasks-${service.name}`,
    runbook: "service-tasks",
    period: 60,
    evaluate: [minutes, minutes],
    missingData: "breaching",
  } as const;
  if (observed.containerInsights) {
    return [
      {
        ...common,
        meaning: {
          en: `Fewer tasks of ${service.title.en} run than are wanted: ECS cannot start or keep them.`,
          es: `Hay menos tareas de ${service.title.es} de las pedidas: ECS no puede arrancarlas o mantenerlas.`,
        },
        watch: {
          expression: "desired - running",
          label: "missing tasks",
          metrics: {
            desired: metrics.insights(observed, service, "DesiredTaskCount"),
            running: metrics.insights(observed, service, "RunningTaskCount"),
          },
        },
        comparison: ">",
        threshold: 0,
        ...(service.minTasks === 0 ? { missingData: "notBreaching" as const } : {}),
      },
    ];
  }
  if (service.minTasks === 0) return [];
  return [
    {
      ...common,
      meaning: {
        en: `No task of ${service.title.en} runs.`,
        es: `No hay ninguna tarea de ${service.title.es} en marcha.`,
      },
      watch: metrics.ecs(observed, service, "CPUUtilization", "SampleCount"),
      comparison: "<",
      threshold: 1,
    },
  ];
}

/** The alarms of one service. */
function alarmsOf(observed: ObservedStack, service: ObservedService): readonly AlarmSpec[] {
  const { name, title } = service;
  return [
    ...trafficAlarms(observed, service),
    ...tasksAlarm(observed, service),
    {
      id: `service-cpu-${name}`,
      runbook: "service-cpu",
      meaning: {
        en: `${title.en} uses more than 85 % of its CPU for a quarter of an hour, though autoscaling should have helped.`,
        es: `${title.es}: más del 85 % de la CPU en uso desde hace un cuarto de hora, pese al escalado automático.`,
      },
      watch: metrics.ecs(observed, service, "CPUUtilization", "Average"),
      comparison: ">",
      threshold: 85,
      period: 300,
      evaluate: [3, 3],
      // no task runs: service-tasks tells
      missingData: "notBreaching",
    },
    {
      id: `service-memory-${name}`,
      runbook: "service-memory",
      meaning: {
        en: `A task of ${title.en} uses more than 90 % of its memory and is killed when it needs the rest.`,
        es: `Una tarea de ${title.es} usa más del 90 % de su memoria y muere cuando necesita el resto.`,
      },
      watch: metrics.ecs(observed, service, "MemoryUtilization", "Maximum"),
      comparison: ">",
      threshold: 90,
      period: 300,
      evaluate: [3, 3],
      // no task runs: service-tasks tells
      missingData: "notBreaching",
    },
  ];
}

/** Five or so for every service of the catalogue. */
export const serviceAlarms = (observed: ObservedStack): readonly AlarmSpec[] =>
  observed.services.flatMap((service) => alarmsOf(observed, service));
