import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { template } from "../../templates/text";
import { iamPolicy } from "../iam-policy";
import { alertFunctionName } from "../names";

export interface SlackArgs {
  readonly stack: string;
  /** Region of the stack. */
  readonly region: string;
  readonly webhookUrl: pulumi.Input<string>;
  readonly topics: readonly { readonly role: string; readonly region: string; readonly arn: pulumi.Input<string> }[];
  readonly logRetentionDays: number;
}

/** Seconds; three attempts of five seconds each and the waits between them. */
const timeout = 30;

/**
 * Tells Slack of alarms: a function that turns them into messages. The webhook's address is a secret (who has it can
 * write there), which the function reads by reference. What cannot be delivered waits in a queue, and an alarm tells.
 */
export class Slack extends pulumi.ComponentResource {
  /** Holds what was not delivered. */
  public readonly undeliveredQueueName: pulumi.Output<string>;

  constructor(name: string, args: SlackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:observability:Slack", name, {}, opts);
    const inside = { parent: this };
    const webhook = new aws.secretsmanager.Secret(
      `${name}-webhook`,
      { description: `Slack webhook for the alerts of ${args.stack}`, recoveryWindowInDays: 7 },
      inside,
    );
    const webhookVersion = new aws.secretsmanager.SecretVersion(
      `${name}-webhook-value`,
      { secretId: webhook.id, secretString: pulumi.secret(args.webhookUrl) },
      inside,
    );
    const undelivered = new aws.sqs.Queue(
      `${name}-undelivered`,
      { sqsManagedSseEnabled: true, messageRetentionSeconds: 14 * 86400 },
      inside,
    );
    // Lambda would make the group by itself, and keep it for ever
    const functionName = alertFunctionName(args.stack);
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      { name: `/aws/lambda/${functionName}`, retentionInDays: args.logRetentionDays },
      inside,
    );
    const { role, policy } = this.identity(name, { webhook, undelivered, logs });
    const lambda = new aws.lambda.Function(
      `${name}-function`,
      {
        name: functionName,
        description: `Alerts of ${args.stack} for Slack`,
        runtime: "nodejs22.x",
        architectures: ["arm64"],
        handler: "index.handler",
        // the runtime brings the AWS SDK; nothing else is used
        code: new pulumi.asset.AssetArchive({
          "index.js": new pulumi.asset.StringAsset(template("lambda/slack/index.js")),
          "contract.json": new pulumi.asset.StringAsset(template("lambda/slack/contract.json")),
        }),
        role: role.arn,
        timeout,
        memorySize: 128,
        environment: { variables: { WEBHOOK_SECRET_ARN: webhook.arn } },
      },
      { ...inside, dependsOn: [policy, webhookVersion, logs] },
    );
    new aws.lambda.FunctionEventInvokeConfig(
      `${name}-retries`,
      {
        functionName: lambda.name,
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 3600,
        destinationConfig: { onFailure: { destination: undelivered.arn } },
      },
      // AWS checks at once that the role may use the queue
      { ...inside, dependsOn: [policy] },
    );
    this.subscribe(name, args, lambda, undelivered);
    this.undeliveredQueueName = undelivered.name;
    this.registerOutputs({ undeliveredQueueName: this.undeliveredQueueName });
  }

  /** Least rights: its secret, its log, its queue. */
  private identity(
    name: string,
    uses: {
      readonly webhook: aws.secretsmanager.Secret;
      readonly undelivered: aws.sqs.Queue;
      readonly logs: aws.cloudwatch.LogGroup;
    },
  ) {
    const inside = { parent: this };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        assumeRolePolicy: iamPolicy([
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ]),
      },
      inside,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-rights`,
      {
        role: role.id,
        policy: iamPolicy([
          {
            Sid: "Log",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${uses.logs.arn}:log-stream:*`,
          },
          { Sid: "Undelivered", Effect: "Allow", Action: "sqs:SendMessage", Resource: uses.undelivered.arn },
          { Sid: "Webhook", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: uses.webhook.arn },
        ]),
      },
      inside,
    );
    return { role, policy };
  }

  private subscribe(name: string, args: SlackArgs, lambda: aws.lambda.Function, undelivered: aws.sqs.Queue): void {
    const inside = { parent: this };
    // a topic can leave only in a queue of its own region what it cannot hand over
    const near = args.topics.filter((topic) => topic.region === args.region);
    const queuePolicy = new aws.sqs.QueuePolicy(
      `${name}-undelivered-policy`,
      {
        queueUrl: undelivered.url,
        policy: iamPolicy([
          {
            Sid: "Topics",
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: undelivered.arn,
            Condition: { ArnEquals: { "aws:SourceArn": near.map((topic) => topic.arn) } },
          },
          {
            Sid: "EncryptedOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:SendMessage",
            Resource: undelivered.arn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      inside,
    );
    for (const topic of args.topics) {
      const permission = new aws.lambda.Permission(
        `${name}-from-${topic.role}`,
        {
          action: "lambda:InvokeFunction",
          function: lambda.name,
          principal: "sns.amazonaws.com",
          sourceArn: topic.arn,
        },
        inside,
      );
      new aws.sns.TopicSubscription(
        `${name}-to-${topic.role}`,
        {
          region: topic.region,
          topic: topic.arn,
          protocol: "lambda",
          endpoint: lambda.arn,
          ...(near.includes(topic)
            ? { redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }) }
            : {}),
        },
        { ...inside, dependsOn: [permission, queuePolicy] },
      );
    }
  }
}
