import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { escrowOf, type Escrow, type EscrowOutputs } from "../backup-key/escrow";
import { CliError } from "../cli-error";
import { awsCli } from "../mirror/account";
import { secretsIn, type SecretOf } from "./secrets";
import { outputsOf } from "../stack/outputs";

/** An archive that somebody wants back, and the generated secrets that its data goes with. */
export interface Source {
  /** As the host names archives: `ai-ecosystem-20260131T020000Z.tar.gz`. */
  readonly name: string;
  readonly bytes: number;
  /** The value of a generated secret, by its name; undefined where the archive does not bring it. */
  readonly secretOf: SecretOf;
  readonly place: { readonly file: string } | { readonly url: string; readonly key: string };
  /** Where it is, for people. */
  readonly told: string;
}

const archiveName = /^ai-ecosystem-\d{8}T\d{6}Z\.tar\.gz$/;
/** An archive is shorter than what was sealed of it (templates/host/bin/lib/seal.py). */
const sealedBytes = 88;
/** AWS's longest for keys of an account is 7 days; those of a role end earlier by themselves. */
const urlSeconds = 12 * 3600;

function partOf(file: string, part: string): string {
  const { status, stdout } = spawnSync("tar", ["--occurrence=1", "-xzOf", file, part], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout : "";
}

function fromFile(file: string): Source {
  const manifest = partOf(file, "manifest.json");
  const env = partOf(file, "keys/env");
  const created = /"created": *"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z"/.exec(manifest)?.slice(1);
  if (created === undefined || env === "") {
    throw new CliError(`${file} is neither an archive of \`ecosystem backup\` nor the file of make backup-key.`, []);
  }
  const [year, month, day, hour, minute, second] = created as [string, string, string, string, string, string];
  const name = `ai-ecosystem-${year}${month}${day}T${hour}${minute}${second}Z.tar.gz`;
  return { name, bytes: statSync(file).size, secretOf: secretsIn(env), place: { file }, told: file };
}

interface Listed {
  readonly Contents?: readonly { readonly Key: string; readonly Size: number; readonly LastModified: string }[];
}

/** An archive that is in a bucket. */
export interface Stored {
  readonly name: string;
  readonly object: string;
  /** Of the archive, which is shorter than the object. */
  readonly bytes: number;
  readonly arrived: string;
}

export const sealedSize = ({ bytes }: Pick<Stored, "bytes">): number => bytes + sealedBytes;

/** Those of a stack's bucket, the last that arrived first. */
export async function storedIn(
  { bucket, region }: Pick<NonNullable<Escrow["backups"]>, "bucket" | "region">,
  profile: string | undefined,
): Promise<readonly Stored[]> {
  const at = ["--region", region, "--output", "json"];
  const listed = await awsCli(
    ["s3api", "list-objects-v2", "--bucket", bucket, "--prefix", "archives/", ...at],
    profile,
  );
  return (
    ((JSON.parse(listed || "{}") as Listed).Contents ?? [])
      .map(({ Key, Size, LastModified }) => ({
        name: Key.slice("archives/".length).replace(/\.sealed$/, ""),
        object: Key,
        bytes: Size - sealedBytes,
        arrived: LastModified,
      }))
      .filter(({ name, object }) => archiveName.test(name) && object.endsWith(".sealed"))
      // by S3's clock: a host's may be wrong
      .sort((a, b) => Date.parse(b.arrived) - Date.parse(a.arrived) || (a.name < b.name ? 1 : -1))
  );
}

/** One of a bucket's archives, for a host to fetch. */
export async function archiveIn(
  {
    backups: { bucket, region, key },
    secrets,
  }: { readonly backups: NonNullable<Escrow["backups"]>; readonly secrets: Escrow["secrets"] },
  { name, object, bytes }: Stored,
  profile: string | undefined,
): Promise<Source> {
  const told = `s3://${bucket}/${object}`;
  const signed = await awsCli(["s3", "presign", told, "--expires-in", String(urlSeconds), "--region", region], profile);
  return { name, bytes, secretOf: (id) => secrets[id], place: { url: signed.trim(), key }, told };
}

async function fromBucket(
  { backups, secrets, stack }: Omit<Escrow, "program">,
  wanted: string | undefined,
  profile: string | undefined,
): Promise<Source> {
  if (backups === undefined) {
    throw new CliError(`The stack ${stack} keeps no backups in S3: FROM takes one of its archives, too.`, []);
  }
  const { bucket } = backups;
  const archives = await storedIn(backups, profile);
  const found = wanted === undefined ? archives[0] : archives.find((a) => a.name === wanted);
  if (found === undefined) {
    const there = archives.slice(0, 5).map((a) => `ARCHIVE=${a.name}`);
    throw new CliError(
      wanted === undefined
        ? `There is no archive in s3://${bucket}/archives.`
        : `There is no ${wanted} in s3://${bucket}/archives.`,
      there.length === 0 ? ["s3://…: nothing has arrived there yet"] : there,
    );
  }
  return archiveIn({ backups, secrets }, found, profile);
}

export interface Wish {
  /** An archive, the file of `make backup-key`, or the name of a stack. */
  readonly from: string;
  /** Of the bucket's archives. @default the last that arrived */
  readonly archive?: string | undefined;
  /** AWS profile of the account that has the bucket. @default the present one */
  readonly profile?: string | undefined;
}

/**
 * What `FROM` names.
 * @throws CliError when there is nothing to restore
 */
export async function sourceOf({ from, archive, profile }: Wish): Promise<Source> {
  const file = statSync(from, { throwIfNoEntry: false });
  // a stack may be called as one of the project's folders is
  if (file?.isFile() !== true) {
    if (/[/.]/.test(from)) throw new CliError(`FROM=${from}: there is no such file.`, []);
    const { backups, generatedSecrets: secrets = {} } = outputsOf<EscrowOutputs>(from, "secrets");
    return fromBucket({ stack: from, backups, secrets }, archive, profile);
  }
  // the text of a large archive is of no use
  const escrow = file.size < 1 << 20 ? escrowOf(readFileSync(from, "utf8")) : undefined;
  return escrow === undefined ? fromFile(from) : fromBucket(escrow, archive, profile);
}
