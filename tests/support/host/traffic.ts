import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "./host";

/** Somebody who asks for a page eight times a second, below the rate limit, each time on a new connection. */
export class Visits {
  count = 0;
  readonly failures: string[] = [];
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(host: Host, url: string) {
    this.#done = this.#visit(host, url);
  }

  async #visit(host: Host, url: string): Promise<void> {
    while (!this.#stopped) {
      this.count++;
      try {
        const { status } = await host.ask(url);
        if (status !== 200) this.failures.push(`status ${status}`);
      } catch (error) {
        this.failures.push(String(error));
      }
      await sleep(125);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }
}

/** A download that takes its time until it is told to hurry. */
export class SlowDownload {
  bytes = 0;
  ended = false;
  /** Hash of what arrived. */
  readonly sha256: Promise<string>;
  #hurry = false;

  constructor(host: Host, url: string) {
    this.sha256 = this.#read(host, url);
    // awaited at the end; until then a failure is not unhandled
    this.sha256.catch(() => undefined);
  }

  async #read(host: Host, url: string): Promise<string> {
    const response = await host.open(url);
    const hash = createHash("sha256");
    for await (const chunk of response as AsyncIterable<Buffer>) {
      hash.update(chunk);
      this.bytes += chunk.length;
      if (!this.#hurry) await sleep(100);
    }
    this.ended = true;
    return hash.digest("hex");
  }

  hurry(): void {
    this.#hurry = true;
  }
}
