import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow } from "../iam-policy";
import { bundleLambda } from "../../templates/lambda/bundle";
import { serviceRole, type RoleStatement } from "../service-role";

export interface SmallLambdaArgs {
  /** Folder in templates/lambda. */
  readonly code: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly timeoutSeconds: number;
  /** What it may do, besides writing its log. */
  readonly statements: readonly RoleStatement[];
  readonly logRetentionDays: number;
  /** Subnets with a way out, for what must reach the data tier. */
  readonly vpc?: {
    readonly subnetIds: readonly pulumi.Input<string>[];
    readonly securityGroupId: pulumi.Input<string>;
  };
}

/** Lambda looks after the network interfaces by itself, with the function's role; the ids are not known before. */
const interfaces: readonly RoleStatement[] = [
  // as in AWS's own AWSLambdaVPCAccessExecutionRole
  allow(
    "Interfaces",
    [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:UnassignPrivateIpAddresses",
    ],
    "arn:aws:ec2:*:*:*/*",
  ),
  // AWS has no resource level for these
  allow("FindInterfaces", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*"),
];

/** A function on Node.js 22 with a role and a log group of its own. */
export function smallLambda(name: string, args: SmallLambdaArgs, parent: pulumi.Resource): aws.lambda.Function {
  const inside = { parent };
  // named, so that its log group is there before Lambda makes one that is kept for ever
  const functionName = name.replace(/[^A-Za-z0-9_-]+/g, "-").slice(-64);
  const log = new aws.cloudwatch.LogGroup(
    `${name}-log`,
    { name: `/aws/lambda/${functionName}`, retentionInDays: args.logRetentionDays },
    inside,
  );
  const role = serviceRole(
    `${name}-role`,
    {
      description: args.description,
      service: "lambda.amazonaws.com",
      statements: [
        allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.interpolate`${log.arn}:*`),
        ...(args.vpc === undefined ? [] : interfaces),
        ...args.statements,
      ],
    },
    inside,
  );
  return new aws.lambda.Function(
    `${name}-function`,
    {
      name: functionName,
      description: args.description,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(bundleLambda(args.code)) }),
      role: role.arn,
      memorySize: 256,
      timeout: args.timeoutSeconds,
      environment: { variables: { ...args.environment } },
      ...(args.vpc === undefined
        ? {}
        : { vpcConfig: { subnetIds: [...args.vpc.subnetIds], securityGroupIds: [args.vpc.securityGroupId] } }),
    },
    { ...inside, dependsOn: [log] },
  );
}

/**
 * Calls a function once a minute, and never again for the same minute: the next call comes anyway.
 * @returns what is there when the calls begin
 */
export function everyMinute(
  name: string,
  lambda: aws.lambda.Function,
  description: string,
  parent: pulumi.Resource,
): pulumi.CustomResource {
  const inside = { parent };
  const minutely = new aws.cloudwatch.EventRule(
    `${name}-minutely`,
    { description, scheduleExpression: "rate(1 minute)" },
    inside,
  );
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    { functionName: lambda.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
    inside,
  );
  const permission = new aws.lambda.Permission(
    `${name}-invoke`,
    {
      action: "lambda:InvokeFunction",
      function: lambda.name,
      principal: "events.amazonaws.com",
      sourceArn: minutely.arn,
    },
    inside,
  );
  return new aws.cloudwatch.EventTarget(
    `${name}-target`,
    {
      rule: minutely.name,
      arn: lambda.arn,
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
    },
    { ...inside, dependsOn: [permission] },
  );
}
