import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicy, privateBucket } from "../bucket";
import { usable } from "../usable";
import { cloudFrontRegion } from "./certificates";

/** Where the load balancer, CloudFront and the other buckets (below `s3/`) write who asked for what. */
export interface AccessLogs {
  /** Known, as the ARN is, when its policy admits them. */
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

export interface AccessLogsArgs {
  readonly retentionDays: number;
  readonly forceDestroy: boolean;
  /** How the names of the buckets begin that log here. */
  readonly loggedBuckets: string;
}

/** The bucket of the edge's access logs. Only AWS's own log delivery, for this account, writes there. */
export function accessLogs(name: string, args: AccessLogsArgs, parent: pulumi.Resource): AccessLogs {
  const inside = { parent };
  const account = aws.getCallerIdentityOutput({}, inside).accountId;
  const region = aws.getRegionOutput({}, inside).region;
  const logs = privateBucket(
    name,
    { forceDestroy: args.forceDestroy, expireDays: args.retentionDays, replacedDays: 1 },
    parent,
  );
  const policy = bucketPolicy(
    name,
    logs,
    [
      {
        sid: "BucketLogs",
        service: "logging.s3.amazonaws.com",
        action: "s3:PutObject",
        path: "s3/*",
        condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": `arn:aws:s3:::${args.loggedBuckets}*` },
        },
      },
      {
        sid: "LoadBalancerLogs",
        service: "logdelivery.elasticloadbalancing.amazonaws.com",
        action: "s3:PutObject",
        path: "alb/AWSLogs/*",
        condition: {
          ArnLike: {
            "aws:SourceArn": pulumi.interpolate`arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/*`,
          },
        },
      },
      {
        sid: "CloudFrontLogs",
        service: "delivery.logs.amazonaws.com",
        action: "s3:PutObject",
        path: "AWSLogs/*",
        condition: {
          StringEquals: { "aws:SourceAccount": account, "s3:x-amz-acl": "bucket-owner-full-control" },
          ArnLike: {
            "aws:SourceArn": pulumi.interpolate`arn:aws:logs:${cloudFrontRegion}:${account}:delivery-source:*`,
          },
        },
      },
    ],
    parent,
  );
  return { name: usable(logs.bucket.id, [policy]), arn: usable(logs.bucket.arn, [policy]) };
}

/**
 * Fields of CloudFront's log. Left out are cookies, and queries, in which widgets and notebooks carry tokens.
 */
const fields = [
  "date",
  "time",
  "x-edge-location",
  "sc-bytes",
  "c-ip",
  "cs-method",
  "cs(Host)",
  "cs-uri-stem",
  "sc-status",
  "cs(Referer)",
  "cs(User-Agent)",
  "x-edge-result-type",
  "x-edge-request-id",
  "x-host-header",
  "cs-protocol",
  "cs-bytes",
  "time-taken",
  "ssl-protocol",
  "x-edge-response-result-type",
  "cs-protocol-version",
  "time-to-first-byte",
  "x-edge-detailed-result-type",
  "sc-content-type",
];

/**
 * Standard logging (v2) of distributions. The older kind needs a bucket with ACLs, and writes every field.
 */
export function distributionLogs(
  name: string,
  distributions: Readonly<Record<string, aws.cloudfront.Distribution>>,
  logs: AccessLogs,
  parent: pulumi.Resource,
): void {
  const where = { region: cloudFrontRegion };
  const destination = new aws.cloudwatch.LogDeliveryDestination(
    `${name}-bucket`,
    {
      ...where,
      name: `${name}-bucket`,
      outputFormat: "json",
      deliveryDestinationConfiguration: { destinationResourceArn: logs.arn },
    },
    { parent },
  );
  let before: aws.cloudwatch.LogDelivery | undefined;
  for (const [role, distribution] of Object.entries(distributions)) {
    const source = new aws.cloudwatch.LogDeliverySource(
      `${name}-${role}`,
      { ...where, name: `${name}-${role}`, logType: "ACCESS_LOGS", resourceArn: distribution.arn },
      { parent },
    );
    before = new aws.cloudwatch.LogDelivery(
      `${name}-${role}-delivery`,
      {
        ...where,
        deliverySourceName: source.name,
        deliveryDestinationArn: destination.arn,
        recordFields: fields,
      },
      // a destination takes one at a time: `ConflictException: Requested resource is currently being updated`
      // (https://github.com/hashicorp/terraform-provider-aws/issues/42194)
      { parent, dependsOn: before === undefined ? [] : [before] },
    );
  }
}
