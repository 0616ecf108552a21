import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../root";

/** How a command ended, and what it showed. */
export interface Typed {
  readonly line: string;
  readonly status: number;
  readonly text: string;
}

/** Ends a line's shell only. */
const script = (lines: readonly string[]): string =>
  [
    'cd "$(cat "$NOTES/cwd")"',
    ...lines.flatMap((line, i) => [
      `{ ${line}\n} >"$NOTES/${i}.text" 2>&1 <"$NOTES/typed"`,
      `echo $? >"$NOTES/${i}.status"`,
    ]),
    'pwd >"$NOTES/cwd"',
    'env -0 >"$NOTES/env"',
  ].join("\n");

/** A machine of somebody who follows the pages: a terminal whose folder and exported variables stay from block to block. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), "pages-"));
  readonly bin = join(this.folder, "bin");
  readonly home = join(this.folder, "home");
  readonly clone = join(this.home, "ai-ecosystem");
  readonly #notes = join(this.folder, "notes");
  #exported: Readonly<Record<string, string>> = {};

  readonly #env: Record<string, string> = {};
  #more = "";

  /** @param programs names and paths of all that there is */
  constructor(programs: Readonly<Record<string, string>>) {
    for (const folder of [this.bin, this.home, this.#notes]) mkdirSync(folder);
    for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(this.bin, name));
    writeFileSync(join(this.#notes, "cwd"), this.home);
    writeFileSync(join(this.folder, "made"), "");
  }

  /** What it has from now on: variables, and folders behind its own on the PATH. */
  gets(env: Readonly<Record<string, string>>, more = ""): void {
    Object.assign(this.#env, env);
    this.#more = more;
  }

  program(name: string, ...lines: readonly string[]): void {
    writeFileSync(join(this.bin, name), ["#!/bin/bash", ...lines, ""].join("\n"), { mode: 0o755 });
  }

  /**
   * `make` that installs no packages, as those of the clone are the checkout's, and that does the same work once: what was
   * typed in the same words, and went well, is well. A preview is new with each change of the settings.
   */
  make(real: string): void {
    this.program(
      "make",
      `done=${this.folder}/made`,
      'words=$*; [[ $1 != preview ]] || words="$* $(cat Pulumi.*.yaml | cksum)"',
      'grep -qxF -- "$words" "$done" && { echo "done before: make $*"; exit 0; }',
      `${real} --old-file=node_modules/.package-lock.json "$@" && echo "$words" >>"$done"`,
    );
  }

  /** `git` whose clone has the checkout's packages, and what it clones: the last commit. */
  git(real: string): string {
    const from = join(this.folder, "from/ai-ecosystem");
    execFileSync(real, ["clone", "--quiet", "--bare", "--no-local", "--depth=1", root, from]);
    const link = `ln -s ${join(root, "node_modules")} ai-ecosystem/node_modules`;
    this.program("git", `${real} "$@" || exit`, `[ "$1" != clone ] || ${link}`);
    return from;
  }

  /** Types lines, one after the other, whatever becomes of each. @param answer what is typed where one asks */
  async type(lines: readonly string[], answer: string): Promise<readonly Typed[]> {
    writeFileSync(join(this.#notes, "typed"), `${answer}\n`);
    const env = {
      PATH: [this.bin, this.#more].filter(Boolean).join(":"),
      HOME: this.home,
      LANG: "C.UTF-8",
      NOTES: this.#notes,
      ...this.#env,
    };
    // a line may end the shell
    for (const i of lines.keys()) writeFileSync(join(this.#notes, `${i}.status`), "");
    const shell = spawn("bash", ["-c", script(lines)], { env: { ...this.#exported, ...env }, stdio: "inherit" });
    await once(shell, "close");
    const all = readFileSync(join(this.#notes, "env"), "utf8").split("\0").filter(Boolean);
    const own = ["_", "SHLVL", "PWD", "OLDPWD", ...Object.keys(env)];
    this.#exported = Object.fromEntries(
      all
        .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const)
        .filter(([name]) => !own.includes(name)),
    );
    return lines.map((line, i) => ({
      line,
      status: Number(readFileSync(join(this.#notes, `${i}.status`), "utf8").trim() || -1),
      text: readFileSync(join(this.#notes, `${i}.text`), "utf8"),
    }));
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
