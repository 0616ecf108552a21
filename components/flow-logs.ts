import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { iamPolicy, serviceTrust } from "./iam-policy";

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
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      description: "Writes the flow logs of the VPC",
      // not on behalf of another account
      assumeRolePolicy: serviceTrust("vpc-flow-logs.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": aws.getCallerIdentityOutput({}, inside).accountId },
      }),
    },
    inside,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-role-policy`,
    {
      role: role.id,
      policy: iamPolicy([
        {
          Sid: "Write",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          Resource: [group.arn, pulumi.interpolate`${group.arn}:*`],
        },
        // AWS has no resource level for it
        { Sid: "Find", Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: "*" },
      ]),
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
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
      tags: { Name: name },
    },
    { ...inside, dependsOn: [policy] },
  );
}
