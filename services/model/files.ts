import type { Service } from "./types";

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
