import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly output: string;
}

/** A command that runs on the host beside what the test does. */
export class Running {
  #output = "";
  #stdout = "";
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;

  constructor(words: readonly string[], input: string) {
    const child = spawn("ssh", words, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    child.stdin.on("error", () => undefined).end(input);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      this.#output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    this.ended = once(child, "close").then(([status]) => ({
      status: status as number | null,
      stdout: this.#stdout,
      output: this.#output,
    }));
  }

  /** Waits until it has said so. @throws when it ends without */
  async says(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      const over = this.#child.exitCode !== null;
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (over && !this.#output.includes(text)) throw new Error(`it did not say ${text}:\n${this.#output}`);
    }
  }
}

/** Commands as the host's user types them: over SSH, with the stack's own key. */
export class Shell {
  readonly #words: readonly string[];

  constructor(address: string, keyFile: string) {
    this.#words = [
      ...["-i", keyFile, "-p", process.env["HOST_SSH_PORT"] ?? "22"],
      ...["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"],
      ...["-o", "LogLevel=ERROR", `ec2-user@${address}`],
    ];
  }

  run(command: string, input = ""): Ended {
    const { status, stdout, stderr } = spawnSync("ssh", [...this.#words, command], { input, encoding: "utf8" });
    return { status, stdout, output: stdout + stderr };
  }

  start(command: string, input = ""): Running {
    return new Running([...this.#words, command], input);
  }
}
