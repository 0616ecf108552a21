import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { usable } from "../usable";

export interface ClusterArgs {
  /** Metrics of every task; they cost. */
  readonly containerInsights: boolean;
}

/** Known when both kinds of capacity are there. */
export interface Cluster {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

/**
 * The cluster with both kinds of capacity. AWS takes neither a service before it has them, nor them from a service:
 * https://github.com/aws/aws-cdk/issues/15366
 */
export function cluster(name: string, args: ClusterArgs, parent: pulumi.Resource): Cluster {
  const resource = new aws.ecs.Cluster(
    `${name}-cluster`,
    { settings: [{ name: "containerInsights", value: args.containerInsights ? "enabled" : "disabled" }] },
    { parent },
  );
  const capacity = new aws.ecs.ClusterCapacityProviders(
    `${name}-capacity`,
    {
      clusterName: resource.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
    },
    { parent },
  );
  return { arn: usable(resource.arn, [capacity]), name: usable(resource.name, [capacity]) };
}

/** Names by which the services call each other: `http://desk:3000`. Only Service Connect knows them, no DNS zone is needed. */
export const namespace = (
  name: string,
  physicalName: string,
  parent: pulumi.Resource,
): aws.servicediscovery.HttpNamespace =>
  new aws.servicediscovery.HttpNamespace(
    `${name}-names`,
    { name: physicalName, description: "Service Connect names of the ecosystem" },
    { parent },
  );
