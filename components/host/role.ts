import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow } from "../iam-policy";
import type { Permission } from "../../services/model/types";
import { serviceRole, statementOf, type RoleStatement } from "../service-role";

/** What Session Manager needs of an instance: most of it has no resource level, and the instance's id is not known yet. */
const sessionManager: RoleStatement = allow(
  "SessionManager",
  [
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  "*",
);

/** Instance profile of the host: Session Manager, what its services ask for, and what it does itself. */
export function hostProfile(
  name: string,
  permissions: readonly Permission[],
  own: readonly RoleStatement[],
  parent: pulumi.Resource,
): aws.iam.InstanceProfile {
  const inside = { parent };
  const role = serviceRole(
    `${name}-role`,
    {
      service: "ec2.amazonaws.com",
      description: "The ecosystem's host",
      statements: [sessionManager, ...permissions.map(statementOf), ...own],
    },
    inside,
  );
  return new aws.iam.InstanceProfile(`${name}-profile`, { role: role.name }, inside);
}

/** ARN of the role with which Data Lifecycle Manager makes and deletes snapshots, in this account only. */
export function snapshotRole(
  name: string,
  account: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  return serviceRole(
    `${name}-snapshot-role`,
    {
      service: "dlm.amazonaws.com",
      condition: { StringEquals: { "aws:SourceAccount": account } },
      description: "Nightly snapshots of the data volume",
      statements: [
        allow(
          "Snapshots",
          ["ec2:CreateSnapshot", "ec2:CreateSnapshots", "ec2:DeleteSnapshot", "ec2:CreateTags"],
          ["arn:aws:ec2:*::snapshot/*", "arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:instance/*"],
        ),
        // AWS has no resource level for these
        allow("Find", ["ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"], "*"),
      ],
    },
    { parent },
  ).arn;
}
