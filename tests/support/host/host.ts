import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import type { Result } from "../engine/project";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What docker tells of a container of the stack. */
export interface Container {
  readonly id: string;
  readonly service: string;
  readonly status: string;
  /** `none` without a health check. */
  readonly health: string;
  readonly exitCode: number;
  readonly startedAt: string;
  readonly restarts: number;
}

interface Inspected {
  readonly Id: string;
  readonly RestartCount: number;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** The machine that a stack was pushed to: commands on it as root, and what it serves. */
export class Host {
  readonly address = process.env["HOST_ADDRESS"] ?? "127.0.0.1";

  /** @param prefix words of a shell before which a command runs on the host as root */
  constructor(readonly prefix: string) {}

  #line(script: string) {
    return `exec ${this.prefix} bash -c ${quoted(script)}`;
  }

  /** Runs a bash script on the host; `input` goes to its standard input. */
  run(script: string, input = ""): Result & { readonly stdout: string } {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", this.#line(script)], {
      input,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    return { status, stdout, output: stdout + stderr };
  }

  /** The same, of which only success will do: what it printed. */
  succeed(script: string, input = ""): string {
    const { status, stdout, output } = this.run(script, input);
    expect(status, `${script}\n${output}`).to.equal(0);
    return stdout;
  }

  /** A script that runs on the host until it is killed. */
  background(script: string): ChildProcess {
    return spawn("bash", ["-c", this.#line(script)], { stdio: ["pipe", "pipe", "ignore"] });
  }

  json(script: string): unknown {
    return JSON.parse(this.succeed(script));
  }

  /** Every container of the stack, jobs too, as docker describes it. */
  inspect(): unknown[] {
    const filter = "--filter label=com.docker.compose.project=ai-ecosystem";
    return this.json(`ids=$(docker ps -aq ${filter}); [ -z "$ids" ] && echo '[]' || docker inspect $ids`) as unknown[];
  }

  containers(): Map<string, Container> {
    const all = (this.inspect() as Inspected[]).map((c): Container => ({
      id: c.Id,
      service: c.Config.Labels["com.docker.compose.service"] ?? "",
      status: c.State.Status,
      health: c.State.Health?.Status ?? "none",
      exitCode: c.State.ExitCode,
      startedAt: c.State.StartedAt,
      restarts: c.RestartCount,
    }));
    const byService = new Map(all.map((c) => [c.service, c]));
    expect(byService.size, "one container for each service").to.equal(all.length);
    return byService;
  }

  /** A request to the host, whatever DNS says of the name in the URL; certificates are not verified. */
  async ask(url: string, ask: Ask = {}): Promise<Answer> {
    const response = await this.open(url, ask);
    const text = (await buffer(response)).toString();
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  }

  /** The same; the body is for the caller to read. Each has a connection of its own. */
  async open(url: string, ask: Ask = {}): Promise<IncomingMessage> {
    const { protocol, hostname, pathname, search } = new URL(url);
    const options: RequestOptions = {
      host: this.address,
      port: protocol === "https:" ? 443 : 80,
      path: `${pathname}${search}`,
      method: ask.method ?? "GET",
      headers: { Host: hostname, ...ask.headers },
      agent: false,
      timeout: 60_000,
    };
    // an address is not sent as a server's name
    const servername = /^[\d.]+$/.test(hostname) ? "" : hostname;
    const request =
      protocol === "https:"
        ? httpsRequest({ ...options, servername, rejectUnauthorized: false })
        : httpRequest(options);
    request.on("timeout", () => request.destroy(new Error(`no answer from ${url} for 60 s`)));
    request.end(ask.body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    return response;
  }
}
