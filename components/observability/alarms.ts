import { alarmName } from "../names";
import type { AlarmSpec } from "./alarm";
import type { ObservedService } from "./services";
import type { ObservedStack } from "./observed-stack";
import { dataAlarms } from "./tables/data";
import { edgeAlarms } from "./tables/edge";
import { serviceAlarms } from "./tables/services";
import { backgroundAlarms } from "./tables/background";

/** Every alarm of a stack on Fargate, as data. */
export const alarmsOf = (observed: ObservedStack): readonly AlarmSpec[] => [
  ...edgeAlarms(observed),
  ...serviceAlarms(observed),
  ...dataAlarms(observed),
  ...backgroundAlarms(observed),
];

/**
 * Names of the alarms that a deployment of a service must not set off; ECS rolls back when one does. Only those that a
 * bad release causes: an alarm of the load balancer as a whole would roll back the innocent.
 */
export const deploymentAlarmNames = (
  stack: string,
  service: Pick<ObservedService, "name" | "targetGroups">,
): readonly string[] =>
  service.targetGroups.length === 0
    ? []
    : (["service-errors", "service-unhealthy"] as const).map((kind) => alarmName(stack, `${kind}-${service.name}`));
