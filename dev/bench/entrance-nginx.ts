import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Service } from "../../services/model/types";
import { freePort } from "../../tests/support/free-port";
import { answers, Nginx } from "../../tests/support/nginx/nginx";
import { until } from "../../tests/support/until";

/** Bytes of what is asked for. */
export const sizes = { static: 3600, proxied: 2048 } as const;
export type Kind = keyof typeof sizes;

/** An application that costs nothing: nginx, with an answer of its own. */
export class Application {
  readonly #folder = mkdtempSync(join(tmpdir(), "bench-application-"));
  #process: ChildProcess | undefined;
  port = 0;

  async start(): Promise<void> {
    this.port = await freePort();
    const conf = join(this.#folder, "nginx.conf");
    const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${this.#folder}/${kind};`,
    );
    writeFileSync(
      conf,
      `worker_processes 1; pid ${this.#folder}/pid; error_log stderr crit; events {}
http { access_log off; keepalive_requests 1000000; ${folders.join(" ")}
  server { listen 127.0.0.1:${this.port}; default_type text/plain;
    location / { return 200 "${"x".repeat(sizes.proxied)}"; } } }`,
    );
    this.#process = spawn("nginx", ["-e", "stderr", "-c", conf, "-g", "daemon off;"], { stdio: "ignore" });
    await until("the application", () => answers(this.port));
  }

  async stop(): Promise<void> {
    if (this.#process?.exitCode === null) {
      const exit = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      await exit;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Changes a file of the release, by its path below `nginx/`. */
export type Edit = (text: string, path: string) => string;

/** One address asks as fast as it can: every limit is still counted, and none is reached. */
const lifted: Edit = (text) =>
  text.replaceAll(/rate=\d+r\/[sm]/g, "rate=1000000r/s").replaceAll(/burst=\d+/g, "burst=100000");

function file(nginx: Nginx, path: string, text: string): void {
  const target = join(nginx.root, "releases/one", path);
  mkdirSync(join(target, ".."), { recursive: true });
  writeFileSync(target, text);
}

/** The release's own nginx, with what `edit` changes in it. */
export async function releaseNginx(services: readonly Service[], port: number, edit: Edit): Promise<Nginx> {
  const nginx = await Nginx.create("nginx");
  nginx.write("one", { services, upstream: () => `127.0.0.1:${port}` });
  const folder = join(nginx.root, "releases/one/nginx");
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((p) => p.endsWith(".conf"))) {
    const text = readFileSync(join(folder, path), "utf8");
    writeFileSync(join(folder, path), edit(lifted(text, path), path));
  }
  return started(nginx);
}

/** As little as does the same: TLS as in the release, the same lines in the log, connections that stay open. */
export async function bareNginx(services: readonly Service[], port: number): Promise<Nginx> {
  const nginx = await Nginx.create("nginx");
  const rendered = nginx.render({ services });
  const [logs = "", tls = ""] = ["logs", "tls"].map((name) => rendered[`nginx/snippets/${name}.conf`]);
  const { https, health } = nginx.ports;
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${nginx.root}/${kind};`,
  );
  file(
    nginx,
    "nginx/nginx.conf",
    `worker_processes 2; pcre_jit on; pid ${nginx.folders.run}/nginx.pid; error_log stderr notice;
events { worker_connections 640; }
http {
${logs}
${tls}
  sendfile on; tcp_nopush on; types { text/css css; } ${folders.join(" ")}
  upstream application { server 127.0.0.1:${port}; keepalive 32; }
  server { listen 127.0.0.1:${health}; }
  server { listen ${https} ssl; http2 on; server_name ${nginx.hosts.apex}; root ${nginx.folders.dashboard}; }
  server { listen ${https} ssl; http2 on; server_name desk.${nginx.hosts.apex};
    location / { proxy_pass http://application; proxy_http_version 1.1; proxy_set_header Connection ""; } }
}`,
  );
  return started(nginx);
}

async function started(nginx: Nginx): Promise<Nginx> {
  file(nginx, "dashboard/bench.css", "x".repeat(sizes.static));
  nginx.switchTo("one");
  await nginx.start();
  return nginx;
}

export interface Load {
  readonly requests: number;
  /** Seconds of all its processes. */
  readonly processor: number;
  readonly perSecond: number;
  /** Other than 2xx, or none. */
  readonly failed: number;
}

/** Nanoseconds on a processor, of all processes of an nginx. */
const processor = (nginx: Nginx): number =>
  nginx.processes
    .map((pid) => Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]))
    .reduce((sum, ns) => sum + ns, 0);

const count = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);

/** The command that asks for something, from 32 connections. */
export function wrk(nginx: Nginx, kind: Kind, seconds: number): [string, ...string[]] {
  const host = kind === "static" ? nginx.hosts.apex : `desk.${nginx.hosts.apex}`;
  const url = `https://127.0.0.1:${nginx.ports.https}/${kind === "static" ? "bench.css" : "app/page"}`;
  return ["wrk", "-t1", "-c32", `-d${seconds}s`, "-H", `Host: ${host}`, url];
}

/** What wrk says in the end. */
export const said = (text: string): Omit<Load, "processor"> => ({
  requests: count(text, /(\d+) requests in/),
  perSecond: count(text, /Requests\/sec:\s+([\d.]+)/),
  failed:
    count(text, /Non-2xx or 3xx responses: (\d+)/) +
    [...(/Socket errors: (.*)/.exec(text)?.[1] ?? "").matchAll(/\d+/g)].reduce((sum, [n]) => sum + Number(n), 0),
});

export function load(nginx: Nginx, kind: Kind, seconds: number): Load {
  const before = processor(nginx);
  const [program, ...words] = wrk(nginx, kind, seconds);
  const text = execFileSync(program, words, { encoding: "utf8" });
  return { ...said(text), processor: (processor(nginx) - before) / 1e9 };
}
