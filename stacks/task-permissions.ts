import * as pulumi from "@pulumi/pulumi";
import type { BackupBucket } from "../components/backup-bucket";
import type { TaskPermission } from "../components/fargate/roles";
import type { Catalogue } from "../services/catalogue";
import { dumpName } from "../services/dump";
import { firstBucket } from "../services/model/files";
import type { Files } from "../services/model/types";

/** ARNs of what is in S3. */
export interface S3Arns {
  /** The releases that tasks start with. */
  readonly releases: pulumi.Output<string>;
  /** Buckets of files, by the name that services have for them. */
  readonly buckets: Readonly<Record<string, { readonly arn: pulumi.Output<string> }>>;
  /** Of the nightly dumps. */
  readonly backups?: Pick<BackupBucket, "adds"> | undefined;
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

/** Of the nightly dump: it reads every file that a host has a place for, and adds archives. */
function dumps({ whole }: Pick<Catalogue, "whole">, stored: S3Arns): TaskPermission[] {
  const read = whole.flatMap((s) => ((s.files?.onHost ?? []).length > 0 ? (s.files?.bucket ?? []) : []));
  const arns = [...new Set(read)].flatMap((bucket) => stored.buckets[bucket]?.arn ?? []);
  const reads: TaskPermission[] =
    arns.length === 0
      ? []
      : [
          { sid: "ReadFiles", actions: ["s3:GetObject"], resources: arns.map((arn) => pulumi.interpolate`${arn}/*`) },
          { sid: "ListFiles", actions: ["s3:ListBucket"], resources: arns },
        ];
  const adds = (stored.backups?.adds ?? []).map(({ Sid, Action, Resource, Condition }): TaskPermission => ({
    sid: Sid,
    actions: Action,
    resources: [Resource as pulumi.Input<string>],
    condition: Condition,
  }));
  return [...reads, ...adds];
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
      ...(name === dumpName ? dumps(catalogue, stored) : []),
      // AWS has no resource level for traces
      ...(tracing
        ? [{ sid: "Traces", actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] }]
        : []),
    ];
  };
