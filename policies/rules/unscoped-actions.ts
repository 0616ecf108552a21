/**
 * Actions for which `Resource: "*"` is right, with the reason. A `*` at the end of a name stands for the rest.
 * See https://docs.aws.amazon.com/service-authorization/latest/reference/ for what an action can be limited to.
 */
export const unscopedActions: Readonly<Record<string, string>> = {
  "acm:ListCertificates": "no resource level",
  "acm:RequestCertificate":
    "the certificate has no ARN before it is requested; it proves nothing until DNS answers for it",
  "application-autoscaling:Describe*": "no resource level",
  "cloudfront:CreateCachePolicy": "no resource level",
  "cloudfront:CreateDistribution": "no resource level",
  "cloudfront:CreateFunction": "no resource level",
  "cloudfront:CreateOriginAccessControl": "no resource level",
  "cloudfront:CreateOriginRequestPolicy": "no resource level",
  "cloudfront:CreateResponseHeadersPolicy": "no resource level",
  "cloudfront:List*": "no resource level",
  "cloudwatch:GetMetricData": "no resource level",
  "cloudwatch:ListMetrics": "no resource level",
  "cloudwatch:PutMetricData": "no resource level; limit it by the condition cloudwatch:namespace",
  "ec2:AssignPrivateIpAddresses":
    "network interfaces of functions in a VPC are made by Lambda, their ids are not known",
  "ec2:CreateNetworkInterface": "network interfaces of functions in a VPC are made by Lambda, their ids are not known",
  "ec2:DeleteNetworkInterface": "network interfaces of functions in a VPC are made by Lambda, their ids are not known",
  "ec2:Describe*": "no resource level",
  "ec2:UnassignPrivateIpAddresses":
    "network interfaces of functions in a VPC are made by Lambda, their ids are not known",
  "ecr:GetAuthorizationToken": "no resource level",
  "ecs:DeregisterTaskDefinition": "no resource level",
  "ecs:DescribeTaskDefinition": "no resource level",
  "ecs:ListClusters": "no resource level",
  "ecs:ListTaskDefinitions": "no resource level",
  "ecs:ListTasks": "its resource is a container instance, and Fargate has none",
  "ecs:RegisterTaskDefinition": "no resource level; it runs only with roles that may be passed on",
  "elasticloadbalancing:Describe*": "no resource level",
  "guardduty:CreateDetector": "no resource level; one per account and region",
  "guardduty:ListDetectors": "no resource level",
  "iam:ListOpenIDConnectProviders": "no resource level",
  "kms:CreateKey": "a key has no ARN before it is made; limited by the tag of the stack",
  "kms:ListAliases": "no resource level",
  "logs:CreateLogDelivery": "no resource level; flow logs and WAF logs need it",
  "logs:DeleteLogDelivery": "no resource level; flow logs and WAF logs need it",
  "logs:DeleteQueryDefinition": "no resource level",
  "logs:DeleteResourcePolicy": "no resource level",
  "logs:DescribeDelivery*": "no resource level",
  "logs:DescribeLogGroups": "no resource level for lists",
  "logs:DescribeQueryDefinitions": "no resource level",
  "logs:DescribeResourcePolicies": "no resource level",
  "logs:PutQueryDefinition": "no resource level",
  "logs:PutResourcePolicy": "no resource level",
  "logs:UpdateLogDelivery": "no resource level; flow logs and WAF logs need it",
  "rds:DescribeDBEngineVersions": "no resource level",
  "rds:DescribeOrderableDBInstanceOptions": "no resource level",
  "route53:GetChange": "changes are short-lived and have ids of their own",
  "route53:ListHostedZones": "no resource level",
  "route53:ListHostedZonesByName": "no resource level",
  "s3:GetAccountPublicAccessBlock": "no resource level; a setting of the account",
  "s3:PutAccountPublicAccessBlock": "no resource level; a setting of the account",
  "secretsmanager:GetRandomPassword": "no resource level",
  "servicediscovery:CreateHttpNamespace": "no resource level",
  "servicediscovery:GetOperation": "an operation is no resource",
  "servicediscovery:ListNamespaces": "no resource level",
  "servicediscovery:ListServices": "no resource level",
  "servicediscovery:ListTagsForResource": "no resource level",
  "servicediscovery:TagResource": "no resource level",
  "sns:GetSubscriptionAttributes": "a subscription has no resource level",
  "sns:SetSubscriptionAttributes": "a subscription has no resource level",
  "sns:Unsubscribe": "a subscription has no resource level",
  "ssm:UpdateInstanceInformation": "the agent speaks for its own instance, whose id is not known before the role is",
  "ssmmessages:CreateControlChannel": "no resource level",
  "ssmmessages:CreateDataChannel": "no resource level",
  "ssmmessages:OpenControlChannel": "no resource level",
  "ssmmessages:OpenDataChannel": "no resource level",
  "sts:GetCallerIdentity": "no resource level",
  "wafv2:ListWebACLs": "no resource level",
  "xray:GetSampling*": "no resource level",
  "xray:PutTelemetryRecords": "no resource level",
  "xray:PutTraceSegments": "no resource level",
};

/** Whether AWS cannot limit the action to a resource. */
export function isUnscoped(action: string): boolean {
  const name = action.toLowerCase();
  return Object.keys(unscopedActions).some((known) => {
    const pattern = known.toLowerCase();
    return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  });
}
