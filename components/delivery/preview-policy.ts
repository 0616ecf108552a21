import { allow } from "../iam-policy";
import { previewedObjects } from "./state";
import { actions, arns, cdnTypes, namePrefix, type Scope, type Statement } from "./statements";

/** Files of the repository, rendered, without secrets: releases, and the dashboard, which everybody sees. */
const shownObjects = (stack: string): readonly string[] =>
  [`*/releases/*`, `edge-dashboard*/*`].map((path) => `arn:aws:s3:::${namePrefix(stack)}-${path}`);

/**
 * What a refresh reads of the types of this program. Not AWS's ReadOnlyAccess: that reads objects, messages, log
 * lines and parameters of the whole account. Service by service instead, and only what describes a resource.
 */
export function readPlatform(scope: Scope): readonly Statement[] {
  const { regional, global, anyRegion } = arns(scope);
  const prefix = namePrefix(scope.stack);
  return [
    allow(
      // AWS has no resource level for these, see policies/rules/unscoped-actions.ts
      "DescribeAny",
      [
        "acm:ListCertificates",
        "application-autoscaling:Describe*",
        "cloudfront:List*",
        "cloudwatch:ListMetrics",
        "ec2:Describe*",
        "ecs:DescribeTaskDefinition",
        "ecs:ListClusters",
        "ecs:ListTaskDefinitions",
        "ecs:ListTasks",
        "elasticloadbalancing:Describe*",
        "guardduty:ListDetectors",
        "iam:ListOpenIDConnectProviders",
        "kms:ListAliases",
        "logs:DescribeDelivery*",
        "logs:DescribeLogGroups",
        "logs:DescribeQueryDefinitions",
        "logs:DescribeResourcePolicies",
        "rds:DescribeDBEngineVersions",
        "rds:DescribeOrderableDBInstanceOptions",
        "route53:GetChange",
        "route53:ListHostedZones",
        "route53:ListHostedZonesByName",
        "s3:GetAccountPublicAccessBlock",
        "servicediscovery:GetOperation",
        "servicediscovery:ListNamespaces",
        "servicediscovery:ListServices",
        "servicediscovery:ListTagsForResource",
        "sns:GetSubscriptionAttributes",
        "sts:GetCallerIdentity",
        "wafv2:ListWebACLs",
      ],
      "*",
    ),
    allow("ReadCertificates", ["acm:Describe*", "acm:ListTagsForCertificate"], anyRegion("acm", ["certificate/*"])),
    allow(
      "ReadEdge",
      ["cloudfront:Describe*", "cloudfront:Get*"],
      global("cloudfront", [...cdnTypes, "distribution/*", "function/*"]),
    ),
    allow(
      "ReadFirewall",
      ["wafv2:Get*", "wafv2:ListTagsForResource", "wafv2:ListResourcesForWebACL"],
      anyRegion("wafv2", ["global/*/*/*", "regional/*/*/*"]),
    ),
    // the lists that AWS keeps, such as CloudFront's addresses
    allow("ReadLists", ["ec2:GetManagedPrefixListEntries"], `arn:aws:ec2:${scope.region}:aws:prefix-list/*`),
    allow("ReadNames", ["route53:Get*", "route53:List*"], "arn:aws:route53:::hostedzone/*"),
    allow(
      "ReadData",
      ["elasticache:Describe*", "elasticache:List*", "rds:Describe*", "rds:ListTagsForResource"],
      [
        ...regional(
          "rds",
          ["db", "cluster", "subgrp", "pg", "cluster-pg", "es", "og", "snapshot", "cluster-snapshot"].map(
            (t) => `${t}:*`,
          ),
        ),
        ...global("rds", ["global-cluster:*"]),
        ...regional(
          "elasticache",
          ["replicationgroup", "cluster", "subnetgroup", "parametergroup"].map((t) => `${t}:*`),
        ),
      ],
    ),
    allow(
      "ReadBuckets",
      actions(
        "s3",
        "GetAccelerateConfiguration GetBucket* GetEncryptionConfiguration GetLifecycleConfiguration " +
          "GetReplicationConfiguration ListBucket ListTagsForResource",
      ),
      `arn:aws:s3:::${prefix}-*`,
    ),
    allow("ReadShown", ["s3:GetObject", "s3:GetObjectTagging"], shownObjects(scope.stack)),
  ];
}

/** The rest of it: IAM limits the length of one policy. */
export function readWorkload(scope: Scope): readonly Statement[] {
  const { regional, global, anyRegion } = arns(scope);
  const prefix = namePrefix(scope.stack);
  return [
    allow(
      "ReadCompute",
      ["ecs:Describe*", "ecs:List*"],
      regional(
        "ecs",
        "cluster service task task-definition task-set capacity-provider service-deployment service-revision"
          .split(" ")
          .map((t) => `${t}/*`),
      ),
    ),
    allow(
      "ReadImages",
      ["ecr:BatchGetImage", "ecr:Describe*", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:List*"],
      regional("ecr", [`repository/ai-ecosystem/${scope.stack.toLowerCase()}/*`]),
    ),
    allow(
      "ReadDiscovery",
      ["application-autoscaling:ListTagsForResource", "servicediscovery:Get*"],
      [
        ...regional("application-autoscaling", ["scalable-target/*"]),
        ...regional("servicediscovery", ["namespace/*", "service/*"]),
      ],
    ),
    allow(
      "ReadFunctions",
      ["events:Describe*", "events:List*", "lambda:GetFunction*", "lambda:GetPolicy", "lambda:List*"],
      [...regional("lambda", [`function:${prefix}-*`]), ...regional("events", [`rule/${prefix}-*`])],
    ),
    allow(
      "ReadSecretNames",
      ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:ListSecretVersionIds"],
      regional("secretsmanager", [`secret:${prefix}-*`, "secret:rds!*"]),
    ),
    allow(
      "ReadKeys",
      ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      regional("kms", ["key/*"]),
    ),
    allow(
      "ReadIdentity",
      actions(
        "iam",
        "GetGroup* GetOpenIDConnectProvider GetPolicy* GetRole* ListAttached* ListGroupPolicies ListInstanceProfilesForRole " +
          "ListOpenIDConnectProviderTags ListPolicyTags ListPolicyVersions ListRolePolicies ListRoleTags",
      ),
      global("iam", [
        `group/${prefix}-*`,
        "oidc-provider/*",
        `policy/${prefix}-*`,
        `role/${prefix}-*`,
        `policy/ai-ecosystem/${scope.stack}/*`,
        `role/ai-ecosystem/${scope.stack}/*`,
      ]),
    ),
    allow(
      "ReadObservation",
      [
        ...actions("budgets", "ListTagsForResource ViewBudget"),
        ...actions("cloudwatch", "Describe* GetDashboard ListTagsForResource"),
        ...actions("guardduty", "Get* List*"),
        ...actions("logs", "DescribeMetricFilters DescribeSubscriptionFilters GetDelivery* ListTags*"),
        ...actions("sns", "GetTopicAttributes List*"),
        ...actions("sqs", "GetQueueAttributes GetQueueUrl ListQueueTags"),
        ...actions("xray", "GetGroup ListTagsForResource"),
      ],
      [
        ...global("budgets", [`budget/${prefix}-*`]),
        ...global("cloudwatch", [`dashboard/${prefix}*`]),
        // AWS asks for the right on all alarms, whichever are described
        ...anyRegion("cloudwatch", ["alarm:*"]),
        ...regional("guardduty", ["detector/*"]),
        ...anyRegion("logs", ["log-group:/ai-ecosystem/*", "log-group:/aws/*", "log-group:aws-waf-logs-*"]),
        ...anyRegion("logs", ["delivery:*", `delivery-source:${prefix}*`, `delivery-destination:${prefix}*`]),
        ...anyRegion("sns", [`${prefix}-*`]),
        ...regional("sqs", [`${prefix}-*`]),
        ...regional("xray", [`group/${prefix}-*`]),
      ],
    ),
  ];
}

/** Whatever another policy may grant one day: no values of secrets, no data, no way into a container. */
export function denyData({ stack, state }: Scope): readonly Statement[] {
  const deny = (Sid: string, Action: readonly string[], where: Pick<Statement, "Resource" | "NotResource">) =>
    ({ Sid, Effect: "Deny", Action, ...where }) as const;
  return [
    deny(
      "NoData",
      [
        "ecs:ExecuteCommand",
        "ecs:RunTask",
        "lambda:Invoke*",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:StartLiveTail",
        "logs:StartQuery",
        "rds:DownloadDBLogFilePortion",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter*",
        "ssm:StartSession",
        "sts:AssumeRole",
      ],
      { Resource: "*" },
    ),
    deny("NoObjects", ["s3:GetObject*"], { NotResource: [...shownObjects(stack), ...previewedObjects(state, stack)] }),
    // the contents of buckets are the concern of the one before
    {
      ...deny(
        "NoKeys",
        ["kms:Decrypt"],
        state.keyArn === undefined ? { Resource: "*" } : { NotResource: [state.keyArn] },
      ),
      Condition: { StringNotLikeIfExists: { "kms:ViaService": "s3.*.amazonaws.com" } },
    },
  ];
}
