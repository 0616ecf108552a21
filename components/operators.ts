import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow } from "./iam-policy";

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
    allow("OwnAccess", settingUp, ["arn:aws:iam::*:mfa/*", "arn:aws:iam::*:user/${aws:username}"]),
    // whoever has the second factor may also give it up
    allow("OwnDevice", ["iam:DeactivateMFADevice"], ["arn:aws:iam::*:user/${aws:username}"], {
      Bool: { "aws:MultiFactorAuthPresent": "true" },
    }),
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

/**
 * Group of those who operate a stack; its members are added by hand, they are no part of the program. */
export function operatorsGroup(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const inside = { parent };
  const group = new aws.iam.Group(name, {}, inside);
  new aws.iam.GroupPolicy(`${name}-second-factor`, { group: group.name, policy: secondFactor }, inside);
  for (const policy of looking) {
    new aws.iam.GroupPolicyAttachment(
      `${name}-${policy.split("/").at(-1) ?? policy}`.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase(),
      { group: group.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
      inside,
    );
  }
  return group.name;
}
