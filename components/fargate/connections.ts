import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../services/catalogue";
import type { Container, Store } from "../../services/model/types";
import type { ServiceTargets } from "../edge/targets";
import { usable } from "../usable";
import { connection, type Firewall } from "./firewall";

/** The edge, as far as the services have to do with it. */
export interface EdgeAccess {
  readonly albSecurityGroupId: pulumi.Input<string>;
  readonly albArnSuffix: pulumi.Input<string>;
  readonly targetGroups: Readonly<Record<string, ServiceTargets>>;
  /** @returns the load balancer's rules, for which the service waits */
  allowTo(service: string, securityGroupId: pulumi.Input<string>): readonly pulumi.CustomResource[];
  portsOf(service: string): readonly number[];
}

/** Where a managed store listens. */
export interface Endpoint {
  readonly securityGroupId: pulumi.Input<string>;
  readonly host: pulumi.Input<string>;
  readonly port: number;
}

/** The managed stores, as far as the services have to do with them. */
export interface StoreAccess {
  /** Undefined: it is elsewhere. */
  readonly endpoint: (store: Store) => Endpoint | undefined;
  /** @returns the rules of the stores, for which the consumer waits */
  allow(
    consumer: string,
    securityGroupId: pulumi.Input<string>,
    stores: readonly Store[],
  ): Readonly<Partial<Record<Store, pulumi.CustomResource>>>;
  /** @returns what is to be there before a job of other versions changes the store's data */
  saved(store: Store): readonly pulumi.CustomResource[];
}

export interface ConnectionsArgs {
  readonly catalogue: Catalogue;
  readonly edge: EdgeAccess;
  readonly stores: StoreAccess;
  /** Of each service, and that of all jobs (`jobs`). */
  readonly firewalls: ReadonlyMap<string, Firewall>;
}

/** Security group for the tasks of a service or job, known when everything is open that they need. */
export type TaskGroup = (container: Container) => pulumi.Output<string>;

type Rules = readonly pulumi.CustomResource[];

/** Who connects: each service for itself, all jobs together. */
const jobs = "jobs";

/** What the load balancer needs to reach a service, at both ends. */
function fromLoadBalancer(
  name: string,
  service: string,
  groupId: pulumi.Input<string>,
  edge: EdgeAccess,
  parent: pulumi.Resource,
): Rules {
  if (edge.targetGroups[service] === undefined) return [];
  const into = edge.portsOf(service).map(
    (port) =>
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-${service}-from-alb-${port}`,
        {
          securityGroupId: groupId,
          referencedSecurityGroupId: edge.albSecurityGroupId,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          description: "Load balancer",
        },
        { parent },
      ),
  );
  return [...edge.allowTo(service, groupId), ...into];
}

/** What one consumer of stores needs, at both ends, for each of them. */
function toStores(
  name: string,
  from: { readonly name: string; readonly groupId: pulumi.Input<string> },
  used: ReadonlySet<Store>,
  stores: StoreAccess,
  parent: pulumi.Resource,
): ReadonlyMap<Store, Rules> {
  const into = stores.allow(from.name, from.groupId, [...used]);
  const rules = new Map<Store, Rules>();
  for (const store of used) {
    const to = stores.endpoint(store);
    if (to === undefined) continue;
    const ends = { from, to: { name: store, groupId: to.securityGroupId }, port: to.port };
    const own = into[store];
    rules.set(store, [...connection(name, ends, parent, "out"), ...(own === undefined ? [] : [own])]);
  }
  return rules;
}

/** The connections from the load balancer, between the services, and to the stores: there are no others. */
export function connections(name: string, args: ConnectionsArgs, parent: pulumi.Resource): TaskGroup {
  const { catalogue, stores, edge } = args;
  const firewallOf = (who: string): Firewall => {
    const found = args.firewalls.get(who);
    if (found === undefined) throw new Error(`${who} has no security group`);
    return found;
  };
  const end = (who: string) => ({ name: who, groupId: firewallOf(who).id });
  const serviceRules = new Map<string, Rules>();
  for (const { name: service, calls = [] } of catalogue.services) {
    const rules = [...fromLoadBalancer(name, service, firewallOf(service).id, edge, parent)];
    for (const called of calls) {
      const to = catalogue.services.find((s) => s.name === called);
      const port = to?.internalPort ?? to?.ports[0];
      if (port === undefined) continue;
      rules.push(...connection(name, { from: end(service), to: end(called), port }, parent, "both"));
    }
    serviceRules.set(service, rules);
  }
  const users = new Map<string, ReadonlySet<Store>>(catalogue.services.map((s) => [s.name, new Set(s.uses ?? [])]));
  if (catalogue.jobs.length > 0) users.set(jobs, new Set(catalogue.jobs.flatMap((j) => j.uses ?? [])));
  const storeRules = new Map([...users].map(([who, used]) => [who, toStores(name, end(who), used, stores, parent)]));
  return (container) => {
    const who = serviceRules.has(container.name) ? container.name : jobs;
    const firewall = firewallOf(who);
    // of the jobs' common rules those alone that the job has to do with
    const toItsStores = (container.uses ?? []).flatMap((store) => storeRules.get(who)?.get(store) ?? []);
    const saved = who === jobs ? (container.uses ?? []).flatMap((store) => stores.saved(store)) : [];
    return usable(firewall.id, [...firewall.rules, ...(serviceRules.get(who) ?? []), ...toItsStores, ...saved]);
  };
}
