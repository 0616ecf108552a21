import type * as pulumi from "@pulumi/pulumi";
import { allow } from "../iam-policy";
import { actions, arns, balancerTypes, namePrefix, type Place, type Statement } from "./statements";

/** Path of the delivery's own roles and policies: no grant of the deploy role reaches it, so it cannot widen itself. */
export const deliveryPath = (stack: string): string => `/ai-ecosystem/${stack}/delivery/`;

/** Services that the stack's roles are for. */
const roleServices = [
  "ecs-tasks.amazonaws.com",
  "ecs.amazonaws.com",
  "events.amazonaws.com",
  "lambda.amazonaws.com",
  "monitoring.rds.amazonaws.com",
  "scheduler.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
];
/** Services that make a role of their own at their first use in an account. */
const linkedServices = [
  "ecs.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "elasticache.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
  "guardduty.amazonaws.com",
  // made with the first detector, whose malware protection is on until it is switched off:
  // https://docs.aws.amazon.com/guardduty/latest/ug/slr-permissions-malware-protection.html
  "malware-protection.guardduty.amazonaws.com",
  "rds.amazonaws.com",
  "wafv2.amazonaws.com",
];

/**
 * Roles of the stack's tasks and functions: made, changed and passed on by name, and only with the boundary on them.
 * Without it, whoever may write roles has every right of the account.
 */
export function identityStatements(scope: Place, boundaryArn: string): readonly Statement[] {
  const { global } = arns(scope);
  const prefix = namePrefix(scope.stack);
  const roles = global("iam", [`role/${prefix}-*`]);
  return [
    allow("MakeRoles", actions("iam", "AttachRolePolicy CreateRole PutRolePermissionsBoundary PutRolePolicy"), roles, {
      StringEquals: { "iam:PermissionsBoundary": boundaryArn },
    }),
    allow(
      "KeepRoles",
      actions(
        "iam",
        "DeleteRole DeleteRolePolicy DetachRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
      ),
      roles,
    ),
    allow(
      "Policies",
      actions("iam", "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion TagPolicy UntagPolicy"),
      global("iam", [`policy/${prefix}-*`]),
    ),
    allow("PassRoles", ["iam:PassRole"], roles, { StringEquals: { "iam:PassedToService": roleServices } }),
    allow("LinkedRoles", ["iam:CreateServiceLinkedRole"], global("iam", ["role/aws-service-role/*"]), {
      StringEquals: { "iam:AWSServiceName": linkedServices },
    }),
  ];
}

/** The most that a role of the stack may do, whatever its own policies say: run the applications, never change rights. */
export function boundaryStatements(scope: Place): readonly Statement[] {
  const { regional, anyRegion, global } = arns(scope);
  const prefix = namePrefix(scope.stack);
  return [
    allow(
      "NoResourceLevel",
      [
        ...actions("ec2", "AssignPrivateIpAddresses CreateNetworkInterface DeleteNetworkInterface Describe*"),
        "ec2:UnassignPrivateIpAddresses",
        ...actions("cloudwatch", "GetMetricData PutMetricData"),
        ...["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition", "elasticloadbalancing:Describe*"],
        ...["logs:DescribeLogGroups", "secretsmanager:GetRandomPassword", "sts:GetCallerIdentity"],
        ...actions("ssmmessages", "CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel"),
        ...actions("xray", "GetSampling* PutTelemetryRecords PutTraceSegments"),
      ],
      "*",
    ),
    allow(
      "Images",
      actions("ecr", "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer"),
      regional("ecr", [`repository/ai-ecosystem/${scope.stack.toLowerCase()}/*`]),
    ),
    allow(
      "Logs",
      actions("logs", "CreateLogGroup CreateLogStream DescribeLogStreams PutLogEvents"),
      anyRegion("logs", ["log-group:/ai-ecosystem/*", "log-group:/aws/*", "log-group:RDSOSMetrics*"]),
    ),
    allow(
      "Secrets",
      actions("secretsmanager", "DescribeSecret GetSecretValue PutSecretValue UpdateSecretVersionStage"),
      regional("secretsmanager", [`secret:${prefix}-*`, "secret:rds!*"]),
    ),
    allow("Keys", actions("kms", "Decrypt DescribeKey GenerateDataKey*"), regional("kms", ["key/*"])),
    allow(
      "Buckets",
      actions("s3", "AbortMultipartUpload DeleteObject* GetBucket* GetObject* ListBucket* ListMultipart* PutObject*"),
      [`arn:aws:s3:::${prefix}-*`],
    ),
    allow(
      "Services",
      actions("ecs", "Describe* ListTasks UpdateService"),
      regional("ecs", [`cluster/${prefix}-*`, `service/${prefix}-*/*`, `task/${prefix}-*/*`]),
    ),
    allow("Tasks", ["ecs:RunTask"], regional("ecs", [`task-definition/${prefix}*:*`])),
    // a task that is started by the clock gets its own roles, which have this boundary as well
    allow("HandOver", ["iam:PassRole"], global("iam", [`role/${prefix}-*`]), {
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
    allow("Databases", ["rds:DescribeDBInstances"], regional("rds", [`db:${prefix}-*`])),
    allow("Caches", ["elasticache:DescribeCacheClusters"], regional("elasticache", [`cluster:${prefix}-*`])),
    allow(
      "Traffic",
      actions("elasticloadbalancing", "DeregisterTargets ModifyListener ModifyRule RegisterTargets SetRulePriorities"),
      regional("elasticloadbalancing", balancerTypes),
    ),
    allow("Messages", ["sns:Publish"], anyRegion("sns", [`${prefix}-*`])),
    allow("Queues", ["sqs:SendMessage"], anyRegion("sqs", [`${prefix}-*`])),
    allow("Functions", ["lambda:InvokeFunction"], regional("lambda", [`function:${prefix}-*`])),
    allow("Models", actions("bedrock", "InvokeModel InvokeModelWithResponseStream"), [
      "arn:aws:bedrock:*::foundation-model/*",
      "arn:aws:bedrock:*:*:inference-profile/*",
    ]),
  ];
}

const roleType = "aws:iam/role:Role";

/**
 * Puts the boundary on every role of the stack that is registered after it; the delivery's own roles are on another
 * path, and have none. For `pulumi.runtime.registerStackTransformation`.
 */
export function withBoundary(boundaryArn: pulumi.Input<string>, stack: string): pulumi.ResourceTransformation {
  return ({ type, props, opts }) => {
    const given = props as Record<string, unknown>;
    if (type !== roleType || given["path"] === deliveryPath(stack)) return undefined;
    return { props: { ...given, permissionsBoundary: boundaryArn }, opts };
  };
}
