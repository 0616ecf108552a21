import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyCheckout } from "../engine/project";
import { root } from "../root";

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** A checkout of this project on a laptop, with stacks `sandbox` and `prod`, whose outputs are given. */
export class Laptop {
  readonly folder = mkdtempSync(join(tmpdir(), "laptop-"));
  readonly #program = join(this.folder, "program");
  #entrance: Server | undefined;

  constructor() {
    mkdirSync(this.#program);
    copyCheckout(this.#program);
    symlinkSync(join(root, "node_modules"), join(this.#program, "node_modules"));
    mkdirSync(join(this.folder, "bin"));
    // the last word is the stack
    const pulumi = `#!/bin/bash\nexec cat "${this.folder}/outputs-\${!#}.json"\n`;
    writeFileSync(join(this.folder, "bin/pulumi"), pulumi, { mode: 0o755 });
  }

  outputs(stack: "sandbox" | "prod", outputs: object): void {
    writeFileSync(join(this.folder, `outputs-${stack}.json`), JSON.stringify(outputs));
  }

  /** Production's entrance, for its names. */
  async entrance(open: () => boolean): Promise<void> {
    const [certificate, key] = [join(this.folder, "entrance.crt"), join(this.folder, "entrance.key")];
    const names = "subjectAltName=DNS:example.com,DNS:*.example.com";
    const words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=entrance"];
    execFileSync("openssl", [...words, "-addext", names, "-keyout", key, "-out", certificate], { stdio: "ignore" });
    const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (_, answer) => {
      answer.writeHead(open() ? 200 : 503);
      answer.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#entrance = server;
  }

  /**
   * `make migrate`, in a process group of its own.
   * @param environment a beginning of a shell script
   * @param watch sees the output so far whenever there is more of it
   */
  migrate(
    words: readonly string[],
    environment: Readonly<Record<string, string>>,
    path: readonly string[],
    watch: (output: string, child: ChildProcess) => void = () => undefined,
  ): Promise<Ended> {
    const programs = [join(this.folder, "bin"), ...path, process.env["PATH"]].join(":");
    const { port } = this.#entrance?.address() as AddressInfo;
    const loaded = [join(__dirname, "laptop.cjs"), require.resolve("tsx/cjs")].flatMap((file) => ["--require", file]);
    const child = spawn(process.execPath, [...loaded, join(this.#program, "tools/migrate/migrate.ts"), ...words], {
      cwd: this.#program,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        ...environment,
        PATH: programs,
        ENTRANCE: String(port),
        NODE_EXTRA_CA_CERTS: join(this.folder, "entrance.crt"),
      },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data: Buffer) => {
        output += data.toString();
        watch(output, child);
      });
    return new Promise((resolve) => {
      child.on("close", (status) => {
        resolve({ status, output });
      });
    });
  }

  /** What it keeps of a move; undefined where it has begun none. */
  progress(from: string, to: string): unknown {
    try {
      return JSON.parse(readFileSync(join(this.#program, `out/migrate-${from}-${to}.json`), "utf8"));
    } catch {
      return undefined;
    }
  }

  stop(): void {
    this.#entrance?.closeAllConnections();
    this.#entrance?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
