import * as pulumi from "@pulumi/pulumi";
import { allow } from "../components/iam-policy";
import type { BackupBucket } from "../components/backup-bucket";
import { statementOf, type RoleStatement } from "../components/service-role";
import type { Catalogue } from "../services/catalogue";
import { dumpName } from "../services/dump";
import { importName } from "../services/import";
import { firstBucket } from "../services/model/files";
import type { Files } from "../services/model/types";

/** ARNs of what is in S3. */
export interface S3Arns {
  /** The releases that tasks start with. */
  readonly releases: pulumi.Output<string>;
  /** Buckets of files, by the name that services have for them. */
  readonly buckets: Readonly<Record<string, { readonly arn: pulumi.Output<string> }>>;
  /** Of the nightly dumps. */
  readonly backups?: Pick<BackupBucket, "adds" | "brought"> | undefined;
}

/** Releases from before they had a bucket of their own. */
const formerReleases = ({ buckets }: S3Arns): pulumi.Output<string>[] => {
  const first = buckets[firstBucket];
  return first === undefined ? [] : [pulumi.interpolate`${first.arn}/releases/*`];
};

/** Of a container that reads files of the release. Definitions from before must be able to start, too: a deployment that fails goes back to them. */
const readsRelease = (stored: S3Arns): RoleStatement =>
  allow("Release", ["s3:GetObject"], [stored.releases, ...formerReleases(stored)]);

/** Of a container that keeps files: its own bucket, and there not what others execute. */
function usesBucket({ bucket }: Files, stored: S3Arns): RoleStatement[] {
  const arn = stored.buckets[bucket]?.arn;
  if (arn === undefined) throw new Error(`there is no bucket ${bucket}`);
  return [
    allow("Files", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [pulumi.interpolate`${arn}/*`]),
    allow("List", ["s3:ListBucket"], [arn]),
    ...(bucket === firstBucket
      ? [
          {
            Sid: "NotReleases",
            Effect: "Deny" as const,
            Action: ["s3:DeleteObject", "s3:PutObject"],
            Resource: formerReleases(stored),
          },
        ]
      : []),
  ];
}

/** Buckets of the files that a host has a place for. */
function asOnHosts({ whole }: Pick<Catalogue, "whole">, stored: S3Arns): pulumi.Output<string>[] {
  const names = whole.flatMap((s) => ((s.files?.onHost ?? []).length > 0 ? (s.files?.bucket ?? []) : []));
  return [...new Set(names)].flatMap((bucket) => stored.buckets[bucket]?.arn ?? []);
}

/** Of the import: it reads what was brought, and adds files. What it takes the place of stays as a version. */
function imports(catalogue: Pick<Catalogue, "whole">, stored: S3Arns): RoleStatement[] {
  const arns = asOnHosts(catalogue, stored);
  return [
    ...(stored.backups === undefined ? [] : [allow("ReadBrought", ["s3:GetObject"], [stored.backups.brought])]),
    ...(arns.length === 0
      ? []
      : [
          allow(
            "WriteFiles",
            ["s3:PutObject"],
            arns.map((arn) => pulumi.interpolate`${arn}/*`),
          ),
          allow("ListFiles", ["s3:ListBucket"], arns),
        ]),
  ];
}

/** Of the nightly dump: it reads every file that a host has a place for, and adds archives. */
function dumps(catalogue: Pick<Catalogue, "whole">, stored: S3Arns): RoleStatement[] {
  const arns = asOnHosts(catalogue, stored);
  const reads: RoleStatement[] =
    arns.length === 0
      ? []
      : [
          allow(
            "ReadFiles",
            ["s3:GetObject"],
            arns.map((arn) => pulumi.interpolate`${arn}/*`),
          ),
          allow("ListFiles", ["s3:ListBucket"], arns),
        ];
  return [...reads, ...(stored.backups?.adds ?? [])];
}

/** What the tasks of a container may do in AWS: its files in the bucket, what it asks for itself, traces. */
export const taskPermissions =
  (catalogue: Catalogue, stored: S3Arns) =>
  (name: string): RoleStatement[] => {
    const container = [...catalogue.services, ...catalogue.jobs].find((c) => c.name === name);
    const tracing = catalogue.services.find((s) => s.name === name)?.fargate?.tracing !== undefined;
    return [
      ...((container?.mounts ?? []).length === 0 ? [] : [readsRelease(stored)]),
      ...(container?.files === undefined ? [] : usesBucket(container.files, stored)),
      ...(container?.permissions ?? []).map(statementOf),
      ...(name === dumpName ? dumps(catalogue, stored) : []),
      ...(name === importName ? imports(catalogue, stored) : []),
      // AWS has no resource level for traces
      ...(tracing ? [allow("Traces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"])] : []),
    ];
  };
