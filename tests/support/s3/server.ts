import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMoto } from "./moto";

/** What goes wrong between client and server; see faulty-proxy.cjs. */
export type Fault = "" | "refuse" | "cut" | "flip" | "hang";

/** An S3 server on loopback (moto) that compares checksums and heeds conditions, and the AWS CLI. */
export interface S3Server {
  /** Beginning of a shell script: the AWS CLI of the test, and where the server is. */
  readonly environment: string;
  fault(kind: Fault): void;
  /** A call of the AWS CLI's `s3api` without any fault. */
  s3api(...words: readonly string[]): { readonly status: number | null; readonly output: string };
  /** Names of what is in a bucket. */
  keys(bucket: string): readonly string[];
  /** A bucket with versions. */
  bucket(name: string): void;
  stop(): void;
}

const firstLine = (child: ChildProcess) =>
  new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (chunk: Buffer) => {
      resolve(chunk.toString().trim());
    });
    child.once("exit", (code) => {
      reject(new Error(`it ended with ${String(code)}`));
    });
  });

export async function startS3(context: Mocha.Context): Promise<S3Server> {
  const moto = await startMoto(context);
  const { bin, port } = moto;
  const folder = mkdtempSync(join(tmpdir(), "s3-server-"));
  const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test-test-test", AWS_REGION: "us-east-1" };
  const faults = join(folder, "fault");
  writeFileSync(faults, "");
  const proxy = spawn(process.execPath, [join(__dirname, "faulty-proxy.cjs"), String(port), faults], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const front = await firstLine(proxy);
  const s3api = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(join(bin, "aws"), ["s3api", ...words], {
      encoding: "utf8",
      env: { ...process.env, ...keys, AWS_DEFAULT_REGION: keys.AWS_REGION, AWS_ENDPOINT_URL: moto.url },
    });
    return { status, output: stdout + stderr };
  };
  const succeed = (...words: readonly string[]) => {
    const { status, output } = s3api(...words);
    if (status !== 0) throw new Error(output);
  };
  return {
    environment: [
      `export PATH=${bin}:$PATH AWS_ENDPOINT_URL=http://127.0.0.1:${front} AWS_MAX_ATTEMPTS=2 TRANSFER_PART_BYTES=5242880`,
      ...Object.entries(keys).map(([name, value]) => `export ${name}=${value}`),
    ].join("\n"),
    fault: (kind) => {
      writeFileSync(faults, kind);
    },
    s3api,
    keys: (bucket) =>
      (
        JSON.parse(s3api("list-objects-v2", "--bucket", bucket, "--output", "json").output || "{}") as {
          Contents?: { Key: string }[];
        }
      ).Contents?.map(({ Key }) => Key) ?? [],
    bucket: (name) => {
      succeed("create-bucket", "--bucket", name, "--object-lock-enabled-for-bucket");
    },
    stop: () => {
      proxy.removeAllListeners("exit");
      proxy.kill();
      moto.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
