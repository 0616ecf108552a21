import { expect } from "chai";
import { boundaryStatements } from "../../../../components/delivery/identity";
import { statementsOf } from "../../../../policies/engine/documents";
import { fakeAccount } from "../../../../record/mocks/fake";
import type { RecordedResource } from "../../../../record/record";
import { attachmentType, everything, isDelivery, ofType, recordProd, roleType } from "../../../support/iam/delivery";
import { may, type Document } from "../../../support/iam/iam";

/** Policies of AWS's own that roles of the stack have, as far as ECS needs them here; AWS adds to them at times. */
const managed: Readonly<Record<string, readonly (readonly [action: string, on: string])[]>> = {
  "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers": [
    ...["DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth"].map(
      (name) => [`elasticloadbalancing:${name}`, "*"] as const,
    ),
    ...["RegisterTargets", "DeregisterTargets"].map(
      (name) =>
        [
          `elasticloadbalancing:${name}`,
          `arn:aws:elasticloadbalancing:us-east-1:${fakeAccount}:targetgroup/web/1`,
        ] as const,
    ),
    ["elasticloadbalancing:ModifyListener", `arn:aws:elasticloadbalancing:us-east-1:${fakeAccount}:listener/app/a/1/2`],
    [
      "elasticloadbalancing:ModifyRule",
      `arn:aws:elasticloadbalancing:us-east-1:${fakeAccount}:listener-rule/app/a/1/2/3`,
    ],
  ],
};

interface Grant {
  readonly role: string;
  readonly action: string;
  readonly on: string;
}

describe("permissions boundary", function () {
  let resources: readonly RecordedResource[];
  const boundary: Document = {
    Statement: boundaryStatements({ account: fakeAccount, region: "us-east-1", stack: "prod" }),
  };
  const shown = (grants: readonly Grant[]) => grants.map(({ role, action, on }) => `${role}: ${action} on ${on}`);
  /** Whom a role that starts tasks hands theirs to: its policy says so, and the boundary asks. */
  const handedTo = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
  const beyond = (grants: readonly Grant[]) =>
    shown(grants.filter(({ action, on }) => !may([boundary], action, on, handedTo)));

  /** What inline policies allow. */
  const inline = (): Grant[] =>
    resources
      .filter((r) => r.type === "aws:iam/rolePolicy:RolePolicy" || r.type === roleType)
      // the role on call is people's, and has no boundary either
      .filter((r) => !isDelivery(r.name) && !r.name.includes("-on-call"))
      .flatMap((r) =>
        statementsOf(r)
          .filter((s) => s.allows)
          .flatMap((s) => s.actions.flatMap((action) => s.resources.map((on) => ({ role: r.name, action, on })))),
      );
  const attachments = () =>
    ofType(resources, attachmentType)
      .filter((a) => !isDelivery(a.inputs["role"]))
      .map((a) => ({ role: a.name, arn: String(a.inputs["policyArn"]) }));

  before(async () => {
    ({ resources } = await recordProd(everything));
  });

  it("leaves the roles of prod what their own policies give them", () => {
    expect(inline().length).to.be.greaterThan(100);
    expect(beyond(inline())).to.deep.equal([]);
    const everythingElse = resources.filter((r) => r.type === roleType && !isDelivery(r.name));
    expect(everythingElse.filter((r) => r.inputs["managedPolicyArns"] !== undefined)).to.be.empty;
  });

  it("leaves them what attached policies give them; those of AWS are known here", () => {
    const attached = attachments();
    expect(attached.length).to.be.greaterThan(0);
    expect(
      attached.filter(({ arn }) => managed[arn] === undefined).map(({ role, arn }) => `${role}: ${arn}`),
    ).to.deep.equal([]);
    const grants = attached.flatMap(({ role, arn }) =>
      (managed[arn] ?? []).map(([action, on]) => ({ role, action, on })),
    );
    expect(beyond(grants)).to.deep.equal([]);
  });

  it("lets nobody change rights, whatever a role's own policies say", () => {
    for (const action of [
      "iam:CreateRole",
      "iam:PassRole",
      "iam:PutRolePolicy",
      "sts:AssumeRole",
      "kms:PutKeyPolicy",
    ]) {
      expect(may([boundary], action, "*"), action).to.be.false;
      expect(may([boundary], action, `arn:aws:iam::${fakeAccount}:role/ai-ecosystem-prod-services-x`), action).to.be
        .false;
    }
    expect(may([boundary], "s3:GetObject", "arn:aws:s3:::acme-state/.pulumi/stacks/ai-ecosystem/prod.json")).to.be
      .false;
  });
});
