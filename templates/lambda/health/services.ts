import { elements, type Aws } from "./aws";
import { healthOf, type ServiceHealth } from "./report";

interface Deployment {
  readonly status?: string;
  readonly rolloutState?: string;
  readonly failedTasks?: number;
}

/** What ECS tells of a service, as far as it is read here. */
export interface EcsService {
  readonly serviceName: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly deployments?: readonly Deployment[];
  readonly loadBalancers?: readonly {
    readonly targetGroupArn?: string;
    /** Of a service that is deployed blue/green: either group may have the tasks. */
    readonly advancedConfiguration?: { readonly alternateTargetGroupArn?: string };
  }[];
}

/** Groups of target groups: of each, one group's targets or the other's take the requests. */
const groupsOf = (service: EcsService): readonly (readonly string[])[] =>
  (service.loadBalancers ?? [])
    .map((l) => [l.targetGroupArn, l.advancedConfiguration?.alternateTargetGroupArn])
    .map((arns) => arns.filter((arn) => arn !== undefined))
    .filter((arns) => arns.length > 0);

/** @param healthy targets that pass the load balancer's check, by target group */
export function serviceHealth(service: EcsService, healthy: ReadonlyMap<string, number>): ServiceHealth {
  if (service.status !== "ACTIVE") return { state: "missing", health: "none" };
  const { deployments = [] } = service;
  const newest = deployments.find((d) => d.status === "PRIMARY");
  // only rolling deployments have a state
  const deploying = newest?.rolloutState === undefined ? deployments.length > 1 : newest.rolloutState === "IN_PROGRESS";
  const failing = deploying && (newest?.failedTasks ?? 0) > 0;
  const behind = groupsOf(service).map((arns) => arns.reduce((sum, arn) => sum + (healthy.get(arn) ?? 0), 0));
  // a task that runs is of no use before the load balancer, on each of its ports, may send it requests
  const ready = Math.min(service.runningCount, ...behind);
  const update = failing ? "failing" : deploying ? "running" : undefined;
  return healthOf(ready, service.desiredCount, deploying && !failing, update);
}

/** ECS describes so many at a time. */
const atOnce = 10;

/** The state of ECS services by name. @throws when any of it cannot be learnt: a part would be mistaken for the whole */
export async function servicesHealth(
  aws: Aws,
  cluster: string,
  names: readonly string[],
): Promise<Readonly<Record<string, ServiceHealth>>> {
  const pages = Array.from({ length: Math.ceil(names.length / atOnce) }, (_, i) =>
    names.slice(i * atOnce, (i + 1) * atOnce),
  );
  const target = "AmazonEC2ContainerServiceV20141113.DescribeServices";
  const answers = await Promise.all(pages.map((services) => aws.json("ecs", target, { cluster, services })));
  const found = answers.flatMap((a) => (a as { readonly services?: readonly EcsService[] }).services ?? []);
  const groups = [...new Set(found.flatMap(groupsOf).flat())];
  const healthy = new Map(await Promise.all(groups.map(async (arn) => [arn, await healthyTargets(aws, arn)] as const)));
  return Object.fromEntries(
    names.map((name): [string, ServiceHealth] => {
      const service = found.find((s) => s.serviceName === name);
      return [name, service === undefined ? { state: "missing", health: "none" } : serviceHealth(service, healthy)];
    }),
  );
}

async function healthyTargets(aws: Aws, targetGroupArn: string): Promise<number> {
  const input = { TargetGroupArn: targetGroupArn };
  const xml = await aws.query("elasticloadbalancing", "2015-12-01", "DescribeTargetHealth", input);
  return elements(xml, "State").filter((state) => state === "healthy").length;
}
