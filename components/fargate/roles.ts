import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow, serviceTrust } from "../iam-policy";
import { serviceRole, type RoleStatement } from "../service-role";
import { usable } from "../usable";

export interface TaskRolesArgs {
  /** ARNs of the secrets that the containers' variables come from. */
  readonly secretArns: readonly pulumi.Input<string>[];
  /** ARN of the log group. */
  readonly logGroupArn: pulumi.Input<string>;
  /** ARNs of the image repositories. */
  readonly repositoryArns: readonly pulumi.Input<string>[];
  /** What the application itself may do. */
  readonly statements: readonly RoleStatement[];
  readonly account: pulumi.Input<string>;
}

/** ARNs, known when the roles may do what they are for. */
export interface TaskRoles {
  readonly execution: pulumi.Output<string>;
  readonly task: pulumi.Output<string>;
}

/** What AWS takes, less the end that Pulumi adds. */
const longestName = 64 - "-1a2b3c4".length;

/**
 * Looks whether AWS will take the names of the roles of tasks.
 * @throws pulumi.RunError that names the longest.
 */
export function checkRoleNames(tasks: readonly string[]): void {
  const longest = [...tasks].sort((a, b) => b.length - a.length)[0] ?? "";
  const excess = `${longest}-start`.length - longestName;
  if (excess > 0) {
    throw new pulumi.RunError(
      `Names of roles have 64 characters at most, and that of ${longest} would be ${excess} longer: choose a shorter name for the stack, or for the service.`,
    );
  }
}

/** Roles of one task: ECS's, which fetches image and secrets, and the application's. */
export function taskRoles(name: string, args: TaskRolesArgs, parent: pulumi.Resource): TaskRoles {
  // for tasks of this account, and not on behalf of another
  const condition = { StringEquals: { "aws:SourceAccount": args.account } };
  const role = (suffix: string, description: string, statements: readonly RoleStatement[]) =>
    serviceRole(
      `${name}-${suffix}`,
      { service: "ecs-tasks.amazonaws.com", condition, description, statements },
      { parent },
    ).arn;
  const execution = role("start", "Starts the tasks: image, secrets, logs", [
    // AWS has no resource level for the login to the registry
    allow("Login", ["ecr:GetAuthorizationToken"], ["*"]),
    allow(
      "Image",
      ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      args.repositoryArns,
    ),
    allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${args.logGroupArn}:*`]),
    ...(args.secretArns.length === 0 ? [] : [allow("Secrets", ["secretsmanager:GetSecretValue"], args.secretArns)]),
  ]);
  return { execution, task: role("task", "What the application may do", args.statements) };
}

/**
 * Role with which ECS moves a listener's traffic from one target group to the other. ECS tries its rights at once: the ARN
 * is known when they are there.
 */
export function blueGreenRole(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const inside = { parent };
  const role = new aws.iam.Role(
    `${name}-blue-green`,
    {
      // as AWS documents it: for this role ECS does not say on whose behalf it comes
      assumeRolePolicy: serviceTrust("ecs.amazonaws.com"),
      description: "Moves the traffic in blue/green deployments",
    },
    inside,
  );
  const policy = new aws.iam.RolePolicyAttachment(
    `${name}-blue-green-policy`,
    {
      role: role.name,
      // AWS's own, as it follows what ECS does
      policyArn: "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
    },
    inside,
  );
  return usable(role.arn, [policy]);
}
