import type { WriteStream } from "node:tty";

/** Tells what is going on while a person waits. */
export interface Progress {
  /** A new step begins. */
  step(text: string): void;
  /** The step moves on; shown on a terminal only. */
  detail(text: string): void;
  /** Nothing more to tell. */
  done(): void;
}

/** A terminal gets one line that changes; a pipe or file gets a plain line per step. */
export function progressOn(stream: WriteStream): Progress {
  if (!stream.isTTY) {
    return {
      step: (text) => stream.write(`${text}\n`),
      detail: () => undefined,
      done: () => undefined,
    };
  }
  let current = "";
  const show = (text: string) => stream.write(`\r\u001B[2K${text.slice(0, Math.max(stream.columns - 1, 20))}`);
  return {
    step: (text) => {
      current = text;
      show(text);
    },
    detail: (text) => show(`${current} ${text}`),
    done: () => stream.write("\r\u001B[2K"),
  };
}
