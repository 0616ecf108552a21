import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow } from "./iam-policy";
import { serviceRole } from "./service-role";

export interface FlowLogOptions {
  /** Every connection, or those alone that a security group or network ACL refused. */
  readonly traffic: "ALL" | "REJECT";
  readonly logGroup: string;
  readonly retentionDays: number;
}

/** Who talked to whom in a VPC, written to CloudWatch. */
export function flowLogs(
  name: string,
  vpcId: pulumi.Input<string>,
  options: FlowLogOptions,
  parent: pulumi.Resource,
): aws.ec2.FlowLog {
  const inside = { parent };
  const group = new aws.cloudwatch.LogGroup(
    `${name}-log`,
    { name: options.logGroup, retentionInDays: options.retentionDays },
    inside,
  );
  const { arn } = serviceRole(
    `${name}-role`,
    {
      description: "Writes the flow logs of the VPC",
      service: "vpc-flow-logs.amazonaws.com",
      // not on behalf of another account
      condition: { StringEquals: { "aws:SourceAccount": aws.getCallerIdentityOutput({}, inside).accountId } },
      statements: [
        allow(
          "Write",
          ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          [group.arn, pulumi.interpolate`${group.arn}:*`],
        ),
        // AWS has no resource level for it
        allow("Find", "logs:DescribeLogGroups", "*"),
      ],
    },
    inside,
  );
  return new aws.ec2.FlowLog(
    `${name}-vpc`,
    {
      vpcId,
      trafficType: options.traffic,
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: arn,
      maxAggregationInterval: 600,
      tags: { Name: name },
    },
    inside,
  );
}
