import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Language } from "../../services/model/types";
import { template } from "../../templates/text";
import { allow, iamPolicy } from "../iam-policy";
import { alertFunctionName } from "../names";
import { serviceRole } from "../service-role";
import { usable } from "../usable";

export interface SlackArgs {
  readonly stack: string;
  /** Region of the stack. */
  readonly region: string;
  readonly webhookUrl: pulumi.Input<string>;
  readonly topics: readonly { readonly role: string; readonly region: string; readonly arn: pulumi.Input<string> }[];
  readonly logRetentionDays: number;
  /** Of the words around what CloudWatch says. */
  readonly language: Language;
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
    const role = serviceRole(
      `${name}-role`,
      {
        service: "lambda.amazonaws.com",
        // least rights: its log, its queue, its secret
        statements: [
          allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.interpolate`${logs.arn}:log-stream:*`),
          allow("Undelivered", "sqs:SendMessage", undelivered.arn),
          allow("Webhook", "secretsmanager:GetSecretValue", webhook.arn),
        ],
      },
      inside,
      `${name}-rights`,
    );
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
        environment: {
          variables: {
            WEBHOOK_SECRET_ARN: usable(webhook.arn, [webhookVersion]),
            ...(args.language === "en" ? {} : { MESSAGE_LANGUAGE: args.language }),
          },
        },
      },
      { ...inside, dependsOn: [logs] },
    );
    new aws.lambda.FunctionEventInvokeConfig(
      `${name}-retries`,
      {
        functionName: lambda.name,
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 3600,
        destinationConfig: { onFailure: { destination: undelivered.arn } },
      },
      inside,
    );
    this.subscribe(name, args, lambda, undelivered);
    this.undeliveredQueueName = undelivered.name;
    this.registerOutputs({ undeliveredQueueName: this.undeliveredQueueName });
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
