import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface DataBucketArgs {
  /** Refuse to delete the bucket; without it, `destroy` deletes its content as well. */
  readonly deletionProtection: boolean;
  /** Bucket that takes the access logs; its policy must admit them. @default none are written */
  readonly accessLogBucket?: pulumi.Input<string> | undefined;
}

export interface DataBucket {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

/** Days in which a file that was deleted or overwritten can be brought back. */
const undeleteDays = 30;

/** Nobody reads or writes without TLS, whatever else they may do. */
const tlsOnly = (arn: pulumi.Input<string>): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, pulumi.interpolate`${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });

/** Bucket of attachments and of the files that tasks start with (`releases/`). Everything in it is private. */
export function dataBucket(name: string, args: DataBucketArgs, parent: pulumi.Resource): DataBucket {
  const inside = { parent };
  const bucket = new aws.s3.Bucket(
    `${name}-bucket`,
    { forceDestroy: !args.deletionProtection, tags: { Name: name } },
    { ...inside, protect: args.deletionProtection },
  );
  const of = { bucket: bucket.id };
  const block = new aws.s3.BucketPublicAccessBlock(
    `${name}-private`,
    { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    inside,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
    inside,
  );
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { ...of, versioningConfiguration: { status: "Enabled" } },
    inside,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...of, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    inside,
  );
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      ...of,
      rules: [
        {
          id: "leftovers",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          noncurrentVersionExpiration: { noncurrentDays: undeleteDays },
          expiration: { expiredObjectDeleteMarker: true },
        },
      ],
    },
    // old versions come into being only with it
    { ...inside, dependsOn: [versioning] },
  );
  // S3 takes one change of these two at a time
  new aws.s3.BucketPolicy(`${name}-policy`, { ...of, policy: tlsOnly(bucket.arn) }, { ...inside, dependsOn: [block] });
  if (args.accessLogBucket !== undefined) {
    new aws.s3.BucketLogging(
      `${name}-logging`,
      { ...of, targetBucket: args.accessLogBucket, targetPrefix: `s3/${name}/` },
      inside,
    );
  }
  return { name: bucket.id, arn: bucket.arn };
}
