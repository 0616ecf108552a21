import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface GuardrailsArgs {
  /** `existing`: the account has a detector in this region already; there can be one. */
  readonly guardDuty: "create" | "existing" | "off";
  /** No bucket of the whole account can be public, of whatever program it is. `existing`: somebody else sees to it. */
  readonly publicAccessBlock: "create" | "existing";
}

/**
 * Plans of GuardDuty that are billed apart. A new detector has them all on, so each is switched off by name: a plan that
 * nobody names stays on. Runtime monitoring is the exception, off until somebody asks for it.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html
 */
const plans = ["S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS", "EBS_MALWARE_PROTECTION", "EKS_AUDIT_LOGS"];

/** What may be looked at: metrics, logs, and what there is; neither secrets nor the content of buckets and databases. */
const looking = ["job-function/ViewOnlyAccess", "CloudWatchReadOnlyAccess"];

/** What somebody needs to set up a second factor, or a first password. */
const settingUp = [
  "iam:ChangePassword",
  "iam:CreateVirtualMFADevice",
  "iam:EnableMFADevice",
  "iam:GetMFADevice",
  "iam:GetUser",
  "iam:ListMFADevices",
  "iam:ResyncMFADevice",
];

const withoutFactor = { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } };

/** Everything is refused that was not asked with a second factor, but for setting that up. */
const secondFactor = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "OwnAccess",
      Effect: "Allow",
      Action: settingUp,
      Resource: ["arn:aws:iam::*:mfa/*", "arn:aws:iam::*:user/${aws:username}"],
    },
    {
      // whoever has the second factor may also give it up
      Sid: "OwnDevice",
      Effect: "Allow",
      Action: ["iam:DeactivateMFADevice"],
      Resource: ["arn:aws:iam::*:user/${aws:username}"],
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    },
    {
      Sid: "NothingWithoutSecondFactor",
      Effect: "Deny",
      NotAction: [...settingUp, "sts:GetSessionToken", "sts:AssumeRole"],
      Resource: "*",
      // absent where there is no session, as with long-lived keys
      Condition: withoutFactor,
    },
    {
      // the role on call asks for the second factor itself, with the very call that a long-lived key signs
      Sid: "NoOtherRoleWithoutSecondFactor",
      Effect: "Deny",
      Action: ["sts:AssumeRole"],
      NotResource: ["arn:aws:iam::*:role/ai-ecosystem/*/delivery/*-on-call-*"],
      Condition: withoutFactor,
    },
  ],
});

/** What holds for the whole account, whatever runs in it. */
export class Guardrails extends pulumi.ComponentResource {
  /** Group of those who operate the stack; its members are added by hand, they are no part of the program. */
  public readonly operatorsGroupName: pulumi.Output<string>;

  constructor(name: string, args: GuardrailsArgs, opts?: pulumi.ComponentResourceOptions) {
    // what is left to others is no resource: the policies see it by these inputs
    const { guardDuty, publicAccessBlock } = args;
    super("ai-ecosystem:guardrails:Guardrails", name, { guardDuty, publicAccessBlock }, opts);
    const inside = { parent: this };
    if (guardDuty === "create") {
      const detector = new aws.guardduty.Detector(
        `${name}-detector`,
        { enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES" },
        inside,
      );
      let detectorId = detector.id;
      for (const plan of plans) {
        // one after the other: each is a change of the same detector
        detectorId = new aws.guardduty.DetectorFeature(
          `${name}-detector-${plan.toLowerCase().replaceAll("_", "-")}`,
          { detectorId, name: plan, status: "DISABLED" },
          inside,
        ).detectorId;
      }
    }
    if (publicAccessBlock === "create") {
      new aws.s3.AccountPublicAccessBlock(
        `${name}-private-buckets`,
        { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
        // others rely on it by the time that this stack goes
        { ...inside, retainOnDelete: true },
      );
    }
    this.operatorsGroupName = this.operators(name);
    this.registerOutputs({ operatorsGroupName: this.operatorsGroupName });
  }

  private operators(name: string): pulumi.Output<string> {
    const inside = { parent: this };
    const group = new aws.iam.Group(`${name}-operators`, {}, inside);
    new aws.iam.GroupPolicy(`${name}-operators-second-factor`, { group: group.name, policy: secondFactor }, inside);
    for (const policy of looking) {
      new aws.iam.GroupPolicyAttachment(
        `${name}-operators-${policy.split("/").at(-1) ?? policy}`.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase(),
        { group: group.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
        inside,
      );
    }
    return group.name;
  }
}
