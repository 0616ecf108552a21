import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";

// eslint-disable-next-line no-control-regex -- what a terminal hides: colours, and moves of the cursor
const codes = /\u001B\[[0-9;?]*[A-Za-z]/g;

export const key = { enter: "\r", down: "\u001B[B", erase: "\u007F", interrupt: "\u0003" } as const;

/** A program on a terminal of its own (util-linux' `script`), and somebody who reads and types. */
export class Terminal {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number>;
  #over = false;
  #output = "";
  #read = 0;
  #more: () => void = () => undefined;

  constructor(command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const script = ["--quiet", "--return", "--command", `stty cols 80 rows 40; exec ${words}`, "/dev/null"];
    this.#child = spawn("script", script, { cwd, env: { ...process.env, ...env } });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
      this.#more();
    });
    this.#ended = new Promise((resolve) =>
      this.#child.once("close", (status) => {
        this.#over = true;
        this.#more();
        resolve(status ?? -1);
      }),
    );
  }

  /** Everything that was shown so far, as text. */
  get shown(): string {
    return this.#output.replace(codes, "");
  }

  /** Waits until a text is shown, after what was waited for before. @throws when the program ends without it */
  async sees(text: string): Promise<void> {
    for (;;) {
      const at = this.shown.indexOf(text, this.#read);
      if (at >= 0) {
        this.#read = at + text.length;
        return;
      }
      if (this.#over) throw new Error(`never shown: ${text}\n${this.shown}`);
      await new Promise<void>((resolve) => (this.#more = resolve));
    }
  }

  type(...keys: readonly string[]): void {
    this.#child.stdin.write(keys.join(""));
  }

  /** Waits for a question, and answers it. */
  async answer(question: string, ...keys: readonly string[]): Promise<void> {
    await this.sees(question);
    this.type(...keys);
  }

  /** How the program ended. */
  ended(): Promise<number> {
    return this.#ended;
  }

  close(): void {
    this.#child.kill();
  }
}
