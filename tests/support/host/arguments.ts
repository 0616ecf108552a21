import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Host } from "./host";

/** One argument a line, of every process: those of the host often, those within containers as often as docker tells. */
const script = `
(while :; do cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'; sleep 0.03; done) 2>/dev/null &
(while :; do for c in $(docker ps -q --filter label=com.docker.compose.project=ai-ecosystem); do docker top "$c" -eo pid,args; done; sleep 0.3; done) 2>/dev/null &
cat >/dev/null
kill %1 %2
`;

/** Notes the arguments of every process on the host, from its making until `stop`. */
export class ArgumentWatch {
  readonly seen = new Set<string>();
  readonly #child: ChildProcess;
  #rest = "";

  constructor(host: Host) {
    this.#child = host.background(script);
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.seen.add(line);
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, "close");
    // its input ends: so does it
    this.#child.stdin?.end();
    await closed;
  }
}
