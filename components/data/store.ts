import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { required } from "../../settings/required";

/** A database, and those that it was restored from. */
export interface Lineage {
  /** Identifiers of snapshots: each makes a database of its own, and the last one is that of the services. @default none */
  readonly restoredFrom?: readonly string[] | undefined;
  /** Keep those that a restored one has taken the place of. */
  readonly keepReplaced: boolean;
}

/** Ends the names of what was restored from a snapshot; the first database has none. */
export const copyTag = (snapshot: string | undefined): string =>
  snapshot === undefined ? "" : createHash("sha256").update(snapshot).digest("hex").slice(0, 8);

/**
 * Every database of a lineage that is to be there, by its tag, the live one last.
 * @param make makes one; `tag` is empty for the first, and `end` ends its names in the program
 */
export function lineage<T>(
  { restoredFrom = [], keepReplaced }: Lineage,
  make: (of: { readonly tag: string; readonly end: string; readonly snapshot: string | undefined }) => T,
): { readonly copies: Readonly<Record<string, T>>; readonly live: T } {
  const all = [undefined, ...restoredFrom];
  const made = (keepReplaced ? all : all.slice(-1)).map((snapshot) => {
    const tag = copyTag(snapshot);
    return [tag, make({ tag, end: tag === "" ? "" : `-${tag}`, snapshot })] as const;
  });
  return { copies: Object.fromEntries(made), live: required(made, made.length - 1, "database")[1] };
}

/** What the stores of the data tier have in common. */
export interface StoreArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets, one per zone. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Refuse to delete the store, in Pulumi and in AWS. */
  readonly deletionProtection: boolean;
  readonly backupRetentionDays: number;
  readonly logRetentionDays: number;
  /** Of the master, from whoever needs it elsewhere as well. @default AWS makes, keeps and rotates it */
  readonly masterPassword?: pulumi.Input<string> | undefined;
}

export interface StoreName {
  readonly id: pulumi.Output<string>;
  readonly finalSnapshot: pulumi.Output<string>;
}

/**
 * Name of a store in AWS: it is in the names of its logs and of its last snapshot, so it must be known before the store
 * is made. The random end keeps the snapshots of an earlier installation of the same name apart.
 * @returns the name by the tag of the snapshot that it is restored from; the first one's, of no tag, is no part of another
 */
export function storeName(name: string, maxLength: number, parent: pulumi.Resource): (tag: string) => StoreName {
  const suffix = new random.RandomId(`${name}-suffix`, { byteLength: 4 }, { parent });
  // AWS takes lower case letters, digits and single hyphens
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const head = slug.slice(0, maxLength - 9).replace(/-$/, "");
  return (tag) => {
    const id = pulumi.interpolate`${tag === "" ? head : `${head}-${tag}`}-${suffix.hex}`;
    return { id, finalSnapshot: pulumi.interpolate`${id}-final` };
  };
}

/** Log groups that AWS would make by itself, and keep for ever. */
export function storeLogs(
  name: string,
  prefix: pulumi.Input<string>,
  logs: readonly string[],
  retentionInDays: number,
  parent: pulumi.Resource,
): readonly aws.cloudwatch.LogGroup[] {
  return logs.map(
    (log) =>
      new aws.cloudwatch.LogGroup(
        `${name}-log-${log}`,
        { name: pulumi.interpolate`${prefix}/${log}`, retentionInDays },
        { parent },
      ),
  );
}

/** A security group that lets nothing in and nothing out: `ManagedData.allow` adds who may come in. */
export function storeSecurityGroup(
  name: string,
  vpcId: pulumi.Input<string>,
  description: string,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(`${name}-sg`, { vpcId, description, tags: { Name: name } }, { parent });
}

/** ARN of the secret in which AWS keeps a master password; none when the password was given. */
export const masterSecretArn = (
  given: pulumi.Input<string> | undefined,
  secrets: pulumi.Output<readonly { readonly secretArn: string }[]>,
): pulumi.Output<string> | undefined =>
  given === undefined
    ? secrets.apply((list) => required(list, 0, "secret with the master password").secretArn)
    : undefined;
