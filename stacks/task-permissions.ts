import * as pulumi from "@pulumi/pulumi";
import type { TaskPermission } from "../components/fargate/roles";
import type { Catalogue } from "../services/catalogue";
import { firstBucket } from "../services/model/files";
import type { Files } from "../services/model/types";

/** ARNs of what is in S3. */
export interface S3Arns {
  /** The releases that tasks start with. */
  readonly releases: pulumi.Output<string>;
  /** Buckets of files, by the name that services have for them. */
  readonly buckets: Readonly<Record<string, { readonly arn: pulumi.Output<string> }>>;
}

/** Releases from before they had a bucket of their own. */
const formerReleases = ({ buckets }: S3Arns): pulumi.Output<string>[] => {
  const first = buckets[firstBucket];
  return first === undefined ? [] : [pulumi.interpolate`${first.arn}/releases/*`];
};

/** Of a container that reads files of the release. Definitions from before must be able to start, too: a deployment that fails goes back to them. */
const readsRelease = (stored: S3Arns): TaskPermission => ({
  sid: "Release",
  actions: ["s3:GetObject"],
  resources: [stored.releases, ...formerReleases(stored)],
});

/** Of a container that keeps files: its own bucket, and there not what others execute. */
function usesBucket({ bucket }: Files, stored: S3Arns): TaskPermission[] {
  const arn = stored.buckets[bucket]?.arn;
  if (arn === undefined) throw new Error(`there is no bucket ${bucket}`);
  return [
    {
      sid: "Files",
      actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      resources: [pulumi.interpolate`${arn}/*`],
    },
    { sid: "List", actions: ["s3:ListBucket"], resources: [arn] },
    ...(bucket === firstBucket
      ? [
          {
            sid: "NotReleases",
            effect: "Deny" as const,
            actions: ["s3:DeleteObject", "s3:PutObject"],
            resources: formerReleases(stored),
          },
        ]
      : []),
  ];
}

/** What the tasks of a container may do in AWS: its files in the bucket, what it asks for itself, traces. */
export const taskPermissions =
  (catalogue: Catalogue, stored: S3Arns) =>
  (name: string): TaskPermission[] => {
    const container = [...catalogue.services, ...catalogue.jobs].find((c) => c.name === name);
    const tracing = catalogue.services.find((s) => s.name === name)?.fargate?.tracing !== undefined;
    return [
      ...((container?.mounts ?? []).length === 0 ? [] : [readsRelease(stored)]),
      ...(container?.files === undefined ? [] : usesBucket(container.files, stored)),
      ...(container?.permissions ?? []),
      // AWS has no resource level for traces
      ...(tracing
        ? [{ sid: "Traces", actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] }]
        : []),
    ];
  };
