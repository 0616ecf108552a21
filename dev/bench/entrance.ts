import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { sandboxCatalogue } from "../../tests/support/fixtures";
import type { Nginx } from "../../tests/support/nginx/nginx";
import { Application, bareNginx, load, releaseNginx, said, wrk, type Edit, type Kind } from "./entrance-nginx";
import type { Line, Missing } from "./lines";
import { BenchError, inTurn } from "./measure";

const without =
  (pattern: RegExp): Edit =>
  (config) =>
    config.replaceAll(pattern, "");

/** What the release does beside a bare proxy: each left out of it in turn, to see what it costs. */
const parts: Readonly<Record<string, Edit>> = {
  limits: without(/^ *limit_(req|conn) .*$/gm),
  "response headers": without(/^ *add_header .*$/gm),
  "request headers": without(/^ *proxy_set_header (?!Host|Connection|Upgrade).*$/gm),
  routes: (config, path) =>
    path.startsWith("conf.d") ? config.replaceAll(/^ *location ~[\s\S]*?^ {2}\}$/gm, "") : config,
  "the log's buffer": (config) => config.replace(/ buffer=4k flush=1s/, ""),
  "the cache of open files": without(/^ *open_file_cache .*$/gm),
};
export const partNames = Object.keys(parts);

const kinds = { proxied: "2 kB proxied", static: "3.6 kB static" } as const;

/** A request costs at most so many times what it costs a bare proxy: 0.9 of its speed. */
const budget = { ratio: 1.11 };

async function reloadsUnderLoad(nginx: Nginx): Promise<{ requests: number; failed: number }> {
  const [program, ...words] = wrk(nginx, "proxied", 6);
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"] });
  const output = text(child.stdout);
  const exit = once(child, "exit");
  for (let i = 0; i < 3; i++) {
    await sleep(1000);
    await nginx.reload();
  }
  await exit;
  return said(await output);
}

export interface Entrance {
  readonly lines: readonly Line[];
  readonly missing: readonly Missing[];
  /** Sentences on what is no time. */
  readonly notes: readonly string[];
}

/** The release's nginx against a bare one, over TLS, with an application that costs nothing behind both. */
export async function entranceLines(rounds: number, progress: (round: number) => void): Promise<Entrance> {
  const lacking = ["nginx", "wrk", "openssl"].filter((program) => spawnSync(program, ["-v"]).error !== undefined);
  if (lacking.length > 0) {
    const because = `${lacking.join(", ")}: not on the PATH (make tools; apt-get install wrk)`;
    return { lines: [], missing: [{ what: "the entrance against a bare nginx", because }], notes: [] };
  }
  const { services } = sandboxCatalogue();
  const application = new Application();
  const all: Nginx[] = [];
  try {
    await application.start();
    const { port } = application;
    const release = await releaseNginx(services, port, (config) => config);
    all.push(release, await bareNginx(services, port));
    for (const edit of Object.values(parts)) all.push(await releaseNginx(services, port, edit));

    /** Processor time of 1,000 requests. */
    const cost = (nginx: Nginx, kind: Kind) => () => {
      const { requests, processor, failed } = load(nginx, kind, 1);
      if (failed > 0 || requests === 0) throw new BenchError(`the entrance: ${failed} of ${requests} requests failed`);
      return (1000 * processor) / requests;
    };
    const lines: Line[] = [];
    for (const kind of ["proxied", "static"] as const) {
      const [whole = [], bare = [], ...each] = await inTurn(
        all.map((nginx) => cost(nginx, kind)),
        rounds,
        progress,
      );
      const what = `entrance, 1,000 requests, ${kinds[kind]} (processor)`;
      lines.push({ what, seconds: whole, against: { what: "bare nginx", seconds: bare }, budget });
      for (const [i, name] of partNames.entries()) {
        lines.push({ what, seconds: whole, against: { what: `without ${name}`, seconds: each[i] ?? [] } });
      }
    }
    const { requests, failed } = await reloadsUnderLoad(release);
    return { lines, missing: [], notes: [`3 reloads under load: ${failed} of ${requests} requests failed`] };
  } finally {
    for (const nginx of all) await nginx.stop();
    await application.stop();
  }
}
