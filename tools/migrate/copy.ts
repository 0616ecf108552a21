import { spawn } from "node:child_process";
import { once } from "node:events";
import { asked, type Aws } from "./aws";

/** An object of S3, and the AWS profile of its account. */
export interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  readonly profile: string | undefined;
}

const url = ({ bucket, key }: Place): string => `s3://${bucket}/${key}`;
const where = ({ region, profile }: Place): string[] => [
  "--region",
  region,
  ...(profile ? ["--profile", profile] : []),
];

/** Bytes of an object; undefined when it is not there. */
export async function bytesOf(aws: Aws, { bucket, key }: Pick<Place, "bucket" | "key">): Promise<number | undefined> {
  const { Contents = [] } = await asked<{ Contents?: readonly { readonly Key: string; readonly Size: number }[] }>(
    aws,
    ...["s3api", "list-objects-v2", "--bucket", bucket, "--prefix", key],
  );
  return Contents.find((c) => c.Key === key)?.Size;
}

/**
 * Copies an object through this machine, as it may be another account's: nothing of it is kept here. One that is there in full
 * is not copied again.
 * @throws Error when it did not arrive in full
 */
export async function copied(
  from: Place,
  to: Place,
  bytes: number,
  arrived: () => Promise<number | undefined>,
  say: (line: string) => void,
): Promise<void> {
  if ((await arrived()) === bytes) {
    say(`${url(to)} is there already`);
    return;
  }
  const quiet = ["--only-show-errors"];
  const source = spawn("aws", ["s3", "cp", url(from), "-", ...where(from), ...quiet], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  // parts are sized by it: without, an archive of more than 50 GB would have too many
  const size = ["--expected-size", String(bytes)];
  const sink = spawn("aws", ["s3", "cp", "-", url(to), ...where(to), ...size, ...quiet], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  let errors = "";
  for (const { stderr } of [source, sink]) stderr.on("data", (text: Buffer) => (errors += text.toString()));
  sink.stdin.on("error", () => undefined);
  let sent = 0;
  let told = 0;
  const began = Date.now();
  source.stdout.on("data", (chunk: Buffer) => {
    sent += chunk.length;
    const share = Math.floor((sent * 10) / Math.max(1, bytes));
    if (share <= told) return;
    told = share;
    const rate = sent / 1e6 / Math.max(0.001, (Date.now() - began) / 1000);
    say(`    ${share * 10} % of ${(bytes / 1e6).toFixed(0)} MB, ${rate.toFixed(0)} MB/s`);
  });
  const ends = Promise.all([once(source, "close"), once(sink, "close")]) as Promise<[[number | null], [number | null]]>;
  source.stdout.pipe(sink.stdin);
  const [[read], [written]] = await ends;
  // a reader that died has made its end the archive's: only the length says
  const there = await arrived();
  if (read === 0 && written === 0 && there === bytes) return;
  throw new Error(
    `${url(from)} did not arrive in full (${there ?? 0} of ${bytes} bytes): ${errors.trim().split("\n").slice(-3).join(" ")}`,
  );
}
