import * as pulumi from "@pulumi/pulumi";
import { allow } from "../iam-policy";
import type { Store } from "../../templates/lambda/health/stores";
import { everyMinute, smallLambda } from "../lambda/lambda";
import type { RoleStatement } from "../service-role";
import { usable } from "../usable";

export interface LiveHealthArgs {
  readonly region: pulumi.Input<string>;
  readonly account: pulumi.Input<string>;
  /** The dashboard's. */
  readonly bucket: { readonly name: pulumi.Input<string>; readonly arn: pulumi.Input<string> };
  readonly clusterName: pulumi.Input<string>;
  /** Names of the ECS services, as in the dashboard's list. */
  readonly services: readonly string[];
  /** Ids of what the stores consist of. */
  readonly data: {
    readonly postgres: { readonly id: pulumi.Input<string> } | undefined;
    /** Absent with a MongoDB elsewhere, too: nobody here knows its state. */
    readonly mongodb: { readonly instanceIds: readonly pulumi.Input<string>[] } | undefined;
    readonly redis: { readonly nodeIds: readonly pulumi.Input<string>[] } | undefined;
  };
  readonly logRetentionDays: number;
}

const apis = {
  rds: { sid: "Databases", action: "rds:DescribeDBInstances", resource: "db" },
  elasticache: { sid: "Cache", action: "elasticache:DescribeCacheClusters", resource: "cluster" },
} as const;

/**
 * Writes `health.json` of the dashboard once a minute: what ECS, the load balancer and the stores say of themselves. A
 * function, because it must also tell when the applications do not. It is in no VPC: it asks AWS and nobody else. It has no
 * concurrency of its own, for new accounts have none to give away; it ends long before the next one begins.
 */
export class LiveHealth extends pulumi.ComponentResource {
  /** Known when it is called once a minute. */
  public readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: LiveHealthArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:observability:LiveHealth", name, {}, opts);
    const { region, account, bucket, clusterName, data } = args;
    const stores: Readonly<Record<string, { api: Store["api"]; ids: readonly pulumi.Input<string>[] }>> = {
      ...(data.postgres === undefined ? {} : { postgres: { api: "rds", ids: [data.postgres.id] } }),
      ...(data.mongodb === undefined ? {} : { mongodb: { api: "rds", ids: data.mongodb.instanceIds } }),
      ...(data.redis === undefined ? {} : { redis: { api: "elasticache", ids: data.redis.nodeIds } }),
    };
    const asked = (api: Store["api"]): RoleStatement[] => {
      const ids = Object.values(stores).flatMap((s) => (s.api === api ? s.ids : []));
      const { sid, action, resource } = apis[api];
      const arn = (id: pulumi.Input<string>) =>
        pulumi.interpolate`arn:aws:${api}:${region}:${account}:${resource}:${id}`;
      return ids.length === 0 ? [] : [allow(sid, [action], ids.map(arn))];
    };
    const lambda = smallLambda(
      name,
      {
        code: "health",
        description: "Live health for the dashboard",
        environment: {
          BUCKET: bucket.name,
          CLUSTER: clusterName,
          SERVICES: JSON.stringify(args.services),
          STORES: pulumi.jsonStringify(stores),
        },
        // three steps, each of two attempts of four seconds at most
        timeoutSeconds: 30,
        statements: [
          ...(args.services.length === 0
            ? []
            : [
                allow(
                  "Services",
                  ["ecs:DescribeServices"],
                  args.services.map(
                    (service) => pulumi.interpolate`arn:aws:ecs:${region}:${account}:service/${clusterName}/${service}`,
                  ),
                ),
              ]),
          // AWS has no resource level for it
          allow("Targets", ["elasticloadbalancing:DescribeTargetHealth"], "*"),
          ...asked("rds"),
          ...asked("elasticache"),
          allow("Report", ["s3:PutObject"], pulumi.interpolate`${bucket.arn}/health.json`),
        ],
        logRetentionDays: args.logRetentionDays,
      },
      this,
    );
    const minutely = everyMinute(name, lambda, "Tells the dashboard how the services are", this);
    this.functionName = usable(lambda.name, [minutely]);
    this.registerOutputs({ functionName: this.functionName });
  }
}
