import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unmet } from "../need";

/** What goes wrong between client and server; see faulty-proxy.cjs. */
export type Fault = "" | "refuse" | "cut" | "flip" | "hang";

/** An S3 server on loopback (moto) that compares checksums and heeds conditions, and the AWS CLI. */
export interface S3Server {
  /** Beginning of a shell script: the AWS CLI of the test, and where the server is. */
  readonly environment: string;
  fault(kind: Fault): void;
  /** A call of the AWS CLI's `s3api` without any fault. */
  s3api(...words: readonly string[]): { readonly status: number | null; readonly output: string };
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

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

export async function startS3(context: Mocha.Context): Promise<S3Server> {
  const tools = spawnSync(join(__dirname, "tools"), ["--folder"], { encoding: "utf8" });
  if (tools.status !== 0) return unmet(context, tools.stderr.trim());
  const bin = tools.stdout.trim();
  const folder = mkdtempSync(join(tmpdir(), "s3-server-"));
  const port = await freePort();
  const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test-test-test", AWS_REGION: "us-east-1" };
  const server = spawn(join(bin, "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const faults = join(folder, "fault");
  writeFileSync(faults, "");
  const proxy = spawn(process.execPath, [join(__dirname, "faulty-proxy.cjs"), String(port), faults], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const at = (here: string) => `http://127.0.0.1:${here}`;
  const front = await firstLine(proxy);
  const s3api = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(join(bin, "aws"), ["s3api", ...words], {
      encoding: "utf8",
      env: { ...process.env, ...keys, AWS_DEFAULT_REGION: keys.AWS_REGION, AWS_ENDPOINT_URL: at(String(port)) },
    });
    return { status, output: stdout + stderr };
  };
  const succeed = (...words: readonly string[]) => {
    const { status, output } = s3api(...words);
    if (status !== 0) throw new Error(output);
  };
  // the client tries until it answers
  while (s3api("list-buckets").status !== 0) {
    await setTimeout(100);
    if (server.exitCode !== null) throw new Error("the S3 server does not run");
  }
  return {
    environment: [
      `export PATH=${bin}:$PATH AWS_ENDPOINT_URL=${at(front)} AWS_MAX_ATTEMPTS=2 TRANSFER_PART_BYTES=5242880`,
      ...Object.entries(keys).map(([name, value]) => `export ${name}=${value}`),
    ].join("\n"),
    fault: (kind) => {
      writeFileSync(faults, kind);
    },
    s3api,
    bucket: (name) => {
      succeed("create-bucket", "--bucket", name, "--object-lock-enabled-for-bucket");
    },
    stop: () => {
      proxy.removeAllListeners("exit");
      proxy.kill();
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
