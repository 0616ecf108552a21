import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Counts } from "./services";

/** What no question to the world answers, kept between two calls. Nothing of it is secret. */
export interface Progress {
  /** The target had no people's data when an archive was first put into it: what is there is an archive's. */
  readonly replaces?: true;
  /** The last rehearsal that ended with equal data. */
  readonly rehearsed?: {
    readonly archive: string;
    readonly time: string;
    /** The target was opened with it, and may have written since. */
    readonly opened?: true;
  };
  readonly cutOver?: {
    readonly since: string;
    /** Of the time when nothing was written any more. */
    readonly archive?: string;
    /** The target has the data; from its opening on it writes its own. */
    readonly loaded?: true;
    /** It serves. */
    readonly done?: string;
  };
  /** The source is not held ready any more. */
  readonly released?: string;
  /** Stack -> tasks of its services before they were ended. */
  readonly counts?: Readonly<Record<string, Counts>>;
}

/** The file of one move, `out/migrate-FROM-TO.json`: whole or not there. */
export class ProgressFile {
  readonly path: string;
  #now: Progress = {};

  constructor(root: string, from: string, to: string) {
    const name = (stack: string) => stack.replaceAll("/", ".");
    this.path = join(root, "out", `migrate-${name(from)}-${name(to)}.json`);
    try {
      this.#now = JSON.parse(readFileSync(this.path, "utf8")) as Progress;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }

  get now(): Progress {
    return this.#now;
  }

  set(more: Progress): void {
    this.#now = { ...this.#now, ...more };
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(`${this.path}.part`, `${JSON.stringify(this.#now, null, 2)}\n`);
    renameSync(`${this.path}.part`, this.path);
  }

  forget(): void {
    this.#now = {};
    rmSync(this.path, { force: true });
  }
}
