import type { Catalogue } from "../../../services/catalogue";
import type { Container, Store } from "../../../services/model/types";
import type { RecordedResource } from "../../../record/record";
import { Waits } from "./waits";

type Resource = RecordedResource;

/** Type of a resource without `aws:` and the class, e.g. `ec2/natGateway`. */
const kindOf = ({ type }: Resource): string => type.replace(/^aws:/, "").replace(/:[^:]*$/, "");

const stores: Readonly<Record<Store, readonly string[]>> = {
  postgres: ["rds/instance"],
  mongodb: ["docdb/cluster", "docdb/clusterInstance"],
  redis: ["elasticache/replicationGroup"],
};

const listOf = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];

/** What AWS, or an application, needs first, and is not waited for: `who > what`. Nothing, if all is well. */
export function outOfOrder(resources: readonly Resource[], { services, jobs }: Catalogue): string[] {
  const waits = new Waits(resources);
  const all = (...kinds: string[]) => resources.filter((r) => kinds.includes(kindOf(r)));
  const called = (pattern: RegExp, ...kinds: string[]) => all(...kinds).filter((r) => pattern.test(r.name));
  const missing: string[] = waits.circles().map((name) => `${name} > ${name}`);
  const must = (who: readonly Resource[], what: readonly Resource[]) => {
    for (const r of who) missing.push(...waits.missing(r, what));
  };

  // the network: what is public needs the internet, what is private a NAT gateway that has it
  const routes = ["ec2/route", "ec2/routeTableAssociation"];
  const nats = all("ec2/natGateway");
  const gateway = all("ec2/internetGateway");
  const open = called(/-network-public-/, ...routes);
  must(all("lb/loadBalancer"), [...gateway, ...open, ...called(/-from-cloudfront$/, "vpc/securityGroupIngressRule")]);
  must(nats, [...gateway, ...called(/-network-public-internet$/, "ec2/route")]);
  for (const nat of nats)
    must([nat], called(new RegExp(`-public-${nat.name.slice(-1)}$`), "ec2/routeTableAssociation"));
  const closed = [...nats, ...called(/-network-private-/, ...routes)];

  // tasks
  const ecs = all("ecs/service");
  const runs = resources.filter((r) => r.type === "command:local:Command" && r.name.endsWith("-run"));
  const clocks = resources.filter((r) => r.name.endsWith("-clock-target"));
  const rules = all("vpc/securityGroupEgressRule", "vpc/securityGroupIngressRule");
  must([...ecs, ...runs, ...clocks], closed);
  must(ecs, all("ecs/clusterCapacityProviders"));
  const resourceOf = ({ name }: Container) =>
    [...ecs, ...runs, ...clocks].filter((r) =>
      [`-services-${name}`, `-services-${name}-run`, `-services-${name}-clock-target`].some((end) =>
        r.name.endsWith(end),
      ),
    );
  // one that nobody starts but an administrator is a definition and no more
  for (const container of [
    ...services,
    ...jobs.filter((j) => j.scheduled === undefined || j.scheduled.cron !== undefined),
  ]) {
    const made = resourceOf(container);
    if (made.length !== 1) missing.push(`${container.name} is there ${made.length} times`);
    for (const task of made) {
      const base = task.name.replace(/-(run|clock-target)$/, "");
      const own = resources.filter((r) => r.name.startsWith(`${base}-`));
      must(
        [task],
        own.filter((r) => [`${base}-start-policy`, `${base}-task-policy`, `${base}-logs`].includes(r.name)),
      );
      must([task], all(...(container.uses ?? []).flatMap((store) => stores[store])));
      const earlier = jobs.filter((j) => container.after?.includes(j.name) === true);
      must([task], earlier.flatMap(resourceOf));
      // a job has no Service Connect, and calls nobody
      const calls = ecs.includes(task) ? (container.calls ?? []) : [];
      must([task], services.filter((s) => calls.includes(s.name)).flatMap(resourceOf));
      must(
        [task],
        rules.filter((rule) => concerns(rule, task, container)),
      );
      const groups = listOf(task.inputs["loadBalancers"]).map((b) => JSON.stringify(b["targetGroupArn"]));
      for (const group of groups) {
        const leading = all("lb/listenerRule").filter((rule) => JSON.stringify(rule.inputs["actions"]).includes(group));
        if (!leading.some((rule) => waits.of(task).has(rule.urn))) missing.push(`${task.name} > a rule to ${group}`);
      }
      if (task.inputs["deploymentConfiguration"] !== undefined)
        must([task], called(/-blue-green-policy$/, "iam/rolePolicyAttachment"));
    }
  }

  // functions in the network, and the rotation that calls one of them
  const inside = all("lambda/function").filter((r) => r.inputs["vpcConfig"] !== undefined);
  must(inside, closed);
  for (const f of inside) {
    const base = f.name.replace(/-function$/, "");
    must([f], called(new RegExp(`^${base}-role-policy$`), "iam/rolePolicy"));
    const { securityGroupIds } = f.inputs["vpcConfig"] as { securityGroupIds: readonly string[] };
    must(
      [f],
      rules.filter((rule) => securityGroupIds.some((group) => begins(rule, group))),
    );
  }
  must(
    all("secretsmanager/secretRotation"),
    inside.filter((f) => f.name.includes("-rotation-")),
  );
  for (const { inputs, name, urn } of all("secretsmanager/secretRotation")) {
    const permission = all("lambda/permission").filter((p) => p.inputs["sourceArn"] === inputs["secretId"]);
    must([{ name, urn } as Resource], permission);
  }

  // alarms, logs
  const ringing = all("cloudwatch/metricAlarm").filter((r) => r.inputs["treatMissingData"] === "breaching");
  const verified = resources.filter((r) => r.type === "command:local:Command" && r.name.endsWith("-verify"));
  must(ringing, [...ecs, ...verified]);
  must(called(/-alarm-queue-/, "cloudwatch/metricAlarm"), called(/-queues-target$/, "cloudwatch/eventTarget"));
  must(called(/-alarm-live-health$/, "cloudwatch/metricAlarm"), called(/-health-target$/, "cloudwatch/eventTarget"));
  const deliveries = all("cloudwatch/logDelivery");
  for (const one of deliveries) {
    for (const other of deliveries) {
      const either = one === other || waits.of(one).has(other.urn) || waits.of(other).has(one.urn);
      const same = one.inputs["deliveryDestinationArn"] === other.inputs["deliveryDestinationArn"];
      if (same && !either) missing.push(`${one.name} > ${other.name}, or the other way round`);
    }
  }
  return missing;
}

/** Whether a rule is of a way that begins in a group, at either end. */
const begins = ({ type, inputs }: Resource, group: string): boolean =>
  (type.includes("Egress") ? inputs["securityGroupId"] : inputs["referencedSecurityGroupId"]) === group;

/** Whether a task needs a rule: all ways of a service but those of its callers, of a job those to its stores and out. */
function concerns(rule: Resource, task: Resource, { uses = [] }: Container): boolean {
  const network = task.inputs["networkConfiguration"] as { securityGroups: readonly string[] } | undefined;
  const environment = task.inputs["environment"] as Record<string, string> | undefined;
  const group = network?.securityGroups[0] ?? environment?.["SECURITY_GROUPS"] ?? "";
  if (network === undefined) {
    const others = ["postgres", "mongodb", "redis"].filter((store) => !uses.includes(store as Store));
    return begins(rule, group) && !others.some((store) => new RegExp(`-${store}(-|$)`).test(rule.name));
  }
  // from and to the load balancer
  const served = /-from-alb-\d+$/.test(rule.name) && rule.inputs["securityGroupId"] === group;
  const led = /-edge-alb-to-/.test(rule.name) && rule.inputs["referencedSecurityGroupId"] === group;
  return begins(rule, group) || served || led;
}
