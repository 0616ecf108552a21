import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../services/catalogue";
import type { Store } from "../../services/types";
import type { ServiceTargets } from "../edge/targets";
import { path } from "./firewall";

/** The entrance, as far as the services have to do with it. */
export interface Entrance {
  readonly albSecurityGroupId: pulumi.Input<string>;
  readonly albArnSuffix: pulumi.Input<string>;
  readonly targetGroups: Readonly<Record<string, ServiceTargets>>;
  /** ECS refuses a target group that no rule uses yet. */
  readonly listenerRules: readonly pulumi.Resource[];
  allowTo(service: string, securityGroupId: pulumi.Input<string>): void;
  portsOf(service: string): readonly number[];
}

/** Where a managed store listens. */
export interface Endpoint {
  readonly securityGroupId: pulumi.Input<string>;
  readonly host: pulumi.Input<string>;
  readonly port: number;
}

/** The managed stores, as far as the services have to do with them. */
export interface Stores {
  /** Undefined: it is elsewhere. */
  readonly endpoint: (store: Store) => Endpoint | undefined;
  allow(consumer: string, securityGroupId: pulumi.Input<string>, stores: readonly Store[]): void;
}

export interface WaysArgs {
  readonly catalogue: Catalogue;
  readonly entrance: Entrance;
  readonly stores: Stores;
  /** Security group of a service, or of the jobs (`jobs`). */
  readonly groupOf: (who: string) => pulumi.Input<string>;
}

function fromEntrance(name: string, service: string, args: WaysArgs, parent: pulumi.Resource): void {
  const { entrance, groupOf } = args;
  if (entrance.targetGroups[service] === undefined) return;
  const securityGroupId = groupOf(service);
  entrance.allowTo(service, securityGroupId);
  for (const port of entrance.portsOf(service)) {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-${service}-from-alb-${port}`,
      {
        securityGroupId,
        referencedSecurityGroupId: entrance.albSecurityGroupId,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description: "Load balancer",
      },
      { parent },
    );
  }
}

/** The ways from the load balancer, between the services, and to the stores: there are no others. */
export function ways(name: string, args: WaysArgs, parent: pulumi.Resource): void {
  const { catalogue, stores, groupOf } = args;
  const end = (who: string) => ({ name: who, groupId: groupOf(who) });
  for (const service of catalogue.services) {
    fromEntrance(name, service.name, args, parent);
    for (const called of service.calls ?? []) {
      const port = catalogue.services.find((s) => s.name === called)?.ports[0];
      if (port === undefined) continue;
      path(name, { from: end(service.name), to: end(called), port }, parent, "both");
    }
  }
  const consumers = new Map<string, ReadonlySet<Store>>(catalogue.services.map((s) => [s.name, new Set(s.uses ?? [])]));
  consumers.set("jobs", new Set(catalogue.jobs.flatMap((j) => j.uses ?? [])));
  for (const [consumer, used] of consumers) {
    stores.allow(consumer, groupOf(consumer), [...used]);
    for (const store of used) {
      const to = stores.endpoint(store);
      if (to === undefined) continue;
      const ends = { from: end(consumer), to: { name: store, groupId: to.securityGroupId }, port: to.port };
      path(name, ends, parent, "out");
    }
  }
}
