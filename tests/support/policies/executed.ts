import type { RecordedResource } from "../../../policies/engine/types";
import type { RuleCase } from "./cases";
import { resource, UNKNOWN } from "./resource";

const task = (command: string) =>
  resource("aws:ecs/taskDefinition:TaskDefinition", {
    containerDefinitions: JSON.stringify([{ name: "files", command: [command] }]),
  });
const fetches = task("set -e; aws s3 cp s3://releases-1a2b/releases/0.sh /release/files.sh; sh /release/files.sh");

const role = (service: string) =>
  resource(
    "aws:iam/role:Role",
    {
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
      }),
    },
    { name: "desk-task" },
  );
const tasks = role("ecs-tasks.amazonaws.com");

const statement = (Effect: string, Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect,
  Action,
  Resource,
  ...more,
});
const everything = "arn:aws:s3:::releases-1a2b/*";
const policy = (of: RecordedResource, ...Statement: unknown[]) =>
  resource("aws:iam/rolePolicy:RolePolicy", { policy: JSON.stringify({ Statement }) }, { name: "rights", uses: [of] });
const managed = resource(
  "aws:iam/policy:Policy",
  { policy: JSON.stringify({ Statement: [statement("Allow", "s3:*Object", "*")] }) },
  { name: "managed" },
);
const denied = (more: object = {}) =>
  statement("Deny", ["s3:PutObject", "s3:DeleteObject*", "s3:PutBucketPolicy"], "arn:aws:s3:::*/releases/*", more);

export const executedCases: Readonly<Record<string, RuleCase>> = {
  "AIE-ECS-13": {
    bad: [
      [fetches, tasks, policy(tasks, statement("Allow", ["s3:GetObject", "s3:PutObject"], everything))],
      [fetches, tasks, policy(tasks, statement("Allow", "s3:putobject*", "arn:aws:s3:::*"))],
      [fetches, tasks, policy(tasks, statement("Allow", "s3:DeleteObject", "arn:aws:s3:::releases-????/releases/*"))],
      [fetches, tasks, policy(tasks, statement("Allow", "s3:PutBucketPolicy", "arn:aws:s3:::releases-1a2b"))],
      // may be denied, or not
      [
        fetches,
        tasks,
        policy(
          tasks,
          statement("Allow", "s3:PutObject", everything),
          denied({ Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ),
      ],
      [
        fetches,
        tasks,
        managed,
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {}, { name: "attached", uses: [tasks, managed] }),
      ],
    ],
    good: [
      [fetches, tasks, policy(tasks, statement("Allow", "s3:GetObject", everything))],
      [fetches, tasks, policy(tasks, statement("Allow", "s3:PutObject", "arn:aws:s3:::files-1a2b/*"))],
      [fetches, tasks, policy(tasks, statement("Allow", ["s3:PutObject", "s3:DeleteObject"], everything), denied())],
      // whoever deploys writes releases
      [fetches, role("ec2.amazonaws.com"), policy(role("ec2.amazonaws.com"), statement("Allow", "s3:PutObject", "*"))],
      [task("sleep 1"), tasks, policy(tasks, statement("Allow", "s3:PutObject", everything))],
      [resource("aws:ecs/taskDefinition:TaskDefinition", { containerDefinitions: UNKNOWN }), tasks],
    ],
  },
};
