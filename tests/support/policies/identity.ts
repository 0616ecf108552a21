import { MASK, resource, UNKNOWN } from "./resource";
import type { RuleCase } from "./cases";

const allow = (action: unknown, on: unknown = "arn:aws:s3:::desk/*", more: object = {}) => ({
  Statement: { Effect: "Allow", Action: action, Resource: on, ...more },
});
const policy = (document: unknown) => [
  resource("aws:iam/rolePolicy:RolePolicy", {
    policy: typeof document === "string" ? document : JSON.stringify(document),
  }),
];
const role = (inputs: Record<string, unknown>) => [resource("aws:iam/role:Role", inputs)];
const trust = (Principal: unknown, Condition: object = {}) =>
  role({
    assumeRolePolicy: JSON.stringify({
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal, Condition }],
    }),
  });
const attach = (policyArn: unknown) => [
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "r", policyArn }),
];

const oidc = "token.actions.githubusercontent.com";
const actions = (sub: unknown, aud: unknown = "sts.amazonaws.com", operator = "StringLike") =>
  trust(
    { Federated: `arn:aws:iam::123456789012:oidc-provider/${oidc}` },
    { StringEquals: { [`${oidc}:aud`]: aud }, [operator]: { [`${oidc}:sub`]: sub } },
  );

const input = (inputs: Record<string, unknown>) => [resource("aws:ssm/parameter:Parameter", inputs)];
const command = (inputs: Record<string, unknown>) => [resource("command:remote:Command", inputs)];
const password = resource("random:index/randomPassword:RandomPassword", { length: 32 }, { name: "password" });
const using = (inputs: Record<string, unknown>) => [
  password,
  resource("command:remote:Command", inputs, { uses: [password] }),
];

export const identityCases: Readonly<Record<string, RuleCase>> = {
  "AIE-IAM-01": {
    bad: [
      policy(allow("*")),
      policy(allow(["s3:GetObject", "*:*"])),
      policy({ Statement: { Effect: "Allow", NotAction: "iam:*" } }),
    ],
    good: [policy(allow("s3:GetObject")), policy({ Statement: [{ Effect: "Deny", Action: "*" }] }), policy(UNKNOWN)],
  },
  "AIE-IAM-02": {
    bad: [policy(allow("s3:*")), role({ inlinePolicies: [{ policy: JSON.stringify(allow(["kms:*"])) }] })],
    good: [policy(allow("s3:Get*")), policy("no json")],
  },
  "AIE-IAM-03": {
    bad: [
      policy(allow("s3:GetObject", "*")),
      policy(allow("s3:GetObject", "arn:aws:s3:::*")),
      policy(allow(["ec2:DescribeVolumes", "ec2:DeleteVolume"], ["*"])),
      policy({ Statement: { Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::other/*" } }),
    ],
    good: [
      policy(allow("s3:GetObject")),
      policy(allow(["ssm:UpdateInstanceInformation", "ec2:DescribeVolumes", "ecr:GetAuthorizationToken"], "*")),
      policy(allow("bedrock:InvokeModel", "arn:aws:bedrock:*::foundation-model/*")),
    ],
  },
  "AIE-IAM-04": {
    bad: [policy(allow("iam:PassRole", "*")), policy(allow(["iam:passrole"], "arn:aws:iam::123456789012:role/*"))],
    good: [policy(allow("iam:PassRole", "arn:aws:iam::123456789012:role/desk-task"))],
  },
  "AIE-IAM-05": {
    bad: [
      attach("arn:aws:iam::aws:policy/AdministratorAccess"),
      attach("arn:aws:iam::aws:policy/job-function/PowerUserAccess"),
      role({ managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"] }),
    ],
    good: [attach("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"), attach(UNKNOWN)],
  },
  "AIE-IAM-06": {
    bad: [trust("*"), trust({ AWS: ["arn:aws:iam::1:root", "*"] }), trust({ Federated: "*" })],
    good: [trust({ Service: "ec2.amazonaws.com" }), role({ assumeRolePolicy: UNKNOWN })],
  },
  "AIE-IAM-07": {
    bad: [
      trust({ Federated: `arn:aws:iam::1:oidc-provider/${oidc}` }),
      actions("*"),
      actions("repo:*"),
      actions("repo:acme/*:ref:refs/heads/main"),
      actions(["repo:acme/desk:environment:production", "repo:acme/desk*:*"]),
      actions("repo:acme/desk:ref:refs/heads/main", "somebody-else"),
      actions("repo:acme/desk:pull_request", "sts.amazonaws.com", "StringNotLike"),
    ],
    good: [
      actions("repo:acme/desk:environment:production"),
      actions(["repo:acme/desk:*", "repo:acme@123456/desk@456789:*"]),
      trust({ Service: "ec2.amazonaws.com" }),
    ],
  },
  "AIE-SEC-01": {
    bad: [
      input({ value: "-----BEGIN RSA PRIVATE KEY-----\nMIIE" }),
      input({ deep: [{ list: ["AKIAIOSFODNN7EXAMPLE"] }] }),
      command({ create: "curl https://hooks.slack.com/services/T000/B000/XXXXXXXX" }),
      command({ environment: { URL: "postgres://n8n:hunter2@postgres:5432/n8n" } }),
      input({ value: "sk-ant-api03-abcdefghijklmnop" }),
    ],
    good: [
      input({ value: MASK }),
      input({ value: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB" }),
      command({ stdin: "DATABASE_URL=postgres://n8n:${N8N_DB_PASSWORD}@postgres:5432/n8n" }),
    ],
  },
  "AIE-SEC-02": {
    bad: [
      command({ environment: { POSTGRES_PASSWORD: "hunter2" } }),
      command({ connection: { host: "203.0.113.10", privateKey: "anything" } }),
      [resource("aws:rds/instance:Instance", { password: "hunter2" })],
      [resource("aws:secretsmanager/secretVersion:SecretVersion", { secretString: "hunter2" })],
      [resource("pulumi:providers:aws", { secretKey: "hunter2" })],
    ],
    good: [
      command({ environment: { POSTGRES_PASSWORD: MASK, DATA_API_TOKEN: UNKNOWN, RAILS_ENV: "production" } }),
      command({ environment: { PASSWORD_FILE: "x", POSTGRES_PASSWORD: "${POSTGRES_PASSWORD}", API_TOKEN: "" } }),
      [resource("aws:ec2/instance:Instance", { metadataOptions: { httpTokens: "required" }, tags: { secret: "no" } })],
      input({ secretArn: "x", passwordLength: "20", __defaults: [{ password: "x" }] }),
    ],
  },
  "AIE-SEC-03": {
    bad: [using({ create: "true", stdin: "hunter2" })],
    good: [using({ create: "true", stdin: MASK }), using({ create: "true", stdin: UNKNOWN })],
  },
  "AIE-CMD-01": {
    bad: [command({ create: MASK }), command({ update: "x", delete: MASK })],
    good: [command({ create: "cat > .env", stdin: MASK })],
  },
  "AIE-CMD-02": {
    bad: [command({ stdin: MASK }), command({ environment: { A: MASK }, logging: "stderr" })],
    good: [command({ stdin: MASK, logging: "none" }), command({ create: "true" })],
  },
  "AIE-CMD-04": {
    bad: [command({ connection: { host: "203.0.113.10" } }), command({ connection: { hostKey: "" } })],
    good: [
      command({ connection: { hostKey: "ssh-ed25519 AAAA" } }),
      command({ connection: { hostKey: UNKNOWN } }),
      command({ connection: MASK }),
    ],
  },
  "AIE-CMD-03": { bad: [command({ environment: { A: MASK } })], good: [command({ stdin: MASK })] },
};
