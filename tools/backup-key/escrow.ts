/** What somebody needs to read a stack's backups, and to take its data over, when the stack is gone. */
export interface Escrow {
  readonly stack: string;
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  /** Generated secrets of the stack that the data is encrypted with or that are written in it, name -> value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Text of the program that seals and opens archives. */
  readonly program: string;
}

/** What a stack says of its backups, a secret output. */
export interface BackupOutputs {
  readonly backups: Omit<Escrow, "stack" | "program">;
}

const marker = "# --- seal.py";

/** A file for people: the key, where the archives are, and the program that opens them. */
export const escrowText = ({ stack, bucket, region, key, secrets, program }: Escrow): string => `\
The key of the backups of the stack ${stack}. Whoever has it and an archive has all data and all passwords of the desk.

stack: ${stack}
bucket: ${bucket}
region: ${region}
key: ${key}
secrets: ${JSON.stringify(secrets)}

A stack of its own gets the data with

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

/** What {@link escrowText} has written, without the program; undefined when the text is none of it. */
export function escrowOf(text: string): Omit<Escrow, "program"> | undefined {
  const line = (name: string) => new RegExp(`^${name}: (.+)$`, "m").exec(text)?.[1];
  const [stack, bucket, region, key, secrets] = ["stack", "bucket", "region", "key", "secrets"].map(line);
  if (!stack || !bucket || !region || !key || !secrets) return undefined;
  return { stack, bucket, region, key, secrets: JSON.parse(secrets) as Record<string, string> };
}
