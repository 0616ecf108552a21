import { patternMatches, statementsOf, trustOf, type Statement } from "../engine/documents";
import { isOpaque } from "../engine/inputs";
import type { RecordedResource, Rule, Stack } from "../engine/types";

const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** What puts other bytes into the place of an object, or takes it away. */
const writes = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutBucketPolicy"];

/** Objects of S3 that the commands of a task definition name. */
function fetched({ inputs }: RecordedResource): readonly { readonly arn: string; readonly bucket: string }[] {
  const definitions = inputs["containerDefinitions"];
  if (typeof definitions !== "string" || isOpaque(definitions)) return [];
  return [...definitions.matchAll(/s3:\/\/([a-z0-9][a-z0-9.-]+)\/([^\s"'\\;|&]+)/g)].map(
    ([, bucket = "", key = ""]) => ({
      arn: `arn:aws:s3:::${bucket}/${key}`,
      bucket: `arn:aws:s3:::${bucket}`,
    }),
  );
}

const isTaskRole = (role: RecordedResource): boolean =>
  trustOf(role).some((s) => s.allows && s.principals.includes("Service:ecs-tasks.amazonaws.com"));

/** Everything that a role may do by policies of the stack. */
function rightsOf(role: RecordedResource, stack: Stack): readonly Statement[] {
  const attached = stack.usersOf(role, attachment).flatMap((a) => stack.usedBy(a, "aws:iam/policy:Policy"));
  return [role, ...stack.usersOf(role, "aws:iam/rolePolicy:RolePolicy"), ...attached].flatMap(statementsOf);
}

/** A condition may not hold: it does not take a right away, and what is allowed under one counts. */
function may(statements: readonly Statement[], action: string, resource: string): boolean {
  const matching = statements.filter(
    (s) =>
      (s.notActions.length > 0
        ? !s.notActions.some((a) => patternMatches(a, action, "i"))
        : s.actions.some((a) => patternMatches(a, action, "i"))) &&
      (s.notResources.length > 0
        ? !s.notResources.some((r) => patternMatches(r, resource))
        : s.resources.some((r) => patternMatches(r, resource))),
  );
  return matching.some((s) => s.allows) && !matching.some((s) => !s.allows && s.conditions.length === 0);
}

/** What runs in tasks and is no image. */
export const executedRules: readonly Rule[] = [
  {
    id: "AIE-ECS-13",
    severity: "error",
    title: "What tasks execute is writable by no task",
    reason: "Whoever takes over one application would run programs in all of them, with their secrets.",
    remedy:
      "Keep what tasks fetch at their start in a bucket that task roles may only read from, or deny them its keys.",
    references: [],
    types: ["aws:ecs/taskDefinition:TaskDefinition"],
    scope: "stack",
    check: (task, stack) => {
      const objects = fetched(task);
      if (objects.length === 0) return [];
      const roles = stack.ofType("aws:iam/role:Role").filter(isTaskRole);
      return roles.flatMap((role) => {
        const rights = rightsOf(role, stack);
        return objects
          .filter(({ arn, bucket }) =>
            writes.some((action) => may(rights, action, action.includes("Bucket") ? bucket : arn)),
          )
          .map(({ arn }) => `starts with ${arn}, which ${role.name} may write`);
      });
    },
  },
];
