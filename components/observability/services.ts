import type * as pulumi from "@pulumi/pulumi";
import type { Logs } from "../../services/model/logs";
import type { Service, Text } from "../../services/model/types";
import { logGroupName } from "../names";

/** What is watched of a service; `observedService` makes it from the catalogue's. */
export interface ObservedService {
  /** Name in the catalogue, in alarms and on the dashboard. */
  readonly name: string;
  /** For people. */
  readonly title: Text;
  readonly logGroup: pulumi.Input<string>;
  /** Name of the ECS service. @default `name` */
  readonly ecsName?: pulumi.Input<string>;
  /** Tasks that must run; 0: it may be off. */
  readonly minTasks: number;
  /** It is stopped before it is replaced, so a pause is part of every deployment. */
  readonly single: boolean;
  /** ARN suffixes `targetgroup/…`, the main one first; none: the load balancer does not lead to it. */
  readonly targetGroups: readonly pulumi.Input<string>[];
  /** How many of them, from the first on, are of the main port: two where deployments move the traffic between them. */
  readonly mainGroups: number;
  /** Slowest answer (p95) that is still normal, seconds. */
  readonly slowSeconds: number;
  readonly application: { readonly id: string; readonly title: Text };
  readonly logs: Logs;
}

/** What the edge tells of a service's target groups. */
export interface TargetGroupSuffixes {
  readonly arnSuffix: pulumi.Input<string>;
  readonly others?: readonly { readonly arnSuffix: pulumi.Input<string> }[];
  readonly blueGreen?: { readonly alternate: { readonly arnSuffix: pulumi.Input<string> } };
}

/** What to watch of a service of the catalogue. */
export function observedService(service: Service, stack: string, targets?: TargetGroupSuffixes): ObservedService {
  const main = [targets, targets?.blueGreen?.alternate].flatMap((t) => t?.arnSuffix ?? []);
  return {
    name: service.name,
    title: service.title,
    logGroup: logGroupName(stack, service.name),
    minTasks: service.fargate?.minTasks ?? 1,
    single: service.fargate?.single === true,
    targetGroups: [...main, ...(targets?.others ?? []).map((t) => t.arnSuffix)],
    mainGroups: main.length,
    slowSeconds: service.slowSeconds ?? 3,
    application:
      service.application === undefined
        ? { id: service.name, title: service.title }
        : { id: service.application.id, title: { en: service.application.title, es: service.application.title } },
    logs: service.logs ?? {},
  };
}
