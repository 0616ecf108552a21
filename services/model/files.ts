import type { Context, ServiceFactory } from "./context";
import type { Files } from "./types";

/** The bucket of stacks from when there was one for everything: it holds their attachments, and releases of that time. */
export const firstBucket = "files";

/** What is to be known of a bucket to make it. */
export interface WantedBucket {
  /** Origins of the pages that read from it. */
  readonly origins: readonly string[];
}

/** Every bucket by its name, of services that are switched off as well: their files stay. */
export function bucketsOf(
  factories: readonly ServiceFactory[],
  context: Context,
): Readonly<Record<string, WantedBucket>> {
  const all = factories
    .map((factory) => factory(context))
    .flatMap((service) => [service, ...(service.jobs ?? [])])
    .flatMap(({ files }): Files[] => (files === undefined ? [] : [files]));
  return Object.fromEntries(
    all.map(({ bucket }) => {
      const hosts = new Set(all.filter((f) => f.bucket === bucket).flatMap((f) => f.shownOn));
      return [bucket, { origins: [...hosts].sort().map((host) => context.origin(host)) }];
    }),
  );
}
