/** What somebody needs to read a stack's backups, and to take its data over, when the stack is gone. */
export interface Escrow {
  readonly stack: string;
  /** Of the archives of a host in S3; absent where there are none. */
  readonly backups?: { readonly bucket: string; readonly region: string; readonly key: string } | undefined;
  /** Generated secrets of the stack that the data is encrypted with or that are written in it, name -> value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Text of the program that seals and opens archives. */
  readonly program: string;
}

/** What a stack says of it, secret outputs. */
export interface EscrowOutputs {
  readonly backups?: NonNullable<Escrow["backups"]>;
  readonly generatedSecrets?: Escrow["secrets"];
}

const marker = "# --- seal.py";

/** Of the archives in S3, and how to open one without this project. */
const ofArchives = ({ bucket, region, key }: NonNullable<Escrow["backups"]>, program: string): string => `\
bucket: ${bucket}
region: ${region}
key: ${key}

A stack of its own gets the data of the last backup with

    pulumi stack init NEW, its settings, and then: make restore STACK=NEW FROM=KEYFILE

By hand: the archives are in s3://${bucket}/archives/ (region ${region}) for as long as the bucket is there. With credentials of
that AWS account, this file as KEYFILE, and bash, python3 and openssl:

    aws s3 ls --region ${region} s3://${bucket}/archives/
    aws s3 cp --region ${region} s3://${bucket}/archives/NAME.sealed .
    sed '1,/^${marker}$/d' KEYFILE >seal.py
    python3 seal.py open 3< <(sed -n 's/^key: //p' KEYFILE) <NAME.sealed >NAME && tar -tzf NAME

It ends with an error when the archive is damaged or was sealed with another key; what it wrote is then to be thrown away. NAME
is a tar.gz: manifest.json says what is in it, keys/env has the passwords, postgres/*.dump is for pg_restore, mongodb/*.gz for
mongorestore --archive --gzip, and volumes/*.tar has the files. On a host of this project: ecosystem restore NAME.

${marker}
${program}`;

/** A file for people: what the data is encrypted with, and where there are archives in S3, their key and place. */
export const escrowText = ({ stack, backups, secrets, program }: Escrow): string => `\
The keys of the data of the stack ${stack}. Whoever has them and a backup or a snapshot has all data and all passwords of the desk.

stack: ${stack}
secrets: ${JSON.stringify(secrets)}

Another stack whose databases are restored from this one's reads them with these secrets, set before its first update:

    sed -n 's/^secrets: //p' KEYFILE | pulumi config set --secret -s NEW ai-ecosystem:secretOverrides

${backups === undefined ? "" : ofArchives(backups, program)}`;

/** What {@link escrowText} has written, without the program; undefined when the text is none of it. */
export function escrowOf(text: string): Omit<Escrow, "program"> | undefined {
  const line = (name: string) => new RegExp(`^${name}: (.+)$`, "m").exec(text)?.[1];
  const [stack, bucket, region, key, secrets] = ["stack", "bucket", "region", "key", "secrets"].map(line);
  if (!stack || !secrets) return undefined;
  return {
    stack,
    ...(bucket && region && key ? { backups: { bucket, region, key } } : {}),
    secrets: JSON.parse(secrets) as Record<string, string>,
  };
}
