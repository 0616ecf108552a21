import * as pulumi from "@pulumi/pulumi";
import { allow } from "./iam-policy";
import { bucketPolicy, privateBucket } from "./bucket";
import type { RoleStatement } from "./service-role";

export interface BackupBucketArgs {
  /** Days in which nobody deletes or overwrites an archive. */
  readonly retentionDays: number;
  /** Of the metrics that whoever writes it sends. @default none are read */
  readonly namespace?: string | undefined;
  /** Refuse to delete the bucket; without it, `destroy` deletes the archives as well. */
  readonly protect: boolean;
}

export interface BackupBucket {
  /** Known when the bucket is closed and keeps versions. */
  readonly name: pulumi.Output<string>;
  /** What a host may do with it. */
  readonly statements: readonly RoleStatement[];
  /** Of them what it takes to add an archive. */
  readonly adds: readonly RoleStatement[];
  /** ARN of the archives that somebody brings for production. */
  readonly brought: pulumi.Output<string>;
}

/** Where the archives are in the bucket. */
const archives = "archives/*";

/** Days that an archive stays when its lock has ended: time to notice that no new ones come. */
const graceDays = 7;

/** It has no resource level; the condition keeps the host to its own series. */
const tells = (namespace: string): RoleStatement =>
  allow("TellOfBackups", ["cloudwatch:PutMetricData"], "*", { StringEquals: { "cloudwatch:namespace": namespace } });

/**
 * Bucket of the backups, which outlive the host. Nobody who has the host's role can take one away: it writes names that are
 * not there yet, and reads. `s3:if-none-match` is the condition of the header that makes S3 refuse a name that is taken;
 * the parts of an upload carry none, and become an archive only by the call that does.
 * See https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function backupBucket(name: string, args: BackupBucketArgs, parent: pulumi.Resource): BackupBucket {
  const backups = privateBucket(
    name,
    {
      forceDestroy: !args.protect,
      protect: args.protect,
      lockedDays: args.retentionDays,
      expireDays: args.retentionDays + graceDays,
      replacedDays: 1,
      unfinishedDays: 2,
      names: { bucket: "", closed: "-private" },
    },
    parent,
  );
  const policy = bucketPolicy(name, backups, [], parent);
  const objects = pulumi.interpolate`${backups.bucket.arn}/${archives}`;
  const adds: readonly RoleStatement[] = [
    allow("WriteNewBackups", ["s3:PutObject"], objects, { Null: { "s3:if-none-match": "false" } }),
    allow("SendParts", ["s3:PutObject"], objects, { Bool: { "s3:ObjectCreationOperation": "false" } }),
    // also to compare what has arrived
    allow("ReadBackups", ["s3:GetObject"], objects),
  ];
  return {
    name: policy.bucket,
    adds,
    brought: pulumi.interpolate`${backups.bucket.arn}/import/*`,
    statements: [
      ...adds,
      allow("ListBackups", ["s3:ListBucket"], backups.bucket.arn),
      ...(args.namespace === undefined ? [] : [tells(args.namespace)]),
    ],
  };
}
