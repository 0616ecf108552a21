import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { usable } from "../usable";
import { originSecretHeader } from "./origin-secret";
import { weightedRule, type EdgePlan, type RulePlan, type TargetPlan } from "./routes";

export interface Target {
  readonly port: number;
  /**
   * Known when a rule leads to it: ECS refuses a target group that none uses yet.
   * https://github.com/hashicorp/terraform/issues/32908
   */
  readonly arn: pulumi.Output<string>;
  /** Names it in CloudWatch. */
  readonly arnSuffix: pulumi.Output<string>;
}

/** What an ECS service registers its tasks with. */
export interface ServiceTargets extends Target {
  /** Further ports of the same tasks. */
  readonly others: readonly Target[];
  /** For ECS's own blue/green deployments. */
  readonly blueGreen?: { readonly alternate: Target; readonly ruleArn: pulumi.Output<string> };
}

export interface Targets {
  readonly byService: Readonly<Record<string, ServiceTargets>>;
  /** Of the whole listener. */
  readonly rules: readonly aws.lb.ListenerRule[];
}

export interface TargetsArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly listenerArn: pulumi.Input<string>;
  readonly plan: EdgePlan;
  /** At most two: a rule has five values, of which host and path take two. */
  readonly acceptedSecrets: readonly pulumi.Input<string>[];
}

/** At most six characters; AWS adds twenty-six. A fixed name would stand in the way of its own replacement. */
const namePrefix = (service: string): string => `${service.slice(0, 5).replace(/-+$/, "")}-`;

function targetGroup(
  name: string,
  plan: TargetPlan,
  vpcId: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.lb.TargetGroup {
  return new aws.lb.TargetGroup(
    name,
    {
      namePrefix: namePrefix(plan.service),
      vpcId,
      targetType: "ip",
      protocol: "HTTP",
      port: plan.port,
      // open pages and streams may end by themselves
      deregistrationDelay: 60,
      // a new task warms up before it gets its full share
      slowStart: 30,
      healthCheck: {
        path: plan.healthPath,
        port: plan.healthPort === plan.port ? "traffic-port" : String(plan.healthPort),
        protocol: "HTTP",
        matcher: "200",
        interval: 15,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      tags: { Name: name },
    },
    { parent },
  );
}

function conditions(plan: RulePlan, secrets: readonly pulumi.Input<string>[]) {
  return [
    { hostHeader: { values: [plan.host] } },
    { httpHeader: { httpHeaderName: originSecretHeader, values: [...secrets] } },
    ...(plan.path === undefined ? [] : [{ pathPattern: { values: [plan.path] } }]),
  ];
}

function actions(
  plan: RulePlan,
  groups: ReadonlyMap<string, aws.lb.TargetGroup>,
  alternates: ReadonlyMap<string, aws.lb.TargetGroup>,
) {
  if ("redirect" in plan.action) {
    // the scheme, the host and the query stay as they are
    return [{ type: "redirect", redirect: { path: plan.action.redirect, statusCode: "HTTP_302" } }];
  }
  const group = groups.get(plan.action.target);
  if (group === undefined) throw new Error(`no target group ${plan.action.target}`);
  const alternate = alternates.get(plan.action.target);
  if (alternate === undefined) return [{ type: "forward", targetGroupArn: group.arn }];
  const weighted = [
    { arn: group.arn, weight: 100 },
    { arn: alternate.arn, weight: 0 },
  ];
  return [{ type: "forward", forward: { targetGroups: weighted } }];
}

/** Target groups of every port, and the rules that lead to them: host, path, and CloudFront's secret header. */
export function targets(name: string, args: TargetsArgs, parent: pulumi.Resource): Targets {
  const make = (plans: readonly TargetPlan[], suffix: string) =>
    new Map(plans.map((plan) => [plan.key, targetGroup(`${name}-${plan.key}${suffix}`, plan, args.vpcId, parent)]));
  const groups = make(args.plan.targets, "");
  const weighted = new Set(
    args.plan.rules.flatMap((r) => (r.weighted && "target" in r.action ? [r.action.target] : [])),
  );
  const alternates = make(
    args.plan.targets.filter((plan) => weighted.has(plan.key)),
    "-green",
  );
  const rules = new Map(
    args.plan.rules.map((plan) => {
      const rule = new aws.lb.ListenerRule(
        `${name}-${plan.key}-rule`,
        {
          listenerArn: args.listenerArn,
          priority: plan.priority,
          conditions: conditions(plan, args.acceptedSecrets),
          actions: actions(plan, groups, alternates),
          tags: { Name: `${name}-${plan.key}` },
        },
        // with each blue/green deployment ECS moves the weights
        { parent, ignoreChanges: plan.weighted === true ? ["actions"] : [] },
      );
      return [plan.key, rule];
    }),
  );

  const leadingTo = (key: string) =>
    args.plan.rules.flatMap((r) => ("target" in r.action && r.action.target === key ? (rules.get(r.key) ?? []) : []));
  const target = ({ port, key }: TargetPlan, group: aws.lb.TargetGroup): Target => ({
    port,
    arn: usable(group.arn, leadingTo(key)),
    arnSuffix: group.arnSuffix,
  });
  const byService: Record<string, ServiceTargets> = {};
  for (const plan of args.plan.targets) {
    const group = groups.get(plan.key);
    if (plan.key !== plan.service || group === undefined) continue;
    const others = args.plan.targets.filter((t) => t.service === plan.service && t !== plan);
    const alternate = alternates.get(plan.key);
    const rule = rules.get(weightedRule(plan.key));
    byService[plan.service] = {
      ...target(plan, group),
      others: others.flatMap((t) => {
        const other = groups.get(t.key);
        return other === undefined ? [] : [target(t, other)];
      }),
      ...(alternate === undefined || rule === undefined
        ? {}
        : { blueGreen: { alternate: target(plan, alternate), ruleArn: rule.arn } }),
    };
  }
  return { byService, rules: [...rules.values()] };
}
