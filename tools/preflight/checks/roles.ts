import { AwsRefusal, type Ask } from "../aws";
import type { Answer, Check, Question } from "../types";

/** Roles that AWS's services have in each account, by what makes them needed. DocumentDB uses RDS's. */
const linkedRoles: readonly { readonly type: RegExp; readonly service: string }[] = [
  { type: /^aws:ecs\/cluster:/, service: "ecs" },
  {
    type: /^aws:appautoscaling\/target:/,
    service: "ecs.application-autoscaling",
  },
  { type: /^aws:(rds|docdb)\//, service: "rds" },
  { type: /^aws:elasticache\//, service: "elasticache" },
  { type: /^aws:lb\/loadBalancer:/, service: "elasticloadbalancing" },
  { type: /^aws:guardduty\/detector:/, service: "guardduty" },
  { type: /^aws:wafv2\/webAclLoggingConfiguration:/, service: "wafv2" },
];

const principal = (service: string) => `${service}.amazonaws.com`;

async function make(ask: Ask, services: readonly string[]): Promise<Answer> {
  await Promise.all(
    services.map(async (service) => {
      try {
        await ask("iam", "create-service-linked-role", { AWSServiceName: principal(service) });
      } catch (error) {
        // somebody was quicker: "Service role name … has been taken in this account"
        const taken = error instanceof AwsRefusal && error.code === "InvalidInput" && error.message.includes("taken");
        if (!taken) throw error;
      }
    }),
  );
  return { state: "made", says: `made: ${services.join(", ")}` };
}

/**
 * AWS makes them at a service's first use, and the call after that one may come too soon: "Unable to assume the service
 * linked role" (pulumi/pulumi-aws#1041).
 */
async function look({ plan, ask }: Question): Promise<Answer> {
  const { Roles = [] } = (await ask("iam", "list-roles", { PathPrefix: "/aws-service-role/" })) as {
    Roles?: readonly { readonly Path: string }[];
  };
  // such a role lies below the name of its service, whatever it is called itself
  const there = new Set(Roles.map((r) => r.Path));
  const needed = linkedRoles.filter(({ type }) => plan.resources.some((r) => type.test(r.type)));
  const absent = needed
    .filter(({ service }) => !there.has(`/aws-service-role/${principal(service)}/`))
    .map(({ service }) => service);
  if (absent.length === 0) return { state: "good", says: `${needed.length} there` };
  return {
    state: "warning",
    says: `not there yet: ${absent.join(", ")}`,
    hint: [
      "`make up` makes them first, when nothing is missing; or:",
      `for s in ${absent.join(" ")}; do aws iam create-service-linked-role --aws-service-name $s.amazonaws.com; done`,
    ],
    repair: () => make(ask, absent),
  };
}

export const roleChecks: readonly Check[] = [
  {
    name: "service-linked-roles",
    title: "Service-linked roles",
    asks: "whether AWS's services have their roles in the account; `make up` makes what is absent",
    topologies: ["fargate"],
    severity: "warning",
    ask: look,
  },
];
