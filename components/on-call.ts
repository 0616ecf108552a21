import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deliveryPath } from "./delivery/identity";
import { actions, arns, namePrefix, policyDocument, type Place, type Statement } from "./delivery/statements";
import { allow, iamPolicy } from "./iam-policy";
import { operatorsGroup } from "./operators";

export interface OnCallArgs {
  readonly stack: string;
  readonly region: string;
  readonly account: pulumi.Input<string>;
  /** IAM group whose members may take the role. @default one of its own */
  readonly groupName?: pulumi.Input<string>;
  /** What the pages about this kind of stack need. */
  readonly statements: (place: Place) => readonly Statement[];
}

/** A night's work. The role's sessions begin with a second factor, and end. */
const sessionSeconds = 4 * 3600;

/** What the pages in docs/runbooks look at, and their link to the console's dashboard. */
function look(place: Place): readonly Statement[] {
  const { regional, global, anyRegion } = arns(place);
  const prefix = namePrefix(place.stack);
  return [
    allow(
      "LookAround",
      [
        ...["acm:ListCertificates", "application-autoscaling:DescribeScalingActivities", "ce:GetCostAndUsage"],
        ...actions("cloudwatch", "GetMetricData GetMetricStatistics ListDashboards ListMetrics"),
        ...actions("ec2", "DescribeSecurityGroups DescribeSubnets"),
        ...actions("ecs", "DescribeTaskDefinition ListClusters ListServices ListTaskDefinitions ListTasks"),
        ...actions("elasticloadbalancing", "DescribeTargetGroups DescribeTargetHealth"),
        ...["events:ListRules", "logs:DescribeLogGroups", "rds:DescribeEvents"],
        ...["secretsmanager:ListSecrets", "sqs:ListQueues"],
      ],
      "*",
    ),
    // AWS asks for the right on all alarms, whichever are described
    allow("Alarms", actions("cloudwatch", "DescribeAlarmHistory DescribeAlarms"), anyRegion("cloudwatch", ["alarm:*"])),
    allow("Dashboard", ["cloudwatch:GetDashboard"], global("cloudwatch", [`dashboard/${prefix}*`])),
    allow("Certificates", ["acm:DescribeCertificate"], anyRegion("acm", ["certificate/*"])),
    allow(
      "Tasks",
      actions("ecs", "DescribeServices DescribeTasks"),
      regional("ecs", [`service/${prefix}-*/*`, `task/${prefix}-*/*`]),
    ),
    allow("DatabasesThere", ["rds:DescribeDBInstances"], regional("rds", ["db:*"])),
    allow("ClustersThere", ["rds:DescribeDBClusters"], regional("rds", ["cluster:*"])),
    allow("NodesThere", ["elasticache:DescribeCacheClusters"], regional("elasticache", ["cluster:*"])),
    allow("CacheThere", ["elasticache:DescribeReplicationGroups"], regional("elasticache", ["replicationgroup:*"])),
    allow(
      "Logs",
      actions("logs", "FilterLogEvents GetLogEvents GetQueryResults StartQuery"),
      anyRegion("logs", [
        `log-group:/ai-ecosystem/${place.stack}/*`,
        `log-group:/aws/lambda/${prefix}-*`,
        `log-group:/aws/rds/instance/${prefix}-*`,
        `log-group:aws-waf-logs-${prefix}*`,
      ]),
    ),
    allow("Rules", ["events:DescribeRule"], regional("events", [`rule/${prefix}-*`])),
    allow("Undelivered", ["sqs:ReceiveMessage"], regional("sqs", [`${prefix}-*`])),
  ];
}

/** What they change. No data, no rights, no secret's value; and SQL, by a task of the job that sets PostgreSQL up. */
function mend(place: Place): readonly Statement[] {
  const { regional, global, anyRegion } = arns(place);
  const prefix = namePrefix(place.stack);
  const setup = `${prefix}-services-postgres-setup`;
  return [
    allow("TryAlarms", ["cloudwatch:SetAlarmState"], anyRegion("cloudwatch", [`alarm:${prefix}-*`])),
    allow("SwitchOn", ["events:EnableRule"], regional("events", [`rule/${prefix}-*`])),
    allow("Forget", ["sqs:PurgeQueue"], regional("sqs", [`${prefix}-*`])),
    allow("Services", ["ecs:UpdateService"], regional("ecs", [`service/${prefix}-*/*`])),
    allow(
      "Scaling",
      ["application-autoscaling:RegisterScalableTarget"],
      regional("application-autoscaling", ["scalable-target/*"]),
    ),
    allow("Sql", ["ecs:RunTask"], regional("ecs", [`task-definition/${setup}-task:*`])),
    allow("SqlRoles", ["iam:PassRole"], global("iam", [`role/${setup}-*`]), {
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
    allow(
      "Databases",
      actions("rds", "ModifyDBInstance RebootDBInstance StartDBInstance"),
      regional("rds", [`db:${prefix}-*`]),
    ),
    allow("Clusters", actions("rds", "FailoverDBCluster StartDBCluster"), regional("rds", [`cluster:${prefix}-*`])),
    allow("Cache", ["elasticache:ModifyReplicationGroup"], regional("elasticache", [`replicationgroup:${prefix}-*`])),
    allow(
      "Rotation",
      actions("secretsmanager", "RotateSecret UpdateSecretVersionStage"),
      regional("secretsmanager", [`secret:${prefix}-database-users-*`]),
    ),
    // Secrets Manager tries a rotation with the rights of whoever asks for it
    allow("TryRotation", ["lambda:InvokeFunction"], regional("lambda", [`function:${prefix}-rotation-rotator*`])),
  ];
}

/** What the pages about production need. */
export const onCallStatements = (place: Place): readonly Statement[] => [...look(place), ...mend(place)];

/**
 * The role of whoever is woken: just the rights that the commands of docs/runbooks need. It lies where the deploy role does
 * not reach, as it is no part of what a workflow may change.
 */
export class OnCall extends pulumi.ComponentResource {
  public readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: OnCallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:on-call:OnCall", name, {}, opts);
    const inside = { parent: this };
    const { stack, region } = args;
    const role = new aws.iam.Role(
      name,
      {
        path: deliveryPath(stack),
        description: "On call: the commands of docs/runbooks",
        maxSessionDuration: sessionSeconds,
        assumeRolePolicy: iamPolicy([
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { AWS: pulumi.interpolate`arn:aws:iam::${args.account}:root` },
            Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
          },
        ]),
      },
      inside,
    );
    const policy = pulumi
      .output(args.account)
      .apply((account) => policyDocument(args.statements({ account, region, stack })));
    new aws.iam.RolePolicy(`${name}-policy`, { role: role.id, policy }, inside);
    new aws.iam.GroupPolicy(
      `${name}-operators`,
      {
        group: args.groupName ?? operatorsGroup(`${name}-operators`, this),
        policy: iamPolicy([allow("OnCall", ["sts:AssumeRole"], [role.arn])]),
      },
      inside,
    );
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: role.arn });
  }
}
