import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ReleaseArchive } from "../../templates/ecs";
import { bucketPolicy, privateBucket } from "../bucket";

export interface ReleasesArgs {
  /** Names the release; another one for every other content. */
  readonly id: string;
  /** Its files, a `shellArchive`. */
  readonly archive: string;
  /** Bucket that takes the access logs; its policy must admit them. */
  readonly accessLogBucket: pulumi.Input<string>;
}

/**
 * The files that tasks start with: what is here, tasks execute with their secrets. In a bucket of its own, which tasks
 * read and only deployments write. What is in it can be made again from the program, so nothing protects it.
 */
export class Releases extends pulumi.ComponentResource {
  /** Known when the archive is there. */
  public readonly archive: pulumi.Output<ReleaseArchive>;
  /** ARN of everything that a task may start with. */
  public readonly objectsArn: pulumi.Output<string>;

  constructor(name: string, args: ReleasesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:fargate:Releases", name, {}, opts);
    const releases = privateBucket(name, { forceDestroy: true, replacedDays: 30 }, this);
    const { bucket } = releases;
    const policy = bucketPolicy(name, releases, [], this);
    new aws.s3.BucketLogging(
      `${name}-logging`,
      { bucket: bucket.id, targetBucket: args.accessLogBucket, targetPrefix: "s3/releases/" },
      { parent: this },
    );
    const object = new aws.s3.BucketObjectv2(
      `${name}-archive`,
      {
        bucket: policy.bucket,
        key: `releases/${args.id}.sh`,
        content: args.archive,
        contentType: "text/x-shellscript",
      },
      // tasks of the release before may have to start once more
      { parent: this, retainOnDelete: true },
    );
    const sha256 = createHash("sha256").update(args.archive).digest("hex");
    this.archive = pulumi.all([object.bucket, object.key]).apply(([b, key]) => ({ uri: `s3://${b}/${key}`, sha256 }));
    this.objectsArn = pulumi.interpolate`${bucket.arn}/releases/*`;
    this.registerOutputs({ archive: this.archive });
  }
}
