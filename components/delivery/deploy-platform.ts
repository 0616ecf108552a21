import { allow } from "../iam-policy";
import {
  actions,
  arns,
  balancerTypes,
  cdnTypes,
  firstTag,
  forStack,
  madeBy,
  namePrefix,
  ofStack,
  type Scope,
  type Statement,
} from "./statements";

/** The way in: names, certificates, CDN, firewall, load balancer. */
export function edgeStatements(scope: Scope): readonly Statement[] {
  const { regional, global, virginia, anyRegion } = arns(scope);
  const prefix = namePrefix(scope.stack);
  const balancers = regional("elasticloadbalancing", balancerTypes);
  const certificates = anyRegion("acm", ["certificate/*"]);
  const distributions = global("cloudfront", ["distribution/*"]);
  return [
    allow("RequestCertificate", ["acm:RequestCertificate"], "*"),
    allow("TagCertificate", ["acm:AddTagsToCertificate"], certificates, firstTag(scope)),
    allow(
      "Certificates",
      actions("acm", "AddTagsToCertificate DeleteCertificate RemoveTagsFromCertificate UpdateCertificateOptions"),
      certificates,
      ofStack(scope),
    ),
    // the zone may be shared with others; the domain's names are the stack's
    allow("Names", ["route53:ChangeResourceRecordSets"], "arn:aws:route53:::hostedzone/*", {
      "ForAllValues:StringLike": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [scope.domain, `*.${scope.domain}`],
      },
    }),
    allow(
      "MakeCdn",
      actions(
        "cloudfront",
        "CreateCachePolicy CreateDistribution CreateFunction CreateOriginAccessControl CreateOriginRequestPolicy " +
          "CreateResponseHeadersPolicy",
      ),
      "*",
    ),
    allow("TagCdn", ["cloudfront:TagResource"], distributions, firstTag(scope)),
    allow(
      "Cdn",
      actions(
        "cloudfront",
        "AllowVendedLogDeliveryForResource DeleteDistribution TagResource UntagResource UpdateDistribution",
      ),
      distributions,
      ofStack(scope),
    ),
    allow("CdnParts", actions("cloudfront", "Delete* PublishFunction Update*"), [
      ...global("cloudfront", [...cdnTypes, `function/${prefix}-*`]),
    ]),
    allow(
      "Firewall",
      actions("wafv2", "AssociateWebACL Create* Delete* PutLoggingConfiguration TagResource UntagResource Update*"),
      [
        ...virginia(
          "wafv2",
          ["webacl", "regexpatternset", "ipset"].map((t) => `global/${t}/${prefix}*/*`),
        ),
        ...regional("wafv2", [`regional/webacl/${prefix}*/*`]),
        "arn:aws:wafv2:*:*:global/managedruleset/*/*",
      ],
    ),
    // their names are too short for the stack's, so its tag decides
    allow("MakeLoadBalancer", actions("elasticloadbalancing", "CreateLoadBalancer CreateTargetGroup"), balancers),
    allow(
      "TagLoadBalancer",
      ["elasticloadbalancing:AddTags"],
      balancers,
      madeBy("elasticloadbalancing", "CreateListener CreateLoadBalancer CreateRule CreateTargetGroup"),
    ),
    allow(
      "ChangeLoadBalancer",
      actions(
        "elasticloadbalancing",
        "AddTags CreateListener CreateRule Delete* DeregisterTargets Modify* RegisterTargets RemoveTags Set*",
      ),
      balancers,
      ofStack(scope),
    ),
  ];
}

/** Stores, buckets, secrets, keys. */
export function dataStatements(scope: Scope): readonly Statement[] {
  const { regional } = arns(scope);
  const prefix = namePrefix(scope.stack);
  const named = (types: string) => types.split(" ").map((t) => `${t}:${prefix}-*`);
  return [
    allow(
      "Databases",
      actions("rds", "AddTagsToResource Create* Delete* Modify* Reboot* RemoveTagsFromResource ResetDB*"),
      regional("rds", [
        ...named("db cluster subgrp pg cluster-pg es snapshot cluster-snapshot"),
        "pg:default.*",
        "cluster-pg:default.*",
        "og:default:*",
      ]),
    ),
    allow(
      "Caches",
      actions(
        "elasticache",
        "AddTagsToResource Create* DecreaseReplicaCount Delete* IncreaseReplicaCount Modify* RemoveTagsFromResource ResetCache*",
      ),
      regional("elasticache", [
        ...named("replicationgroup cluster subnetgroup parametergroup snapshot"),
        "parametergroup:default.*",
      ]),
    ),
    allow(
      "Buckets",
      actions("s3", "AbortMultipartUpload CreateBucket Delete* GetObject* List* Put* TagResource UntagResource"),
      `arn:aws:s3:::${prefix}-*`,
    ),
    allow("PublicAccess", ["s3:PutAccountPublicAccessBlock"], "*"),
    allow(
      "SecretValues",
      actions(
        "secretsmanager",
        "CancelRotateSecret CreateSecret Delete* GetSecretValue Put* RestoreSecret RotateSecret TagResource UntagResource Update*",
      ),
      regional("secretsmanager", [`secret:${prefix}-*`]),
    ),
    // with the rights of whoever makes a database, RDS keeps its master password there
    allow(
      "MasterPasswords",
      actions("secretsmanager", "CreateSecret RotateSecret TagResource"),
      regional("secretsmanager", ["secret:rds!*"]),
    ),
    allow("MakeKey", ["kms:CreateKey"], "*", forStack(scope)),
    allow("TagKey", ["kms:TagResource"], regional("kms", ["key/*"]), firstTag(scope)),
    allow(
      "Keys",
      actions(
        "kms",
        "CreateGrant Decrypt EnableKeyRotation Encrypt GenerateDataKey* PutKeyPolicy ScheduleKeyDeletion TagResource " +
          "UntagResource UpdateKeyDescription",
      ),
      regional("kms", ["key/*"]),
      ofStack(scope),
    ),
  ];
}

/** Logs, alarms, messages, budget, GuardDuty. */
export function observationStatements(scope: Scope): readonly Statement[] {
  const { regional, global, anyRegion } = arns(scope);
  const prefix = namePrefix(scope.stack);
  return [
    allow(
      "LogPolicies",
      actions("logs", "DeleteQueryDefinition DeleteResourcePolicy PutQueryDefinition PutResourcePolicy"),
      "*",
    ),
    allow(
      "Logs",
      actions(
        "logs",
        "CreateLogGroup DeleteLogGroup DeleteMetricFilter DeleteRetentionPolicy DeleteSubscriptionFilter FilterLogEvents " +
          "GetLogEvents PutMetricFilter PutRetentionPolicy PutSubscriptionFilter TagLogGroup TagResource UntagLogGroup UntagResource",
      ),
      anyRegion("logs", [
        `log-group:/ai-ecosystem/${scope.stack}/*`,
        `log-group:/aws/*/${prefix}-*`,
        `log-group:aws-waf-logs-${prefix}*`,
      ]),
    ),
    allow(
      "VendedLogs",
      actions(
        "logs",
        "CreateDelivery DeleteDelivery* GetDelivery* PutDelivery* UpdateDeliveryConfiguration TagResource UntagResource",
      ),
      anyRegion("logs", [`delivery:*`, `delivery-source:${prefix}*`, `delivery-destination:${prefix}*`]),
    ),
    allow(
      "Alarms",
      actions(
        "cloudwatch",
        "DeleteAlarms DeleteDashboards PutCompositeAlarm PutDashboard PutMetricAlarm TagResource UntagResource",
      ),
      [
        // the second are of the scaling
        ...anyRegion("cloudwatch", [`alarm:${prefix}-*`, `alarm:TargetTracking-service/${prefix}-*`]),
        ...global("cloudwatch", [`dashboard/${prefix}*`]),
      ],
    ),
    allow(
      "Messages",
      actions("sns", "CreateTopic DeleteTopic SetTopicAttributes Subscribe TagResource UntagResource"),
      anyRegion("sns", [`${prefix}-*`]),
    ),
    // a subscription is no resource that rights could name, not even by its topic
    allow("Subscriptions", actions("sns", "SetSubscriptionAttributes Unsubscribe"), "*"),
    allow(
      "Queues",
      actions("sqs", "CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue"),
      regional("sqs", [`${prefix}-*`]),
    ),
    allow(
      "Budget",
      actions("budgets", "ModifyBudget TagResource UntagResource"),
      global("budgets", [`budget/${prefix}-*`]),
    ),
    allow("MakeDetector", ["guardduty:CreateDetector"], "*"),
    allow("TagDetector", ["guardduty:TagResource"], regional("guardduty", ["detector/*"]), firstTag(scope)),
    // never the account's own, which was there before
    allow(
      "Detector",
      actions("guardduty", "DeleteDetector TagResource UntagResource UpdateDetector"),
      regional("guardduty", ["detector/*"]),
      ofStack(scope),
    ),
    allow(
      "Tracing",
      actions("xray", "CreateGroup DeleteGroup TagResource UntagResource UpdateGroup"),
      regional("xray", [`group/${prefix}-*/*`]),
    ),
  ];
}
