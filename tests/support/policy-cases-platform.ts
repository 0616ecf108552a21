import { MASK, of, on, resource, UNKNOWN } from "./policy-resource";
import type { RuleCase } from "./policy-cases";

const task = of("aws:ecs/taskDefinition:TaskDefinition");
const service = of("aws:ecs/service:Service");
const repository = of("aws:ecr/repository:Repository");
const key = of("aws:kms/key:Key");
const topic = of("aws:sns/topic:Topic");
const secret = of("aws:secretsmanager/secret:Secret");
const logGroup = of("aws:cloudwatch/logGroup:LogGroup");

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
const encryption = (sseAlgorithm: unknown) =>
  beside("BucketServerSideEncryptionConfiguration", {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
  });
const versioning = (more: object) => beside("BucketVersioning", { versioningConfiguration: more });

const cluster = (inputs: Record<string, unknown> = {}) =>
  resource("aws:ecs/cluster:Cluster", inputs, { name: "cluster" });
const insights = (value: unknown) => cluster({ settings: [{ name: "containerInsights", value }] });
const shells = resource("aws:ecs/service:Service", { enableExecuteCommand: true }, { uses: [cluster()] });
const logged = (more: object) => cluster({ configuration: { executeCommandConfiguration: more } });
const detector = (inputs: Record<string, unknown> = {}) => resource("aws:guardduty/detector:Detector", inputs);
const guardrails = (inputs: Record<string, unknown>) => resource("ai-ecosystem:guardrails:Guardrails", inputs);
const feature = (name: string, status = "ENABLED") =>
  resource("aws:guardduty/detectorFeature:DetectorFeature", { name, status });

const image = resource("aws:ecr/repository:Repository", {}, { name: "image" });
const bundle = resource("aws:secretsmanager/secret:Secret", {}, { name: "bundle" });
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
  "AIE-S3-03": { bad: [[bucket]], good: [[bucket, beside("BucketLogging")]] },
  "AIE-S3-04": {
    bad: [[bucket], [bucket, beside("BucketOwnershipControls", { rule: { objectOwnership: "ObjectWriter" } })]],
    good: [[bucket, beside("BucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } })]],
  },
  "AIE-S3-05": {
    bad: [[bucket], [bucket, beside("BucketLifecycleConfiguration", { rules: [{ expiration: {} }] })]],
    good: [
      [bucket, beside("BucketLifecycleConfiguration", { rules: [{ abortIncompleteMultipartUpload: {} }] })],
      [bucket, beside("BucketLifecycleConfiguration", { rules: UNKNOWN })],
    ],
  },
  "AIE-S3-06": {
    bad: [[bucket], [bucket, versioning({ status: "Suspended" })]],
    good: [[bucket, versioning({ status: "Enabled" })]],
  },
  "AIE-S3-07": { bad: [[bucket], [bucket, encryption("AES256")]], good: [[bucket, encryption("aws:kms")]] },
  "AIE-S3-08": { bad: [[bucket]], good: [[bucket, beside("BucketReplicationConfig")]] },
  "AIE-S3-09": {
    bad: [[bucket], [bucket, versioning({ status: "Enabled" })]],
    good: [
      [bucket, versioning({ mfaDelete: "Enabled" })],
      [resource("aws:s3/bucket:Bucket", { objectLockEnabled: true })],
    ],
  },
  "AIE-S3-10": { bad: [[bucket]], good: [[bucket, beside("BucketNotification")]] },
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
  "AIE-ECS-05": task(
    [container({}), container({ logConfiguration: {} })],
    [container({ logConfiguration: { logDriver: "awslogs" } })],
  ),
  "AIE-ECS-06": service(
    [{ platformVersion: "1.3.0" }],
    [{}, { platformVersion: "LATEST" }, { platformVersion: UNKNOWN }],
  ),
  "AIE-ECS-07": {
    bad: [[cluster()], [insights("disabled")]],
    good: [[insights("enabled")], [insights("enhanced")], [insights(UNKNOWN)], [cluster({ settings: UNKNOWN })]],
  },
  "AIE-ECS-08": {
    bad: [
      [shells, cluster()],
      [shells, logged({ logging: "DEFAULT" })],
    ],
    good: [[shells, logged({ logging: "OVERRIDE", kmsKeyId: UNKNOWN })], [resource("aws:ecs/service:Service", {})]],
  },
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
  "AIE-ECR-01": repository(
    [{}, { imageScanningConfiguration: { scanOnPush: false } }],
    [{ imageScanningConfiguration: { scanOnPush: true } }, { imageScanningConfiguration: UNKNOWN }],
  ),
  "AIE-ECR-02": repository(
    [{}, { imageTagMutability: "MUTABLE" }],
    [{ imageTagMutability: "IMMUTABLE" }, { imageTagMutability: UNKNOWN }],
  ),
  "AIE-ECR-03": {
    bad: [[image]],
    good: [[image, resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", {}, { uses: [image] })]],
  },
  "AIE-ECR-04": repository(
    [{}, { encryptionConfigurations: [{ encryptionType: "AES256" }] }],
    [{ encryptionConfigurations: [{ encryptionType: "KMS" }] }, { encryptionConfigurations: UNKNOWN }],
  ),
  "AIE-ECR-05": {
    bad: [
      [resource("aws:ecr/repositoryPolicy:RepositoryPolicy", open)],
      [resource("aws:ecrpublic/repository:Repository", {})],
    ],
    good: [[resource("aws:ecr/repositoryPolicy:RepositoryPolicy", narrow)]],
  },
  "AIE-KMS-01": on(key, "enableKeyRotation"),
  "AIE-KMS-02": key([open], [narrow, { policy: UNKNOWN }, {}]),
  "AIE-KMS-03": key(
    [{ deletionWindowInDays: 7 }],
    [{}, { deletionWindowInDays: 30 }, { deletionWindowInDays: UNKNOWN }],
  ),
  "AIE-SNS-01": topic([{}], [{ kmsMasterKeyId: "alias/desk" }, { kmsMasterKeyId: UNKNOWN }]),
  "AIE-SNS-02": {
    bad: [[resource("aws:sns/topic:Topic", open)], [resource("aws:sns/topicPolicy:TopicPolicy", open)]],
    good: [[resource("aws:sns/topicPolicy:TopicPolicy", narrow)], [resource("aws:sns/topic:Topic", {})]],
  },
  "AIE-SM-01": {
    bad: [[bundle]],
    good: [[bundle, resource("aws:secretsmanager/secretRotation:SecretRotation", {}, { uses: [bundle] })]],
  },
  "AIE-SM-02": secret([{}], [{ kmsKeyId: "arn:aws:kms" }, { kmsKeyId: UNKNOWN }]),
  "AIE-SM-03": secret(
    [{ recoveryWindowInDays: 0 }],
    [{}, { recoveryWindowInDays: 7 }, { recoveryWindowInDays: UNKNOWN }],
  ),
  "AIE-LOG-01": logGroup([{}, { retentionInDays: 0 }], [{ retentionInDays: 30 }, { retentionInDays: UNKNOWN }]),
  "AIE-LOG-02": logGroup([{ retentionInDays: 30 }], [{ retentionInDays: 365 }, {}, { retentionInDays: UNKNOWN }]),
  "AIE-LOG-03": logGroup([{}], [{ kmsKeyId: "arn:aws:kms" }, { kmsKeyId: UNKNOWN }]),
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
  "AIE-ACCT-02": {
    bad: [
      [cluster(), detector()],
      [cluster(), detector(), feature("S3_DATA_EVENTS")],
      [cluster(), detector(), feature("S3_DATA_EVENTS"), feature("RDS_LOGIN_EVENTS", "DISABLED")],
    ],
    good: [[cluster(), detector(), feature("S3_DATA_EVENTS"), feature("RDS_LOGIN_EVENTS")], [cluster()]],
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
  "AIE-ACCT-04": { bad: [[cluster()]], good: [[cluster(), resource("aws:cloudtrail/trail:Trail", {})]] },
  "AIE-ACCT-05": { bad: [[cluster()]], good: [[cluster(), resource("aws:cfg/recorder:Recorder", {})]] },
  "AIE-ACCT-06": { bad: [[cluster()]], good: [[cluster(), resource("aws:backup/plan:Plan", {})]] },
};
