import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { iamPolicy } from "../iam-policy";
import { alarmName } from "../names";

export interface AlertTopicArgs {
  readonly stack: string;
  /** Region of the topic: CloudWatch tells only topics of its own region. */
  readonly region: string;
  /** @default nobody is written to */
  readonly email?: string | undefined;
}

/** What the account itself may do with the key, so that it can never be locked out of it; using the data is not in it. */
const administration = [
  "kms:CancelKeyDeletion",
  "kms:CreateGrant",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateKeyDescription",
];

/** Services that tell of this stack, and which of their resources may. */
const publishers = (account: pulumi.Output<string>, { stack, region }: AlertTopicArgs) => [
  {
    sid: "Alarms",
    service: "cloudwatch.amazonaws.com",
    source: pulumi.interpolate`arn:aws:cloudwatch:${region}:${account}:alarm:${alarmName(stack, "*")}`,
  },
  { sid: "Budgets", service: "budgets.amazonaws.com", source: pulumi.interpolate`arn:aws:budgets::${account}:*` },
];

/**
 * An encrypted topic that this stack's alarms and budget may publish to, and nobody else. The key is the stack's own,
 * since CloudWatch may not use `alias/aws/sns`: with that one every alarm would be lost without a word.
 */
export class AlertTopic extends pulumi.ComponentResource {
  public readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlertTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:observability:AlertTopic", name, {}, opts);
    const inside = { parent: this };
    const { region } = args;
    const account = aws.getCallerIdentityOutput({}, inside).accountId;
    const conditions = (source: pulumi.Output<string>) => ({
      ArnLike: { "aws:SourceArn": source },
      StringEquals: { "aws:SourceAccount": account },
    });
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        region,
        description: `Alerts of the stack ${args.stack}`,
        enableKeyRotation: true,
        policy: iamPolicy([
          {
            Sid: "Administration",
            Effect: "Allow",
            Principal: { AWS: pulumi.interpolate`arn:aws:iam::${account}:root` },
            Action: administration,
            Resource: "*",
          },
          ...publishers(account, args).map(({ sid, service, source }) => ({
            Sid: sid,
            Effect: "Allow",
            Principal: { Service: service },
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: "*",
            Condition: conditions(source),
          })),
        ]),
      },
      inside,
    );
    const topic = new aws.sns.Topic(
      `${name}-topic`,
      { region, displayName: `AI ecosystem ${args.stack}`, kmsMasterKeyId: key.arn },
      inside,
    );
    const policy = new aws.sns.TopicPolicy(
      `${name}-policy`,
      {
        region,
        arn: topic.arn,
        policy: iamPolicy([
          ...publishers(account, args).map(({ sid, service, source }) => ({
            Sid: sid,
            Effect: "Allow",
            Principal: { Service: service },
            Action: "sns:Publish",
            Resource: topic.arn,
            Condition: conditions(source),
          })),
          {
            Sid: "EncryptedOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "sns:Publish",
            Resource: topic.arn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      inside,
    );
    if (args.email !== undefined) {
      // AWS sends a letter to it: until its link is followed, nothing else arrives
      new aws.sns.TopicSubscription(
        `${name}-email`,
        { region, topic: topic.arn, protocol: "email", endpoint: args.email },
        inside,
      );
    }
    // nobody may publish before the policy is there
    this.arn = policy.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
