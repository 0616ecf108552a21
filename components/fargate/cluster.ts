import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ClusterArgs {
  /** Metrics of every task; they cost. */
  readonly containerInsights: boolean;
}

/** The cluster with both kinds of capacity. */
export function cluster(name: string, args: ClusterArgs, parent: pulumi.Resource): aws.ecs.Cluster {
  const made = new aws.ecs.Cluster(
    `${name}-cluster`,
    { settings: [{ name: "containerInsights", value: args.containerInsights ? "enabled" : "disabled" }] },
    { parent },
  );
  new aws.ecs.ClusterCapacityProviders(
    `${name}-capacity`,
    {
      clusterName: made.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
    },
    { parent },
  );
  return made;
}

/** Names by which the services call each other: `http://n8n:5678`. Only Service Connect knows them, no DNS zone is needed. */
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
