import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { renderDashboard } from "../../templates/dashboard";
import { root } from "../support/root";
import { SERVICES } from "./fixtures";

const ROOT = join(root, "templates/dashboard");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** What the site answers to the two requests that the page makes; null is a 404. */
export interface Answers {
  services: string | null;
  health: string | null;
}

/** The dashboard as nginx serves it: the real files, a strict policy, and answers that the test can change. */
export class Site {
  readonly answers: Answers = { services: null, health: null };
  /** Paths that were asked for and do not exist. */
  readonly notFound: string[] = [];
  /** Added to the `Date` header, as on a host whose clock differs from the visitor's. */
  clockOffsetMs = 0;
  /** How long a cache has had the answers, which have the date of that time; 0: there is no cache. */
  cachedSeconds = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request.url ?? "/").then(({ type, body }) => {
        const at = Date.now() + this.clockOffsetMs - this.cachedSeconds * 1000;
        response.setHeader("Date", new Date(at).toUTCString());
        if (this.cachedSeconds > 0) response.setHeader("Age", String(this.cachedSeconds));
        response.setHeader("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Type", type);
        response.writeHead(body === null ? 404 : 200).end(body ?? "not found");
      });
    });
  }

  async #answer(path: string): Promise<{ type: string; body: Buffer | string | null }> {
    if (path === "/services.json") return { type: "application/json", body: this.answers.services };
    if (path === "/health.json") return { type: "application/json", body: this.answers.health };
    if (path === "/") return { type: "text/html; charset=utf-8", body: renderDashboard(SERVICES) };
    const file = path.slice(1);
    try {
      return { type: TYPES[extname(file)] ?? "application/octet-stream", body: await readFile(join(ROOT, file)) };
    } catch {
      this.notFound.push(path);
      return { type: "text/plain", body: null };
    }
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }
}
