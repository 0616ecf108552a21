import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const run = promisify(execFile);

interface Violation {
  readonly rule: string;
  readonly call: string;
  readonly what: string;
  readonly message: string;
}

export interface EmulatedAwsOptions {
  /** Where it is told what to fail and how to take its time (`/ecs`, `/order`), and asked what it saw. */
  readonly control: string;
  /** How strict and how slow it is to be, a JSON object for `/order`. */
  readonly strict: string;
  /** Command that holds a stack's state against what the calls needed, and says what no dependency is for. */
  readonly graph: string;
}

/** An emulated AWS that runs nothing, but knows what AWS needs first: tasks end at once, services are steady. */
export class EmulatedAws {
  constructor(private readonly options: EmulatedAwsOptions) {}

  /** From now on it refuses what comes too early, and takes its time. */
  async strict(): Promise<void> {
    await this.ask("order", this.options.strict);
  }

  /** As it was: others use it, too. */
  async lenient(): Promise<void> {
    await this.ask("order", JSON.stringify({ mode: "report", slow: 0, late: 0 }));
  }

  /** Forgets what was needed so far, where the stack no longer needs it. */
  async forget(): Promise<void> {
    await this.ask("order", JSON.stringify({ clear: true }));
  }

  /** Jobs that were run, in order. */
  async ran(): Promise<string[]> {
    const { ran } = (await this.ask("ecs")) as { ran: readonly string[] };
    return ran.map((family) => /-services-(.+)-task$/.exec(family)?.[1] ?? family);
  }

  /** Services whose new tasks do not start: ECS goes back to the definition before. */
  async fail(...services: readonly string[]): Promise<void> {
    await this.ask("ecs", JSON.stringify({ failing: services }));
  }

  /** What came too early since it is strict. */
  async violations(): Promise<string[]> {
    const { violations } = (await this.ask("order")) as { violations: readonly Violation[] };
    return violations.map((v) => `${v.call} ${v.what}: ${v.rule}: ${v.message}`);
  }

  /** What a state has no dependency for, whether that has shown or not; `exported` is what `pulumi stack export` prints. */
  async missing(exported: unknown, folder: string): Promise<string> {
    const file = join(folder, "state-of-order.json");
    writeFileSync(file, JSON.stringify(exported));
    const { stdout } = await run("bash", ["-c", `${this.options.graph} "$0"`, file]).catch(
      (error: unknown) => error as { stdout: string },
    );
    return stdout.trim();
  }

  private async ask(path: string, body?: string): Promise<unknown> {
    const answer = await fetch(`${this.options.control}/${path}`, body === undefined ? {} : { method: "POST", body });
    const text = await answer.text();
    expect(answer.ok, `${path}: ${answer.status} ${text}`).to.equal(true);
    return JSON.parse(text);
  }
}
