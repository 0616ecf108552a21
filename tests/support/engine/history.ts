import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project, Result, RunOptions } from "./project";

interface EngineEvent {
  readonly resourcePreEvent?: {
    readonly metadata: { readonly op: string; readonly urn: string; readonly type: string };
  };
}

/** What `pulumi` did in a project, and all that it said. */
export class History {
  /** Everything that it said so far. */
  said = "";
  readonly #files: string[] = [];

  constructor(readonly project: Project) {}

  async run(command: string, options: RunOptions = {}): Promise<Result> {
    const events = join(this.project.folder, `events-${this.#files.length}.jsonl`);
    this.#files.push(events);
    const result = await this.project.pulumi(command, { ...options, events });
    this.said += result.output;
    return result;
  }

  /** The engine's events of every run, one JSON object a line. */
  events(): string {
    return this.#files.map((file) => readFileSync(file, "utf8")).join("");
  }

  /** What the last command did or would do: `operation type name`, without what stays as it is. */
  changes(): string[] {
    const lines = readFileSync(this.#files.at(-1) ?? "", "utf8")
      .split("\n")
      .filter(Boolean);
    return lines
      .map((line) => (JSON.parse(line) as EngineEvent).resourcePreEvent?.metadata)
      .filter((m) => m !== undefined && m.op !== "same" && m.op !== "read")
      .map((m) => `${m?.op ?? ""} ${m?.type ?? ""} ${m?.urn.split("::").at(-1) ?? ""}`)
      .sort();
  }
}
