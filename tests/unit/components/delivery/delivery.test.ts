import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Delivery, type DeliveryArgs } from "../../../../components/delivery/delivery";
import { withBoundary } from "../../../../components/delivery/identity";
import { longestPolicy } from "../../../../components/delivery/statements";
import { evaluate } from "../../../../policies/engine/evaluate";
import { record, valueOf, type RecordedResource } from "../../../../record/record";
import { deliveryRole, ofType, policiesOf } from "../../../support/iam/delivery";
import { may, type Document } from "../../../support/iam/iam";

const args: DeliveryArgs = {
  stack: "prod",
  images: ["chatwoot/chatwoot:v4.18.0-ce", "ghcr.io/librechat-ai/librechat:v0.8.8", "mongo:8.0.29"],
  domain: "desk.example.com",
  githubRepository: "acme/desk",
  githubOidc: "create",
  stateBucket: "s3://acme-state/desks?region=us-east-1",
  stateKmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1234",
  deletionProtection: true,
};
const tags = { "ai-ecosystem:stack": "prod", "ai-ecosystem:project": "ai-ecosystem", ManagedBy: "pulumi" };

const run = (changes: Partial<DeliveryArgs> = {}, preview = false) =>
  record(
    () => {
      const provider = new aws.Provider("aws", { region: "us-east-1", defaultTags: { tags } });
      return new Delivery("ai-ecosystem-prod-delivery", { ...args, ...changes }, { providers: [provider] });
    },
    { stack: "prod", preview },
  );
const repositoryType = "aws:ecr/repository:Repository";

const region = "us-east-1:123456789012";
const arn = {
  secret: `arn:aws:secretsmanager:${region}:secret:ai-ecosystem-prod-secrets-bundle-1a2b3c4-AbCdEf`,
  role: "arn:aws:iam::123456789012:role/ai-ecosystem-prod-services-chatwoot-task-1a2b3c4",
  own: "arn:aws:iam::123456789012:role/ai-ecosystem/prod/delivery/ai-ecosystem-prod-delivery-github-deploy-1a2b3c4",
  upload: "arn:aws:s3:::ai-ecosystem-prod-data-bucket-1a2b3c4/uploads/1.png",
  state: "arn:aws:s3:::acme-state/desks/.pulumi/stacks/ai-ecosystem/prod.json",
  lock: "arn:aws:s3:::acme-state/desks/.pulumi/locks/organization/ai-ecosystem/prod/1.json",
  vpc: `arn:aws:ec2:${region}:vpc/vpc-1`,
  repository: `arn:aws:ecr:${region}:repository/ai-ecosystem/prod/mongo`,
};

describe("Delivery", () => {
  it("makes one closed repository for each upstream", async () => {
    const { resources } = await run();
    const repositories = ofType(resources, repositoryType);
    expect(repositories.map((r) => r.inputs["name"])).to.have.members([
      "ai-ecosystem/prod/chatwoot/chatwoot",
      "ai-ecosystem/prod/ghcr.io/librechat-ai/librechat",
      "ai-ecosystem/prod/mongo",
    ]);
    for (const { inputs } of repositories) {
      expect(inputs).to.deep.include({
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS" }],
        forceDelete: false,
      });
    }
    expect(ofType(resources, "aws:ecr/lifecyclePolicy:LifecyclePolicy")).to.have.length(3);
    const free = await run({ deletionProtection: false });
    expect(ofType(free.resources, repositoryType).every((r) => r.inputs["forceDelete"] === true)).to.be.true;
  });

  it("names the copy of each image, tag included", async () => {
    const { result } = await run({ images: ["mongo:8.0.29", "mongo:8.0.30"] });
    const copies = await valueOf(result.copies);
    expect(Object.keys(copies)).to.deep.equal(["mongo:8.0.29", "mongo:8.0.30"]);
    expect(copies["mongo:8.0.30"]).to.match(/:8\.0\.30$/);
    expect(Object.keys(await valueOf(result.repositories))).to.deep.equal(["docker.io/library/mongo"]);
  });

  it("makes no roles without a repository on GitHub", async () => {
    const { resources, result } = await run({ githubRepository: undefined });
    expect(resources.filter((r) => r.type.startsWith("aws:iam"))).to.be.empty;
    expect(result.roles).to.be.undefined;
  });

  it("makes the identity provider, or finds it", async () => {
    const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
    expect(ofType((await run()).resources, type)).to.have.length(1);
    const { resources } = await run({ githubOidc: "existing" });
    expect(ofType(resources, type)).to.be.empty;
    const trust = ofType(resources, "aws:iam/role:Role").map((r) => String(r.inputs["assumeRolePolicy"]));
    expect(trust).to.have.length(3);
    for (const t of trust) expect(t).to.include(":oidc-provider/token.actions.githubusercontent.com");
  });

  it("breaks no rule of the policy pack", async () => {
    for (const changes of [
      {},
      { githubOidc: "existing" } as const,
      { stateBucket: undefined, stateKmsKeyArn: undefined },
    ]) {
      expect(evaluate((await run(changes)).resources)).to.deep.equal([]);
    }
  });

  it("keeps every policy within what IAM takes, also with long names", async () => {
    const { resources } = await run({
      stack: "production-of-europe",
      githubRepository: `${"a".repeat(39)}/${"b".repeat(100)}`,
    });
    for (const policy of ofType(resources, "aws:iam/policy:Policy")) {
      expect(String(policy.inputs["policy"]).length, policy.name).to.be.at.most(longestPolicy);
    }
    for (const role of ofType(resources, "aws:iam/role:Role")) {
      expect(String(role.inputs["assumeRolePolicy"]).length, role.name).to.be.at.most(2048);
    }
    const deploy = ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter((a) =>
      a.name.includes("-deploy-"),
    );
    expect(deploy.length).to.be.at.most(10);
  });

  it("knows in a preview which resources there will be", async () => {
    const names = async (preview: boolean) => (await run({}, preview)).resources.map((r) => r.urn);
    expect(await names(true)).to.deep.equal(await names(false));
  });

  describe("role preview", () => {
    it("reads descriptions and the state", async () => {
      const policies = policiesOf((await run()).resources, "preview");
      for (const [action, resource] of [
        ["ec2:DescribeVpcs", "*"],
        ["ecs:DescribeServices", `arn:aws:ecs:${region}:service/ai-ecosystem-prod-cluster-1/web`],
        ["secretsmanager:DescribeSecret", arn.secret],
        ["s3:GetObject", arn.state],
        ["kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/1234"],
      ] as const) {
        expect(may(policies, action, resource), action).to.be.true;
      }
    });

    it("sees no value of a secret and no data, and changes nothing", async () => {
      const policies = policiesOf((await run()).resources, "preview");
      for (const [action, resource] of [
        ["secretsmanager:GetSecretValue", arn.secret],
        ["secretsmanager:BatchGetSecretValue", "*"],
        ["ssm:GetParameter", `arn:aws:ssm:${region}:parameter/x`],
        ["s3:GetObject", arn.upload],
        ["s3:PutObject", arn.state],
        ["s3:PutObject", arn.lock],
        ["s3:DeleteObject", arn.state],
        ["kms:Decrypt", `arn:aws:kms:${region}:key/other`],
        ["logs:GetLogEvents", `arn:aws:logs:${region}:log-group:/ai-ecosystem/prod/n8n:log-stream:1`],
        ["ecs:UpdateService", `arn:aws:ecs:${region}:service/ai-ecosystem-prod-cluster-1/web`],
        ["ecr:PutImage", arn.repository],
        ["iam:CreateRole", arn.role],
        ["iam:PassRole", arn.role],
        ["ec2:DeleteVpc", arn.vpc],
      ] as const) {
        expect(may(policies, action, resource, { "aws:ResourceTag/ai-ecosystem:stack": "prod" }), action).to.be.false;
      }
      // also when somebody attaches more to it
      const more: Document = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
      expect(may([...policies, more], "secretsmanager:GetSecretValue", arn.secret)).to.be.false;
      expect(may([...policies, more], "s3:GetObject", arn.upload)).to.be.false;
    });
  });

  it("lets the role images push to the stack's repositories, and nothing else", async () => {
    const policies = policiesOf((await run()).resources, "images");
    expect(may(policies, "ecr:PutImage", arn.repository)).to.be.true;
    expect(may(policies, "ecr:PutImage", arn.repository.replace("prod", "other"))).to.be.false;
    expect(may(policies, "ecr:BatchDeleteImage", arn.repository)).to.be.false;
    expect(may(policies, "s3:PutObject", arn.lock)).to.be.false;
    expect(may(policies, "ecs:UpdateService", `arn:aws:ecs:${region}:service/ai-ecosystem-prod-c/web`)).to.be.false;
  });

  describe("role deploy", () => {
    const boundaryOf = (resources: readonly RecordedResource[]) =>
      `arn:aws:iam::123456789012:policy/${
        ofType(resources, "aws:iam/policy:Policy").find((p) => p.name === deliveryRole("boundary"))?.name ?? ""
      }`;

    it("makes roles with the boundary only, and passes them to the services that need one", async () => {
      const { resources } = await run();
      const policies = policiesOf(resources, "deploy");
      const bound = { "iam:PermissionsBoundary": boundaryOf(resources) };
      for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"]) {
        expect(may(policies, action, arn.role, bound), action).to.be.true;
        expect(may(policies, action, arn.role), `${action} without boundary`).to.be.false;
        expect(may(policies, action, arn.role, { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/x" })).to.be.false;
      }
      expect(may(policies, "iam:PassRole", arn.role, { "iam:PassedToService": "ecs-tasks.amazonaws.com" })).to.be.true;
      expect(may(policies, "iam:PassRole", arn.role, { "iam:PassedToService": "ec2.amazonaws.com" })).to.be.false;
      expect(may(policies, "iam:DeleteRolePermissionsBoundary", arn.role)).to.be.false;
    });

    it("cannot widen itself, nor reach what is not of this stack", async () => {
      const { resources } = await run();
      const policies = policiesOf(resources, "deploy");
      const bound = { "iam:PermissionsBoundary": boundaryOf(resources) };
      const other = { "aws:ResourceTag/ai-ecosystem:stack": "other" };
      for (const [action, resource, context] of [
        ["iam:PutRolePolicy", arn.own, bound],
        ["iam:UpdateAssumeRolePolicy", arn.own, bound],
        [
          "iam:CreatePolicyVersion",
          boundaryOf(resources).replace("policy/", "policy/ai-ecosystem/prod/delivery/"),
          bound,
        ],
        ["iam:UpdateOpenIDConnectProviderThumbprint", "arn:aws:iam::123456789012:oidc-provider/x", {}],
        ["iam:CreateUser", "arn:aws:iam::123456789012:user/x", bound],
        ["iam:CreateAccessKey", "arn:aws:iam::123456789012:user/x", bound],
        ["ec2:DeleteVpc", arn.vpc, other],
        ["rds:DeleteDBInstance", `arn:aws:rds:${region}:db:ai-ecosystem-other-data-pg`, {}],
        ["secretsmanager:GetSecretValue", arn.secret.replace("prod", "other"), {}],
        ["organizations:LeaveOrganization", "*", {}],
      ] as const) {
        expect(may(policies, action, resource, context), action).to.be.false;
      }
      expect(may(policies, "ec2:DeleteVpc", arn.vpc, { "aws:ResourceTag/ai-ecosystem:stack": "prod" })).to.be.true;
    });

    it("may run one function of the stack, which setting up a rotation does", async () => {
      const policies = policiesOf((await run()).resources, "deploy");
      const invokes = (name: string) =>
        may(policies, "lambda:InvokeFunction", `arn:aws:lambda:${region}:function:ai-ecosystem-${name}`, {});
      expect(invokes("prod-rotation-rotator")).to.be.true;
      expect(invokes("prod-rotation-redeployer")).to.be.false;
      expect(invokes("other-rotation-rotator")).to.be.false;
    });
  });

  it("puts the boundary on the roles of the stack, not on its own", async () => {
    const boundary = "arn:aws:iam::123456789012:policy/b";
    const { resources } = await record(() => {
      pulumi.runtime.registerStackTransformation(withBoundary(boundary, "prod"));
      const provider = new aws.Provider("aws", { region: "us-east-1" });
      new aws.iam.Role("task", { assumeRolePolicy: "{}" }, { provider });
      new Delivery("d", args, { providers: [provider] });
    });
    const withIt = ofType(resources, "aws:iam/role:Role").filter((r) => r.inputs["permissionsBoundary"] === boundary);
    expect(withIt.map((r) => r.name)).to.deep.equal(["task"]);
  });
});
