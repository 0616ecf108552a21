import { MASK, of, resource, UNKNOWN } from "./resource";
import type { RuleCase } from "./cases";

const task = of("aws:ecs/taskDefinition:TaskDefinition");
const service = of("aws:ecs/service:Service");
const key = of("aws:kms/key:Key");

const container = (more: object) => ({
  containerDefinitions: JSON.stringify([{ name: "app", image: "example.com/app:1.2.3", ...more }]),
});
const variable = (name: string, value: string) => container({ environment: [{ name, value }] });
const open = {
  policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "x:Y", Resource: "*" } }),
};
const narrow = {
  policy: JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "x:Y",
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    },
  }),
};

const bucket = resource("aws:s3/bucket:Bucket", {}, { name: "bucket" });
const beside = (kind: string, inputs: Record<string, unknown> = {}) =>
  resource(`aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, inputs, { uses: [bucket] });
const closed = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const tlsOnly = (effect: string) => ({
  policy: JSON.stringify({
    Statement: {
      Effect: effect,
      Principal: "*",
      Action: "s3:*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  }),
});

const cluster = (inputs: Record<string, unknown> = {}) =>
  resource("aws:ecs/cluster:Cluster", inputs, { name: "cluster" });
const detector = (inputs: Record<string, unknown> = {}) => resource("aws:guardduty/detector:Detector", inputs);
const guardrails = (inputs: Record<string, unknown>) => resource("ai-ecosystem:guardrails:Guardrails", inputs);

const people = resource("aws:iam/group:Group", {}, { name: "people" });
const rights = (Effect: string, value: string, operator = "BoolIfExists") =>
  resource(
    "aws:iam/groupPolicy:GroupPolicy",
    {
      policy: JSON.stringify({
        Statement: {
          Effect,
          Action: "s3:Get*",
          Resource: "arn:a",
          Condition: { [operator]: { "aws:MultiFactorAuthPresent": value } },
        },
      }),
    },
    { uses: [people] },
  );

export const platformCases: Readonly<Record<string, RuleCase>> = {
  "AIE-S3-01": {
    bad: [[bucket], [bucket, beside("BucketPublicAccessBlock", { ...closed, ignorePublicAcls: false })]],
    good: [
      [bucket, beside("BucketPublicAccessBlock", closed)],
      [bucket, beside("BucketPublicAccessBlock", { ...closed, blockPublicAcls: UNKNOWN })],
    ],
  },
  "AIE-S3-02": {
    bad: [[bucket], [bucket, beside("BucketPolicy", tlsOnly("Allow"))]],
    good: [
      [bucket, beside("BucketPolicy", tlsOnly("Deny"))],
      [bucket, beside("BucketPolicy", { policy: UNKNOWN })],
    ],
  },
  "AIE-ECS-01": service(
    [{ networkConfiguration: { assignPublicIp: true } }],
    [{ networkConfiguration: { assignPublicIp: false } }, {}, { networkConfiguration: UNKNOWN }],
  ),
  "AIE-ECS-02": task(
    [{ pidMode: "host" }, container({ privileged: true })],
    [{ pidMode: "task" }, container({ privileged: false }), { containerDefinitions: UNKNOWN }],
  ),
  "AIE-ECS-03": task(
    [container({}), container({ readonlyRootFilesystem: false })],
    [
      container({ readonlyRootFilesystem: true }),
      { containerDefinitions: UNKNOWN },
      { containerDefinitions: "no json" },
    ],
  ),
  "AIE-ECS-04": task(
    [
      variable("POSTGRES_PASSWORD", "hunter2"),
      variable("DATABASE_URL", "postgres://n8n:hunter2@postgres:5432/n8n"),
      { containerDefinitions: MASK },
    ],
    [
      variable("RAILS_ENV", "production"),
      variable("POSTGRES_PASSWORD", ""),
      container({ secrets: [{ name: "POSTGRES_PASSWORD", valueFrom: "arn:aws:secretsmanager:x:KEY::" }] }),
      { containerDefinitions: UNKNOWN },
    ],
  ),
  "AIE-ECS-09": task(
    [{ taskRoleArn: "arn:a", executionRoleArn: "arn:a" }],
    [{ taskRoleArn: "arn:a", executionRoleArn: "arn:b" }, { executionRoleArn: "arn:b" }],
  ),
  "AIE-ECS-10": task(
    [{ volumes: [{ name: "a", efsVolumeConfiguration: { fileSystemId: "fs-1" } }] }],
    [
      { volumes: [{ name: "a", efsVolumeConfiguration: { transitEncryption: "ENABLED" } }] },
      { volumes: [{ name: "a" }] },
      { volumes: UNKNOWN },
    ],
  ),
  "AIE-ECS-11": task(
    [
      container({ image: "nginx" }),
      container({ image: "nginx:latest" }),
      container({ image: "example.com:5000/nginx" }),
    ],
    [container({}), container({ image: `nginx@sha256:${"0".repeat(64)}` }), container({ image: UNKNOWN })],
  ),
  "AIE-ECS-12": service(
    [{}, { deploymentCircuitBreaker: { enable: true, rollback: false } }],
    [{ deploymentCircuitBreaker: { enable: true, rollback: true } }, { deploymentCircuitBreaker: UNKNOWN }],
  ),
  "AIE-KMS-02": key([open], [narrow, { policy: UNKNOWN }, {}]),
  "AIE-SNS-02": {
    bad: [[resource("aws:sns/topic:Topic", open)], [resource("aws:sns/topicPolicy:TopicPolicy", open)]],
    good: [[resource("aws:sns/topicPolicy:TopicPolicy", narrow)], [resource("aws:sns/topic:Topic", {})]],
  },
  "AIE-IAM-09": {
    bad: [[people], [people, rights("Allow", "false")], [people, rights("Deny", "true")]],
    good: [
      [people, rights("Deny", "false")],
      [people, rights("Allow", "true", "Bool")],
    ],
  },
  "AIE-ACCT-01": {
    bad: [[cluster()], [cluster(), detector({ enable: false })], [cluster(), guardrails({ guardDuty: "off" })]],
    good: [[cluster(), detector()], [cluster(), guardrails({ guardDuty: "existing" })], [bucket]],
  },
  "AIE-ACCT-03": {
    bad: [
      [cluster()],
      [cluster(), resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", { blockPublicAcls: true })],
      [cluster(), guardrails({ guardDuty: "existing" })],
    ],
    good: [
      [cluster(), resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", closed)],
      [cluster(), guardrails({ publicAccessBlock: "existing" })],
    ],
  },
};
