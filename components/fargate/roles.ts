import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { usable } from "../usable";

/** What a role may do, given by whoever owns the resource. */
export interface TaskPermission {
  readonly sid: string;
  /** `Deny` takes away from what the others allow. @default Allow */
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>> | undefined;
}

export interface TaskRolesArgs {
  /** ARNs of the secrets that the containers' variables come from. */
  readonly secretArns: readonly pulumi.Input<string>[];
  /** ARN of the log group. */
  readonly logGroupArn: pulumi.Input<string>;
  /** ARNs of the image repositories. */
  readonly repositoryArns: readonly pulumi.Input<string>[];
  /** What the application itself may do. */
  readonly statements: readonly TaskPermission[];
  readonly account: pulumi.Input<string>;
}

/** ARNs, known when the roles may do what they are for. */
export interface TaskRoles {
  readonly execution: pulumi.Output<string>;
  readonly task: pulumi.Output<string>;
}

/** ECS may take the role for tasks of this account, and not on behalf of another. */
const trust = (account: pulumi.Input<string>) =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ],
  });

const policy = (statements: readonly TaskPermission[]) =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect = "Allow", actions, resources, condition }) => ({
      Sid: sid,
      Effect: effect,
      Action: [...actions].sort(),
      Resource: resources,
      ...(condition === undefined ? {} : { Condition: condition }),
    })),
  });

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
  const inside = { parent };
  const assumeRolePolicy = trust(args.account);
  const role = (suffix: string, description: string, statements: readonly TaskPermission[]) => {
    const made = new aws.iam.Role(`${name}-${suffix}`, { assumeRolePolicy, description }, inside);
    if (statements.length === 0) return made.arn;
    return usable(made.arn, [
      new aws.iam.RolePolicy(`${name}-${suffix}-policy`, { role: made.id, policy: policy(statements) }, inside),
    ]);
  };
  const execution = role("start", "Starts the tasks: image, secrets, logs", [
    // AWS has no resource level for the login to the registry
    { sid: "Login", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      sid: "Image",
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      resources: args.repositoryArns,
    },
    {
      sid: "Logs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${args.logGroupArn}:*`],
    },
    ...(args.secretArns.length === 0
      ? []
      : [{ sid: "Secrets", actions: ["secretsmanager:GetSecretValue"], resources: args.secretArns }]),
  ]);
  return { execution, task: role("task", "What the application may do", args.statements) };
}

/**
 * Role with which ECS moves a listener's traffic from one target group to the other. ECS tries its rights at once: the ARN
 * is known when they are there.
 */
export function blueGreenRole(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const inside = { parent };
  const made = new aws.iam.Role(
    `${name}-blue-green`,
    {
      // as AWS documents it: for this role ECS does not say on whose behalf it comes
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs.amazonaws.com" } }],
      }),
      description: "Moves the traffic in blue/green deployments",
    },
    inside,
  );
  const policy = new aws.iam.RolePolicyAttachment(
    `${name}-blue-green-policy`,
    {
      role: made.name,
      // AWS's own, as it follows what ECS does
      policyArn: "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
    },
    inside,
  );
  return usable(made.arn, [policy]);
}
