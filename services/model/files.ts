import type { Service, Volume } from "./types";

/** Where a part of a bucket's files is on a host. */
export interface HostFiles {
  /** Beginning of the keys, `""` or with a slash at its end; the rest of a key is the path in the volume. */
  readonly prefix: string;
  readonly volume: Volume;
  /** `abcdef` is `ab/cd/abcdef` in the volume, as ActiveStorage has it (its DiskService#path_for). */
  readonly spread?: true;
}

/** Files that an application keeps in S3 where there is any, and in `volumes` elsewhere. */
export interface Files {
  /** Name of the bucket, kebab-case. Containers that name the same share it; nothing else reaches it. */
  readonly bucket: string;
  /** Hosts, as in {@link Route.host}, whose pages read the files by signed links. */
  readonly shownOn: readonly string[];
  /** @default they are not in the nightly dump, as no host has a place for them */
  readonly onHost?: readonly HostFiles[];
}

/** The bucket of stacks from when there was one for everything: it holds their attachments, and releases of that time. */
export const firstBucket = "files";

/**
 * Every bucket by its name -> hosts, as in `Route.host`, of the pages that read from it.
 * @param services also those that are off: their files stay
 */
export function bucketsOf(services: readonly Service[]): Readonly<Record<string, readonly string[]>> {
  const all = services.flatMap((service) => [service, ...(service.jobs ?? [])]).flatMap(({ files }) => files ?? []);
  return Object.fromEntries(
    all.map(({ bucket }) => [
      bucket,
      [...new Set(all.filter((f) => f.bucket === bucket).flatMap((f) => f.shownOn))].sort(),
    ]),
  );
}

/** The bucket of the dumps. No service has its name. */
export const backupsBucket = "backups";
