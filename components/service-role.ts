import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Permission } from "../services/model/types";
import { allow, iamPolicy, serviceTrust } from "./iam-policy";
import { usable } from "./usable";

/** A statement of what a role may do. */
export interface RoleStatement {
  readonly Sid: string;
  /** `Deny` takes away from what the others allow. */
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: pulumi.Input<string> | readonly pulumi.Input<string>[] | pulumi.Output<string[]>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/** What a service says that it needs of AWS, as IAM has it. */
export const statementOf = ({ sid, actions, resources }: Permission): RoleStatement =>
  allow(sid, [...actions].sort(), resources);

export interface ServiceRoleArgs {
  /** Who takes it: `lambda.amazonaws.com`. */
  readonly service: string;
  /** On whose behalf, e.g. of this account only. @default anybody's */
  readonly condition?: object;
  readonly description?: string;
  /** Its policy; without any it has none. */
  readonly statements: readonly RoleStatement[];
}

/**
 * A role that a service of AWS takes, with its one policy. Name and ARN are known when it may do what it is for.
 * @param policyName name of the policy's resource
 */
export function serviceRole(
  name: string,
  { service, condition, statements, ...args }: ServiceRoleArgs,
  opts: pulumi.CustomResourceOptions,
  policyName = `${name}-policy`,
): { readonly arn: pulumi.Output<string>; readonly name: pulumi.Output<string> } {
  const role = new aws.iam.Role(name, { ...args, assumeRolePolicy: serviceTrust(service, condition) }, opts);
  if (statements.length === 0) return role;
  const policy = new aws.iam.RolePolicy(policyName, { role: role.id, policy: iamPolicy(statements) }, opts);
  return { arn: usable(role.arn, [policy]), name: usable(role.name, [policy]) };
}
