import type { Service } from "./types";

/**
 * Whether two sets of a service's tasks may run side by side behind one rule of the load balancer, whose weights ECS
 * moves: not where there may be one only, not where several ports of it are behind several rules, and not on Spot, where a
 * set may be lost in between.
 */
export const canBeBlueGreen = ({ route, fargate }: Pick<Service, "route" | "fargate">): boolean =>
  route !== undefined &&
  route.paths === undefined &&
  fargate !== undefined &&
  fargate.single !== true &&
  fargate.spot !== true;
