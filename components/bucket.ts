import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { iamPolicy } from "./iam-policy";
import { usable } from "./usable";

export interface PrivateBucketArgs {
  /** Delete the objects with the bucket. */
  readonly forceDestroy: boolean;
  /** Refuse to delete the bucket, in Pulumi. @default false */
  readonly protect?: boolean;
  /** Days until objects are deleted. @default never */
  readonly expireDays?: number;
  /** Days that replaced versions are kept. */
  readonly replacedDays: number;
  /** Days in which no version is deleted or overwritten (Object Lock, governance mode). @default none */
  readonly lockedDays?: number;
  /** Days after which an upload that did not end is thrown away. @default 7 */
  readonly unfinishedDays?: number;
  /** Keys that are written again and again: their replaced versions are kept for a day. */
  readonly fleeting?: readonly string[];
  /** Ends of the names of two of its resources, as they were first called. @default none, `-closed` */
  readonly names?: { readonly bucket: string; readonly closed: string };
}

/** A statement of a bucket policy; `resource` is a path pattern in the bucket. */
export interface BucketGrant {
  readonly sid: string;
  readonly service: string;
  readonly action: string;
  readonly path: string;
  readonly condition: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

export interface PrivateBucket {
  readonly bucket: aws.s3.Bucket;
  /** Its name, known when it takes objects: one from before has no version, and no encryption of ours. */
  readonly name: pulumi.Output<string>;
}

/** A bucket that nobody reaches from outside: no ACLs, encrypted, versioned. {@link bucketPolicy} belongs to it. */
export function privateBucket(name: string, args: PrivateBucketArgs, parent: pulumi.Resource): PrivateBucket {
  const inside = { parent };
  const { forceDestroy, protect = false, names = { bucket: "", closed: "-closed" } } = args;
  const bucket = new aws.s3.Bucket(
    `${name}${names.bucket}`,
    { forceDestroy, tags: { Name: name }, ...(args.lockedDays === undefined ? {} : { objectLockEnabled: true }) },
    protect ? { ...inside, protect } : inside,
  );
  const closed = new aws.s3.BucketPublicAccessBlock(
    `${name}${names.closed}`,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    inside,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
    // S3 takes one change of a bucket at a time: https://github.com/hashicorp/terraform-provider-aws/issues/7628
    { ...inside, dependsOn: [closed] },
  );
  const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    // load balancers write to no bucket with a key of KMS
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    inside,
  );
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
    inside,
  );
  if (args.lockedDays !== undefined) {
    new aws.s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { bucket: bucket.id, rule: { defaultRetention: { mode: "GOVERNANCE", days: args.lockedDays } } },
      { ...inside, dependsOn: [versioning] },
    );
  }
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      bucket: bucket.id,
      rules: [
        {
          id: "keep",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: args.unfinishedDays ?? 7 },
          noncurrentVersionExpiration: { noncurrentDays: args.replacedDays },
          // what is left of an object whose versions are all gone; with `days` S3 sees to it by itself
          // https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html
          expiration: args.expireDays === undefined ? { expiredObjectDeleteMarker: true } : { days: args.expireDays },
        },
        // where two rules meet, the shorter time counts
        ...(args.fleeting ?? []).map((key) => ({
          id: key,
          status: "Enabled",
          filter: { prefix: key },
          noncurrentVersionExpiration: { noncurrentDays: 1 },
        })),
      ],
    },
    { ...inside, dependsOn: [versioning] },
  );
  return { bucket, name: usable(bucket.id, [closed, encryption, versioning]) };
}

/** The policy of a bucket: TLS only, and what the grants allow to services of AWS. */
export function bucketPolicy(
  name: string,
  to: PrivateBucket,
  grants: readonly BucketGrant[],
  parent: pulumi.Resource,
): aws.s3.BucketPolicy {
  const policy = iamPolicy([
    ...grants.map((grant) => ({
      Sid: grant.sid,
      Effect: "Allow",
      Principal: { Service: grant.service },
      Action: grant.action,
      Resource: pulumi.interpolate`${to.bucket.arn}/${grant.path}`,
      Condition: grant.condition,
    })),
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [to.bucket.arn, pulumi.interpolate`${to.bucket.arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
  // one change of the bucket at a time, as above
  return new aws.s3.BucketPolicy(`${name}-policy`, { bucket: to.name, policy }, { parent });
}
