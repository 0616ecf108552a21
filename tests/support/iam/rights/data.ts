import { arn, both, input, type Need, type On, type RightsTable } from "./rights";

const rds = (type: string, name: (id: string) => string = (id) => id, key = "name"): On =>
  arn("rds", (place) => `${type}:${name(input(place, key))}`);
const group = (service: string, type: string): On => arn(service, ({ name }) => `${type}:${name}`);
const master: Need = {
  actions: "secretsmanager:CreateSecret TagResource",
  on: arn("secretsmanager", () => "secret:rds!db-0123"),
};
const rdsTags = "rds:AddTagsToResource RemoveTagsFromResource";
const cacheTags = "elasticache:AddTagsToResource RemoveTagsFromResource";

/** A parameter or subnet group of RDS, which DocumentDB uses as well. */
const rdsGroup = (type: string, what: string, extra: readonly string[] = []) => ({
  own: group("rds", type),
  create: `rds:Create${what} AddTagsToResource`,
  change: [`rds:Modify${what} Delete${what}`, rdsTags, ...extra],
  read:
    `rds:Describe${what}s ListTagsForResource` +
    (what.endsWith("ParameterGroup") ? ` Describe${what.replace("Group", "s")}` : ""),
});

const bucket: On = (place) => `arn:aws:s3:::${place.name}`;
/** A setting of a bucket, which is a resource of its own for the provider. */
const setting = (write: string, read: string) => ({
  own: (place: Parameters<On>[0]) => `arn:aws:s3:::${input(place, "bucket")}`,
  create: [],
  change: `s3:${write}`,
  read: `s3:${read} ListBucket`,
});
const secret = (key: string): On =>
  arn("secretsmanager", (place) => `secret:${input(place, key).split(":").pop() ?? ""}`);

/** Databases, caches, buckets, secrets, keys. */
export const dataRights: RightsTable = {
  "aws:rds/instance:Instance": {
    own: rds("db", undefined, "identifier"),
    create: [
      {
        actions: "rds:CreateDBInstance",
        on: both(
          rds("db", undefined, "identifier"),
          rds("pg", undefined, "parameterGroupName"),
          rds("subgrp", undefined, "dbSubnetGroupName"),
          arn("rds", () => "og:default:postgres-17"),
        ),
      },
      "rds:AddTagsToResource",
      master,
    ],
    change: [
      "rds:ModifyDBInstance DeleteDBInstance RebootDBInstance",
      rdsTags,
      {
        actions: "rds:CreateDBSnapshot",
        on: both(rds("db", undefined, "identifier"), rds("snapshot", undefined, "finalSnapshotIdentifier")),
      },
    ],
    read: "rds:DescribeDBInstances ListTagsForResource",
  },
  "aws:rds/parameterGroup:ParameterGroup": rdsGroup("pg", "DBParameterGroup", ["rds:ResetDBParameterGroup"]),
  "aws:rds/subnetGroup:SubnetGroup": rdsGroup("subgrp", "DBSubnetGroup"),
  "aws:docdb/cluster:Cluster": {
    own: rds("cluster", undefined, "clusterIdentifier"),
    create: [
      {
        actions: "rds:CreateDBCluster",
        on: both(
          rds("cluster", undefined, "clusterIdentifier"),
          rds("cluster-pg", undefined, "dbClusterParameterGroupName"),
          rds("subgrp", undefined, "dbSubnetGroupName"),
          arn("rds", () => "og:default:docdb-5-0"),
        ),
      },
      "rds:AddTagsToResource",
      master,
    ],
    change: [
      "rds:ModifyDBCluster",
      {
        actions: "rds:DeleteDBCluster",
        on: both(
          rds("cluster", undefined, "clusterIdentifier"),
          rds("cluster-snapshot", undefined, "finalSnapshotIdentifier"),
        ),
      },
      rdsTags,
    ],
    read: [
      "rds:DescribeDBClusters ListTagsForResource",
      { actions: "rds:DescribeGlobalClusters", on: arn("rds", () => "global-cluster:*", "") },
    ],
  },
  "aws:rds/snapshot:Snapshot": {
    own: rds("snapshot", undefined, "dbSnapshotIdentifier"),
    create: [
      {
        actions: "rds:CreateDBSnapshot",
        on: both(rds("db", undefined, "dbInstanceIdentifier"), rds("snapshot", undefined, "dbSnapshotIdentifier")),
      },
      "rds:AddTagsToResource",
    ],
    change: ["rds:DeleteDBSnapshot", rdsTags],
    read: "rds:DescribeDBSnapshots ListTagsForResource",
  },
  "aws:docdb/clusterSnapshot:ClusterSnapshot": {
    own: rds("cluster-snapshot", undefined, "dbClusterSnapshotIdentifier"),
    create: [
      {
        actions: "rds:CreateDBClusterSnapshot",
        on: both(
          rds("cluster", undefined, "dbClusterIdentifier"),
          rds("cluster-snapshot", undefined, "dbClusterSnapshotIdentifier"),
        ),
      },
      "rds:AddTagsToResource",
    ],
    change: ["rds:DeleteDBClusterSnapshot", rdsTags],
    read: "rds:DescribeDBClusterSnapshots ListTagsForResource",
  },
  "aws:docdb/clusterInstance:ClusterInstance": {
    own: group("rds", "db"),
    create: [
      { actions: "rds:CreateDBInstance", on: both(group("rds", "db"), rds("cluster", undefined, "clusterIdentifier")) },
      "rds:AddTagsToResource",
    ],
    change: ["rds:ModifyDBInstance DeleteDBInstance", rdsTags],
    read: "rds:DescribeDBInstances DescribeDBClusters ListTagsForResource",
  },
  "aws:docdb/clusterParameterGroup:ClusterParameterGroup": rdsGroup("cluster-pg", "DBClusterParameterGroup", [
    "rds:ResetDBClusterParameterGroup",
  ]),
  "aws:docdb/subnetGroup:SubnetGroup": rdsGroup("subgrp", "DBSubnetGroup"),
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    own: arn("elasticache", (place) => `replicationgroup:${input(place, "replicationGroupId")}`),
    create: [
      {
        actions: "elasticache:CreateReplicationGroup",
        on: both(
          arn("elasticache", (place) => `replicationgroup:${input(place, "replicationGroupId")}`),
          arn("elasticache", (place) => `parametergroup:${input(place, "parameterGroupName")}`),
          arn("elasticache", (place) => `subnetgroup:${input(place, "subnetGroupName")}`),
        ),
      },
      "elasticache:AddTagsToResource",
    ],
    change: [
      "elasticache:ModifyReplicationGroup DeleteReplicationGroup IncreaseReplicaCount DecreaseReplicaCount",
      cacheTags,
      {
        actions: "elasticache:CreateSnapshot",
        on: arn("elasticache", (place) => `snapshot:${input(place, "finalSnapshotIdentifier")}`),
      },
    ],
    read: [
      "elasticache:DescribeReplicationGroups ListTagsForResource",
      {
        actions: "elasticache:DescribeCacheClusters",
        on: arn("elasticache", (place) => `cluster:${input(place, "replicationGroupId")}-001`),
      },
    ],
  },
  "aws:elasticache/parameterGroup:ParameterGroup": {
    own: group("elasticache", "parametergroup"),
    create: "elasticache:CreateCacheParameterGroup AddTagsToResource",
    change: ["elasticache:ModifyCacheParameterGroup ResetCacheParameterGroup DeleteCacheParameterGroup", cacheTags],
    read: "elasticache:DescribeCacheParameterGroups DescribeCacheParameters ListTagsForResource",
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    own: group("elasticache", "subnetgroup"),
    create: "elasticache:CreateCacheSubnetGroup AddTagsToResource",
    change: ["elasticache:ModifyCacheSubnetGroup DeleteCacheSubnetGroup", cacheTags],
    read: "elasticache:DescribeCacheSubnetGroups ListTagsForResource",
  },
  "aws:s3/bucket:Bucket": {
    own: bucket,
    create: "s3:CreateBucket PutBucketTagging TagResource",
    change: [
      "s3:DeleteBucket PutBucketTagging TagResource UntagResource ListBucketVersions",
      { actions: "s3:DeleteObject DeleteObjectVersion", on: (place) => `${String(bucket(place))}/uploads/1` },
    ],
    read:
      "s3:ListBucket GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketObjectLockConfiguration " +
      "GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite " +
      "GetAccelerateConfiguration GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration " +
      "ListTagsForResource",
  },
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": setting("PutBucketCORS", "GetBucketCORS"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
    "PutLifecycleConfiguration",
    "GetLifecycleConfiguration",
  ),
  "aws:s3/bucketLogging:BucketLogging": setting("PutBucketLogging", "GetBucketLogging"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(
    "PutBucketOwnershipControls",
    "GetBucketOwnershipControls",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": setting("PutBucketPolicy DeleteBucketPolicy", "GetBucketPolicy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
    "PutBucketPublicAccessBlock",
    "GetBucketPublicAccessBlock",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
    "PutEncryptionConfiguration",
    "GetEncryptionConfiguration",
  ),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": setting(
    "PutBucketObjectLockConfiguration",
    "GetBucketObjectLockConfiguration",
  ),
  "aws:s3/bucketVersioning:BucketVersioning": setting("PutBucketVersioning", "GetBucketVersioning"),
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    own: (place) => `arn:aws:s3:::${input(place, "bucket")}/${input(place, "key")}`,
    create: "s3:PutObject PutObjectTagging",
    change: "s3:PutObject PutObjectTagging DeleteObject DeleteObjectVersion",
    read: "s3:GetObject GetObjectTagging",
  },
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": {
    own: () => "*",
    create: "s3:PutAccountPublicAccessBlock",
    change: "s3:PutAccountPublicAccessBlock",
    read: "s3:GetAccountPublicAccessBlock",
  },
  "aws:secretsmanager/secret:Secret": {
    own: arn("secretsmanager", ({ name }) => `secret:${name}-AbCdEf`),
    create: "secretsmanager:CreateSecret TagResource",
    change:
      "secretsmanager:UpdateSecret DeleteSecret RestoreSecret PutResourcePolicy DeleteResourcePolicy TagResource UntagResource",
    read: "secretsmanager:DescribeSecret GetResourcePolicy",
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    own: secret("secretId"),
    create: "secretsmanager:PutSecretValue",
    change: "secretsmanager:PutSecretValue UpdateSecretVersionStage GetSecretValue DescribeSecret",
    read: "secretsmanager:GetSecretValue",
    hidden: "values of secrets; the look for drift leaves this type out",
  },
  "aws:secretsmanager/secretRotation:SecretRotation": {
    own: secret("secretId"),
    create: [
      "secretsmanager:RotateSecret",
      // AWS runs the function once to see whether it may
      {
        actions: "lambda:InvokeFunction",
        on: arn("lambda", (place) => `function:${input(place, "rotationLambdaArn").split(":").pop() ?? ""}`),
      },
    ],
    change: "secretsmanager:RotateSecret CancelRotateSecret",
    read: "secretsmanager:DescribeSecret",
  },
  "aws:kms/key:Key": {
    own: arn("kms", () => "key/01234567-89ab-cdef-0123-456789abcdef"),
    create: "kms:CreateKey TagResource",
    change:
      "kms:DescribeKey EnableKeyRotation PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription " +
      "CreateGrant",
    read: "kms:DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
  },
};
