/** Names in AWS that people search for, or that another system must know before the resource is there. */

/** Log group of a service's tasks (jobs write to the group of their service's owner, or to one of their own name). */
export const logGroupName = (stack: string, service: string): string => `/ai-ecosystem/${stack}/${service}`;

/** `id` as in the table of alarms, e.g. `service-cpu-desk`. */
export const alarmName = (stack: string, id: string): string => `ai-ecosystem-${stack}-${id}`;

export const dashboardName = (stack: string): string => `ai-ecosystem-${stack}`;

/** Namespace of the metrics that are made from logs, and of the queues'. */
export const metricNamespace = (stack: string): string => `AiEcosystem/${stack}`;

/** Function that tells Slack; its log group is `/aws/lambda/<name>`. */
export const alertFunctionName = (stack: string): string => `ai-ecosystem-${stack}-alerts-slack`;
