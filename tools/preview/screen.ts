import { join } from "node:path";
import type { PreviewData } from "../report/data";
import { endingOf } from "./ending";
import type { Paint } from "./table";
import { fileLines, previewText } from "./text";
import { wrapped } from "./wrap";

interface Screen {
  readonly data: PreviewData;
  /** As the commands take it. */
  readonly stack: string;
  /** Folder of what was written, and the files in it. */
  readonly out: string;
  readonly paths: readonly string[];
  readonly paint: Paint;
  /** The accepted findings, too. */
  readonly all: boolean;
  /** Of the terminal. @default no terminal: no line is broken */
  readonly columns?: number | undefined;
}

/** What `make preview` prints, line by line; the last five are what matters. */
export function screenOf({ data, stack, out, paths, paint, all, columns }: Screen): readonly string[] {
  const details = [previewText(data, paint, all), ...fileLines(out, paths, paint)].join("\n").split("\n");
  const end = [`Open ${paint.bold(join(out, "index.html"))}`, "", ...endingOf(data, stack, paint)];
  return wrapped([...details, ...end], columns);
}
