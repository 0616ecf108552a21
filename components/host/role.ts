import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Permission } from "../../services/model/types";
import { iamPolicy, serviceTrust } from "../iam-policy";
import { usable } from "../usable";

/** A statement of an inline policy. */
export interface HostStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string> | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What Session Manager needs of an instance: most of it has no resource level, and the instance's id is not known yet. */
const sessionManager: HostStatement = {
  Sid: "SessionManager",
  Effect: "Allow",
  Action: [
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
};

const statementOf = ({ sid, actions, resources }: Permission): HostStatement => ({
  Sid: sid,
  Effect: "Allow",
  Action: actions,
  Resource: resources,
});

/** Instance profile of the host: Session Manager, what its services ask for, and what it does itself. */
export function hostProfile(
  name: string,
  permissions: readonly Permission[],
  own: readonly HostStatement[],
  parent: pulumi.Resource,
): aws.iam.InstanceProfile {
  const inside = { parent };
  const role = new aws.iam.Role(
    `${name}-role`,
    { assumeRolePolicy: serviceTrust("ec2.amazonaws.com"), description: "The ecosystem's host" },
    inside,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-role-policy`,
    {
      role: role.id,
      policy: iamPolicy([sessionManager, ...permissions.map(statementOf), ...own]),
    },
    inside,
  );
  return new aws.iam.InstanceProfile(`${name}-profile`, { role: usable(role.name, [policy]) }, inside);
}

/** ARN of the role with which Data Lifecycle Manager makes and deletes snapshots, in this account only. */
export function snapshotRole(
  name: string,
  account: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const inside = { parent };
  const role = new aws.iam.Role(
    `${name}-snapshot-role`,
    {
      assumeRolePolicy: serviceTrust("dlm.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }),
      description: "Nightly snapshots of the data volume",
    },
    inside,
  );
  const policy = iamPolicy([
    {
      Sid: "Snapshots",
      Effect: "Allow",
      Action: ["ec2:CreateSnapshot", "ec2:CreateSnapshots", "ec2:DeleteSnapshot", "ec2:CreateTags"],
      Resource: ["arn:aws:ec2:*::snapshot/*", "arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:instance/*"],
    },
    {
      // AWS has no resource level for these
      Sid: "Find",
      Effect: "Allow",
      Action: ["ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"],
      Resource: "*",
    },
  ]);
  const rolePolicy = new aws.iam.RolePolicy(`${name}-snapshot-role-policy`, { role: role.id, policy }, inside);
  return usable(role.arn, [rolePolicy]);
}
