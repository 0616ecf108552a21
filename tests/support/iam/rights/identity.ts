import { arn, input, type Need, type On, type Place, type RightsTable } from "./rights";

const everywhere = "";
const path = (place: Place): string => (typeof place.inputs["path"] === "string" ? place.inputs["path"] : "/");
const identity = (type: string): On => arn("iam", (place) => `${type}${path(place)}${place.name}`, everywhere);
/** The delivery's own roles, and the one on call, lie on a path that the deploy role does not reach. */
const roleOf: On = arn(
  "iam",
  (place) => {
    const role = input(place, "role");
    return /-delivery-github-|-on-call/.test(role)
      ? `role/ai-ecosystem/${place.stack}/delivery/${role}`
      : `role/${role}`;
  },
  everywhere,
);
const bound = ({ boundary }: Place) => ({ "iam:PermissionsBoundary": boundary });
const groupOf: On = arn("iam", (place) => `group/${input(place, "group")}`, everywhere);
const withBoundary = (actions: string): Need => ({ actions, with: bound });

/** Who may do what. */
export const identityRights: RightsTable = {
  "aws:iam/role:Role": {
    own: identity("role"),
    create: [withBoundary("iam:CreateRole"), "iam:TagRole"],
    change: [
      withBoundary("iam:PutRolePermissionsBoundary"),
      "iam:UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole TagRole UntagRole",
    ],
    read: "iam:GetRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole ListRoleTags",
  },
  "aws:iam/rolePolicy:RolePolicy": {
    own: roleOf,
    create: [withBoundary("iam:PutRolePolicy")],
    change: [withBoundary("iam:PutRolePolicy"), "iam:DeleteRolePolicy"],
    read: "iam:GetRolePolicy",
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    own: roleOf,
    create: [withBoundary("iam:AttachRolePolicy")],
    change: "iam:DetachRolePolicy",
    read: "iam:ListAttachedRolePolicies",
  },
  "aws:iam/policy:Policy": {
    own: identity("policy"),
    create: "iam:CreatePolicy TagPolicy",
    change: "iam:CreatePolicyVersion DeletePolicyVersion DeletePolicy TagPolicy UntagPolicy",
    read: "iam:GetPolicy GetPolicyVersion ListPolicyVersions ListPolicyTags",
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    own: arn("iam", () => "oidc-provider/token.actions.githubusercontent.com", everywhere),
    create: "iam:CreateOpenIDConnectProvider TagOpenIDConnectProvider",
    change: "iam:UpdateOpenIDConnectProviderThumbprint AddClientIDToOpenIDConnectProvider DeleteOpenIDConnectProvider",
    read: "iam:GetOpenIDConnectProvider ListOpenIDConnectProviderTags",
  },
  "aws:iam/group:Group": {
    own: identity("group"),
    create: "iam:CreateGroup",
    change: "iam:UpdateGroup DeleteGroup",
    read: "iam:GetGroup",
  },
  "aws:iam/groupPolicy:GroupPolicy": {
    own: groupOf,
    create: "iam:PutGroupPolicy",
    change: "iam:PutGroupPolicy DeleteGroupPolicy",
    read: "iam:GetGroupPolicy",
  },
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": {
    own: groupOf,
    create: "iam:AttachGroupPolicy",
    change: "iam:DetachGroupPolicy",
    read: "iam:ListAttachedGroupPolicies",
  },
};
