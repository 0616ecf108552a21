import { arn, both, input, some, type Need, type On, type RightsTable } from "./rights";

const everywhere = "";
const cdn = (type: string): On => some("cloudfront", type, "E1A2B3C4D5", everywhere);
/** Load balancers and groups have names of a few letters, so the stack's tag tells whose they are. */
const elb = (type: string): On => arn("elasticloadbalancing", () => type);
const balancer = elb("loadbalancer/app/edge-1a2b/0123456789abcdef");
const listener = elb("listener/app/edge-1a2b/0123456789abcdef/0123456789abcdef");
const rule = elb("listener-rule/app/edge-1a2b/0123456789abcdef/0123456789abcdef/0123456789abcdef");
const targets = elb("targetgroup/web-1a2b/0123456789abcdef");
const acl: On = (place) =>
  `arn:aws:wafv2:us-east-1:${place.account}:global/webacl/${place.name}/01234567-89ab-cdef-0123-456789abcdef`;
const managedRules: On = () => "arn:aws:wafv2:us-east-1:aws:global/managedruleset/AWSManagedRulesCommonRuleSet/1";
const certificate: On = (place) =>
  `arn:aws:acm:${input(place, "region") === "us-east-1" ? "us-east-1" : place.region}:${place.account}:certificate/0123`;
const zone: On = () => "arn:aws:route53:::hostedzone/Z0123456789ABC";

const tagged = (action: string, on: On): Need => ({
  actions: "elasticloadbalancing:AddTags",
  on,
  with: { "elasticloadbalancing:CreateAction": action },
});
const retag = "elasticloadbalancing:AddTags RemoveTags";
const logDelivery = (type: string): On =>
  arn("logs", (place) => `${type}:${type === "delivery" ? "0123456789abcdef" : place.name}`, "us-east-1");
const logTags = "logs:TagResource UntagResource";

/** Names, certificates, CDN, firewall, load balancer. */
export const edgeRights: RightsTable = {
  "aws:acm/certificate:Certificate": {
    own: certificate,
    create: "acm:RequestCertificate AddTagsToCertificate",
    change: "acm:AddTagsToCertificate DeleteCertificate RemoveTagsFromCertificate UpdateCertificateOptions",
    read: "acm:DescribeCertificate ListTagsForCertificate",
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    own: certificate,
    create: [],
    change: [],
    read: "acm:DescribeCertificate",
  },
  "aws:route53/record:Record": {
    own: zone,
    untagged: true,
    create: [],
    change: [
      {
        actions: "route53:ChangeResourceRecordSets",
        with: (place) => ({
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": input(place, "name").replace(/\.$/, ""),
        }),
      },
      "route53:GetChange",
    ],
    read: "route53:GetHostedZone ListResourceRecordSets ListTagsForResource",
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    own: balancer,
    create: ["elasticloadbalancing:CreateLoadBalancer", tagged("CreateLoadBalancer", balancer)],
    change: [
      "elasticloadbalancing:DeleteLoadBalancer ModifyLoadBalancerAttributes SetIpAddressType SetSecurityGroups SetSubnets",
      retag,
    ],
    read:
      "elasticloadbalancing:DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeTags " +
      "DescribeCapacityReservation; ec2:DescribeNetworkInterfaces",
  },
  "aws:lb/listener:Listener": {
    own: listener,
    create: [tagged("CreateListener", listener)],
    change: [
      { actions: "elasticloadbalancing:CreateListener", on: balancer },
      "elasticloadbalancing:DeleteListener ModifyListener ModifyListenerAttributes",
      retag,
    ],
    read: "elasticloadbalancing:DescribeListeners DescribeListenerAttributes DescribeTags",
  },
  "aws:lb/listenerRule:ListenerRule": {
    own: rule,
    create: [tagged("CreateRule", rule)],
    change: [
      { actions: "elasticloadbalancing:CreateRule", on: listener },
      "elasticloadbalancing:DeleteRule ModifyRule SetRulePriorities",
      retag,
    ],
    read: "elasticloadbalancing:DescribeRules DescribeTags",
  },
  "aws:lb/targetGroup:TargetGroup": {
    own: targets,
    create: ["elasticloadbalancing:CreateTargetGroup", tagged("CreateTargetGroup", targets)],
    change: ["elasticloadbalancing:DeleteTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes", retag],
    read: "elasticloadbalancing:DescribeTargetGroups DescribeTargetGroupAttributes DescribeTags DescribeTargetHealth",
  },
  "aws:wafv2/webAcl:WebAcl": {
    own: acl,
    create: ["wafv2:TagResource", { actions: "wafv2:CreateWebACL", on: both(acl, managedRules) }],
    change: [
      "wafv2:DeleteWebACL TagResource UntagResource",
      { actions: "wafv2:UpdateWebACL", on: both(acl, managedRules) },
    ],
    read: "wafv2:GetWebACL ListTagsForResource",
  },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    own: acl,
    create: [],
    change: [
      "wafv2:PutLoggingConfiguration DeleteLoggingConfiguration",
      "logs:CreateLogDelivery DeleteLogDelivery PutResourcePolicy DescribeResourcePolicies DescribeLogGroups",
    ],
    read: "wafv2:GetLoggingConfiguration",
  },
  "aws:cloudfront/distribution:Distribution": {
    own: cdn("distribution"),
    create: ["cloudfront:CreateDistribution TagResource", { actions: "wafv2:GetWebACL", on: acl }],
    change: "cloudfront:UpdateDistribution DeleteDistribution TagResource UntagResource",
    read: "cloudfront:GetDistribution GetDistributionConfig ListTagsForResource",
  },
  "aws:cloudfront/cachePolicy:CachePolicy": {
    own: cdn("cache-policy"),
    untagged: true,
    create: "cloudfront:CreateCachePolicy",
    change: "cloudfront:UpdateCachePolicy DeleteCachePolicy",
    read: "cloudfront:GetCachePolicy",
  },
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {
    own: cdn("origin-request-policy"),
    untagged: true,
    create: "cloudfront:CreateOriginRequestPolicy",
    change: "cloudfront:UpdateOriginRequestPolicy DeleteOriginRequestPolicy",
    read: "cloudfront:GetOriginRequestPolicy",
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    own: cdn("response-headers-policy"),
    untagged: true,
    create: "cloudfront:CreateResponseHeadersPolicy",
    change: "cloudfront:UpdateResponseHeadersPolicy DeleteResponseHeadersPolicy",
    read: "cloudfront:GetResponseHeadersPolicy",
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": {
    own: cdn("origin-access-control"),
    untagged: true,
    create: "cloudfront:CreateOriginAccessControl",
    change: "cloudfront:UpdateOriginAccessControl DeleteOriginAccessControl",
    read: "cloudfront:GetOriginAccessControl",
  },
  "aws:cloudfront/function:Function": {
    own: arn("cloudfront", ({ name }) => `function/${name}`, everywhere),
    create: "cloudfront:CreateFunction",
    change: "cloudfront:UpdateFunction PublishFunction DeleteFunction",
    read: "cloudfront:DescribeFunction GetFunction",
  },
  "aws:cloudwatch/logDelivery:LogDelivery": {
    own: logDelivery("delivery"),
    create: [
      {
        actions: "logs:CreateDelivery",
        on: both(
          logDelivery("delivery"),
          arn("logs", (place) => `delivery-source:${input(place, "deliverySourceName")}`, "us-east-1"),
          arn(
            "logs",
            (place) => `delivery-destination:${input(place, "deliveryDestinationArn").split(/[:/]/).pop() ?? ""}`,
            "us-east-1",
          ),
        ),
      },
      "logs:TagResource",
    ],
    change: ["logs:DeleteDelivery UpdateDeliveryConfiguration", logTags],
    read: "logs:GetDelivery ListTagsForResource",
  },
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
    own: logDelivery("delivery-destination"),
    create: "logs:PutDeliveryDestination TagResource",
    change: ["logs:PutDeliveryDestination DeleteDeliveryDestination", logTags],
    read: "logs:GetDeliveryDestination ListTagsForResource",
  },
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": {
    own: logDelivery("delivery-source"),
    create: [
      "logs:PutDeliverySource TagResource",
      { actions: "cloudfront:AllowVendedLogDeliveryForResource", on: cdn("distribution"), tagged: true },
    ],
    change: ["logs:PutDeliverySource DeleteDeliverySource", logTags],
    read: "logs:GetDeliverySource ListTagsForResource",
  },
};
