/** Where `pulumi login s3://…` keeps the states. */
export interface StateBucket {
  readonly name: string;
  /** Folder of the bucket that `.pulumi` lies in, with a slash at its end; empty at the root. */
  readonly folder: string;
}

const bucketName = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Pulumi's address; what stands after `?` (region, profile) says how to reach it, not where it is. */
const address = /^s3:\/\/([^/?#]+)((?:\/[A-Za-z0-9!_.'()-]+)*)\/?(?:\?[^\s#]*)?$/;

/** Reads a bucket's name, or the address that `pulumi login` takes; `undefined` when it is neither. */
export function stateBucket(text: string): StateBucket | undefined {
  const [, name = text, path = ""] = address.exec(text) ?? [];
  return bucketName.test(name) ? { name, folder: path === "" ? "" : `${path.slice(1)}/` } : undefined;
}

/** Whether the name begins as those of the buckets that the stacks make: the tasks' roles reach these. */
export const ownBucket = (text: string): boolean => stateBucket(text)?.name.startsWith("ai-ecosystem-") === true;

/** ARN of a key itself; rights are given on keys, not on aliases. */
export const kmsKeyArn =
  /^arn:aws:kms:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
