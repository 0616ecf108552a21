import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicy, privateBucket } from "../bucket";

export interface DataBucketArgs {
  /** Refuse to delete the bucket; without it, `destroy` deletes its content as well. */
  readonly deletionProtection: boolean;
  /** Origins (`https://desk.example.com`) whose pages read files by signed links; their scripts may, too. */
  readonly origins: readonly string[];
  /** Bucket that takes the access logs; its policy must admit them. @default none are written */
  readonly accessLogBucket?: pulumi.Input<string> | undefined;
}

export interface DataBucket {
  /** Known when the bucket is closed and keeps versions. */
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

/** Days in which a file that was deleted or overwritten can be brought back. */
const undeleteDays = 30;

/** Bucket of the files that one application keeps. Everything in it is private. */
export function dataBucket(name: string, args: DataBucketArgs, parent: pulumi.Resource): DataBucket {
  const inside = { parent };
  const files = privateBucket(
    name,
    {
      forceDestroy: !args.deletionProtection,
      protect: args.deletionProtection,
      replacedDays: undeleteDays,
      names: { bucket: "-bucket", closed: "-private" },
    },
    parent,
  );
  const { bucket } = files;
  const policy = bucketPolicy(name, files, [], parent);
  if (args.origins.length > 0) {
    new aws.s3.BucketCorsConfiguration(
      `${name}-cors`,
      {
        bucket: bucket.id,
        corsRules: [
          {
            allowedOrigins: [...args.origins],
            allowedMethods: ["GET", "HEAD"],
            allowedHeaders: ["*"],
            // names of downloads, and parts of films
            exposeHeaders: ["Accept-Ranges", "Content-Disposition", "Content-Length", "Content-Range", "ETag"],
            maxAgeSeconds: 3600,
          },
        ],
      },
      inside,
    );
  }
  if (args.accessLogBucket !== undefined) {
    new aws.s3.BucketLogging(
      `${name}-logging`,
      { bucket: bucket.id, targetBucket: args.accessLogBucket, targetPrefix: `s3/${name}/` },
      inside,
    );
  }
  return { name: policy.bucket, arn: bucket.arn };
}
