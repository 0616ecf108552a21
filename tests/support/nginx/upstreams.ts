import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Service } from "../../../services/model/types";

/** What a stand-in answers: who it is, and what reached it. */
export interface Echo {
  readonly upstream: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Names as they came, one for each header. */
  readonly names: readonly string[];
  readonly bytes: number;
}

async function echo(upstream: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).length;
  const { method = "", url = "", headers, rawHeaders } = request;
  const names = rawHeaders.filter((_, i) => i % 2 === 0);
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ upstream, method, url, headers, names, bytes }));
}

/** RFC 6455: the answer that proves a server understood the handshake. */
export const acceptKey = (key: string): string =>
  createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");

function acceptSocket(request: IncomingMessage, socket: Duplex): void {
  const accept = acceptKey(request.headers["sec-websocket-key"] ?? "");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  // sends every frame back as it is
  socket.on("error", () => socket.destroy()).pipe(socket);
}

/** Stand-ins for the applications, one for each port of each service that has a route. */
export class Upstreams {
  /** Answers to single paths, instead of the echo. */
  readonly answers = new Map<string, RequestListener>();
  readonly #servers = new Map<string, Server>();
  readonly #sockets = new Set<Socket>();

  async start(services: readonly Service[]): Promise<void> {
    for (const service of services) {
      if (service.route === undefined) continue;
      for (const port of service.ports) await this.#listen(`${service.name}:${port}`);
    }
  }

  async #listen(name: string): Promise<void> {
    const server = createServer((request, response) => {
      const answer = this.answers.get((request.url ?? "").split("?")[0] ?? "");
      if (answer === undefined) void echo(name, request, response);
      else answer(request, response);
    });
    server.on("upgrade", acceptSocket);
    server.on("connection", (socket) => this.#sockets.add(socket));
    await once(server.listen(0, "127.0.0.1"), "listening");
    this.#servers.set(name, server);
  }

  /** `host:port` of a stand-in. */
  readonly address = (service: string, port: number): string => {
    const server = this.#servers.get(`${service}:${port}`);
    if (server === undefined) throw new Error(`no stand-in for ${service}:${port}`);
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  /** Connections that a stand-in holds, as `service:port`. */
  connections(name: string): number {
    const port = (this.#servers.get(name)?.address() as AddressInfo).port;
    return [...this.#sockets].filter((s) => !s.destroyed && s.localPort === port).length;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers.values()) await new Promise((resolve) => server.close(resolve));
  }
}
