import { execFileSync, spawn, spawnSync, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Hosts } from "../../../templates/hosts";
import { renderNginx, type NginxFolders, type NginxInput, type NginxPorts } from "../../../templates/nginx";
import { template, templateFiles } from "../../../templates/text";
import { freePort } from "../free-port";
import { until } from "../until";

/** Node's pipes are sockets, which nginx cannot open as /dev/stdout. */
const quiet: StdioOptions = ["ignore", "ignore", "pipe"];

/** The loopback address takes the place of the host's own. */
export const bareAddress = "127.0.0.1";
export const apex = "203-0-113-10.sslip.io";

/** Whether something listens on a port of this machine. */
export const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });

export type Rendering = Pick<NginxInput, "services"> & Partial<NginxInput>;

/** The real nginx on a folder that is laid out as on the host: releases behind a link, certificates, challenges. */
export class Nginx {
  readonly root = mkdtempSync(join(tmpdir(), "nginx-test-"));
  readonly folders: NginxFolders;
  readonly certificate: string;
  #process: ChildProcess | undefined;

  private constructor(
    readonly program: string,
    readonly ports: NginxPorts,
    readonly hosts: Hosts,
  ) {
    const folder = (name: string): string => {
      mkdirSync(join(this.root, name), { recursive: true });
      return join(this.root, name);
    };
    this.folders = {
      dashboard: join(this.root, "releases/current/dashboard"),
      pages: join(this.root, "releases/current/nginx/pages"),
      acme: dirname(dirname(folder("acme/.well-known/acme-challenge"))),
      status: folder("status"),
      tls: folder("tls"),
      cache: folder("cache"),
      spool: folder("spool"),
      run: folder("run"),
    };
    // the workers are another user
    chmodSync(this.root, 0o755);
    this.certificate = this.#makeCertificate();
  }

  static async create(program: string, scheme: Hosts["scheme"] = "https"): Promise<Nginx> {
    const ports = { http: await freePort(), https: await freePort(), health: await freePort() };
    const hosts = { apex: scheme === "https" ? apex : "localhost", scheme, port: ports[scheme] };
    return new Nginx(program, ports, hosts);
  }

  #makeCertificate(): string {
    const { tls } = this.folders;
    const names = [this.hosts.apex, `*.${this.hosts.apex}`].map((name) => `DNS:${name}`);
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
        ...["-subj", `/CN=${this.hosts.apex}`, "-addext", `subjectAltName=${names.join(",")},IP:${bareAddress}`],
        ...["-keyout", join(tls, "live.key"), "-out", join(tls, "live.crt")],
      ],
      { stdio: "pipe" },
    );
    return readFileSync(join(tls, "live.crt"), "utf8");
  }

  /** The rendered files of a release, as this nginx needs them. */
  render(rendering: Rendering): Record<string, string> {
    return renderNginx({
      hosts: this.hosts,
      address: bareAddress,
      hsts: true,
      ports: this.ports,
      folders: this.folders,
      ...rendering,
    });
  }

  /** Writes a release, not yet the current one. */
  write(id: string, rendering: Rendering): void {
    const dashboard = templateFiles("dashboard").map((path) => `dashboard/${path}`);
    for (const [path, text] of [
      ...Object.entries(this.render(rendering)),
      ...dashboard.map((path) => [path, template(path)] as const),
    ]) {
      const target = join(this.root, "releases", id, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  }

  /** nginx's own opinion of a release: `ok`, else what it complains of. */
  test(id: string): string {
    const conf = join(this.root, "releases", id, "nginx/nginx.conf");
    const { status, stderr } = spawnSync(this.program, ["-t", "-q", "-e", "stderr", "-c", conf], { stdio: quiet });
    return status === 0 && stderr.length === 0 ? "ok" : stderr.toString();
  }

  /** Makes a release the current one, in one step. */
  switchTo(id: string): void {
    const link = join(this.root, "releases/.current.new");
    symlinkSync(id, link);
    renameSync(link, join(this.root, "releases/current"));
  }

  get #arguments(): string[] {
    return ["-e", "stderr", "-c", join(this.root, "releases/current/nginx/nginx.conf")];
  }

  async start(): Promise<void> {
    const log = (name: string): number => openSync(join(this.root, name), "a");
    const stdio = ["ignore", log("out.log"), log("err.log")] as const;
    this.#process = spawn(this.program, [...this.#arguments, "-g", "daemon off;"], { stdio: [...stdio] });
    await until("nginx", () => {
      if (this.#process?.exitCode !== null) throw new Error(`nginx did not start: ${this.errors}`);
      return answers(this.ports.health);
    });
  }

  /** Master and workers. */
  get processes(): number[] {
    const { stdout } = spawnSync("ps", ["-axo", "pid=,ppid="], { encoding: "utf8" });
    const all = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    return all.flatMap(([pid, parent]) =>
      pid !== undefined && [pid, parent].includes(this.#process?.pid) ? [pid] : [],
    );
  }

  /** Its worker processes that take new connections. */
  get #workers(): string[] {
    const { stdout } = spawnSync("ps", ["-axo", "pid=,ppid=,command="], { encoding: "utf8" });
    return stdout
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent]) => parent === String(this.#process?.pid))
      .filter((process) => !process.includes("shutting"))
      .map(([pid]) => pid ?? "");
  }

  /** Returns when none of the workers before takes another connection: until then they answer now and then. */
  async reload(): Promise<void> {
    const old = this.#workers;
    if (old.length === 0) throw new Error("nginx has no worker");
    const [code] = (await once(
      spawn(this.program, [...this.#arguments, "-s", "reload"], { stdio: quiet }),
      "exit",
    )) as [number];
    if (code !== 0) throw new Error(`nginx refuses to reload: ${this.errors}`);
    await until("the end of the old workers", () => !this.#workers.some((pid) => old.includes(pid)));
  }

  get accessLog(): string {
    return readFileSync(join(this.root, "out.log"), "utf8");
  }
  get errors(): string {
    return readFileSync(join(this.root, "err.log"), "utf8");
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    }
    rmSync(this.root, { recursive: true, force: true });
  }
}
