import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { hostName } from "../../../templates/hosts";
import type { Nginx } from "./nginx";
import type { Echo } from "./upstreams";

export interface Ask {
  readonly scheme?: "http" | "https";
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Address of the client; any of 127.0.0.0/8, each with rate limits of its own. */
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** Every value of a header, one for each time that it was sent. */
  all(name: string): string[];
  echo(): Echo;
}

const answerOf = (response: IncomingMessage, text: string): Answer => ({
  status: response.statusCode ?? 0,
  headers: response.headers,
  text,
  all: (name) =>
    response.rawHeaders.filter((_, i) => i % 2 === 1 && response.rawHeaders[i - 1]?.toLowerCase() === name),
  echo: () => JSON.parse(text) as Echo,
});

/** Somebody who visits the names that nginx serves. Certificates are verified. */
export class Visitor {
  constructor(readonly nginx: Nginx) {}

  /** A request that is not sent yet. `host` is a label (`desk`, `""` for the apex) or, with a dot, a whole name. */
  open(host: string, path: string, ask: Ask = {}): ClientRequest {
    const { hosts, ports, certificate } = this.nginx;
    const scheme = ask.scheme ?? hosts.scheme;
    const name = host.includes(".") ? host : hostName(hosts, host);
    const options: RequestOptions = {
      host: "127.0.0.1",
      port: ports[scheme],
      path,
      method: ask.method ?? "GET",
      headers: { Host: `${name}:${ports[scheme]}`, ...ask.headers },
      agent: false,
      ...(ask.from === undefined ? {} : { localAddress: ask.from }),
    };
    if (scheme === "http") return httpRequest(options);
    // addresses are not sent as a server's name
    const servername = /^[\d.]+$/.test(name) ? "" : name;
    return httpsRequest({ ...options, servername, ca: certificate });
  }

  async get(host: string, path: string, ask: Ask = {}): Promise<Answer> {
    const request = this.open(host, path, ask).end(ask.body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.setEncoding("utf8");
    let text = "";
    for await (const chunk of response) text += chunk as string;
    return answerOf(response, text);
  }

  /** Many at once; their statuses, counted. */
  async flood(times: number, host: string, path: string, ask: Ask = {}): Promise<Map<number, number>> {
    const counts = new Map<number, number>();
    const answers = await Promise.all(Array.from({ length: times }, () => this.get(host, path, ask)));
    for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
    return counts;
  }

  /** A websocket, or the status of the refusal. */
  async socketOr(host: string, path: string, from?: string): Promise<Duplex | number> {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": "x",
      "Sec-WebSocket-Version": "13",
    };
    const request = this.open(host, path, { headers, ...(from === undefined ? {} : { from }) }).end();
    return new Promise((resolve) => {
      request.once("upgrade", (_, socket: Duplex) => {
        resolve(socket.on("error", () => undefined));
      });
      request.once("response", (response: IncomingMessage) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.once("error", () => {
        resolve(0);
      });
    });
  }

  /** A websocket, after its handshake. */
  async socket(host: string, path: string, headers: Readonly<Record<string, string>> = {}, from?: string) {
    const key = randomBytes(16).toString("base64");
    const handshake = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": key,
      "Sec-WebSocket-Version": "13",
    };
    const ask: Ask = { headers: { ...handshake, ...headers }, ...(from === undefined ? {} : { from }) };
    const request = this.open(host, path, ask).end();
    const [response, socket] = (await once(request, "upgrade")) as [IncomingMessage, Duplex];
    return { key, response, socket };
  }
}
