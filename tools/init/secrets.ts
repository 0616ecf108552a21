import { spawnSync } from "node:child_process";

/** A setting that is set by the CLI after the file is there: a secret, or what is of use with one only. */
export interface Later {
  /** Full, with the path of a leaf. */
  readonly key: string;
  readonly secret: boolean;
  /** Absent when nobody has given it: then only the command is told. */
  readonly value?: string;
}

const words = ({ key, secret }: Later, stack: string): string[] => [
  ..."config set -s".split(" "),
  stack,
  ...(key.includes(".") ? ["--path"] : []),
  ...(secret ? ["--secret"] : []),
  key,
];

/** The command for somebody who types it; pulumi asks for a secret. */
export const commandOf = (later: Later, stack: string): string =>
  ["pulumi", ...words(later, stack), ...(later.secret ? [] : [later.value ?? "VALUE"])].join(" ");

function pulumi(folder: string, args: readonly string[], input?: string) {
  const { error, status, stderr } = spawnSync("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: folder,
    encoding: "utf8",
    ...(input === undefined ? {} : { input }),
  });
  // without the program there is no output either
  if (error !== undefined) return { ok: false, said: "pulumi is not installed" };
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return { ok: status === 0, said: last.replace(/^error: /, "") };
}

/** Whether the CLI can take secrets of the stack: when it has been made, at once; or why not. */
export function secretsOf(folder: string, stack: string): "ready" | "to be made" | { readonly why: string } {
  if (!pulumi(folder, ["version"]).ok) return { why: "the pulumi CLI is not installed" };
  if (!pulumi(folder, ["whoami"]).ok) return { why: "pulumi is not logged in yet" };
  return pulumi(folder, ["stack", "--stack", stack]).ok ? "ready" : "to be made";
}

/** Makes the stack where the CLI is logged in, and selects no other; what it says when it refuses. */
export function makeStack(folder: string, stack: string): string | undefined {
  const { ok, said } = pulumi(folder, ["stack", "init", stack, "--no-select"]);
  return ok ? undefined : said;
}

/** Hands one setting to the CLI, on its standard input; what it says when it refuses. */
export function hand(folder: string, later: Later, stack: string): string | undefined {
  const { ok, said } = pulumi(folder, words(later, stack), later.value ?? "");
  return ok ? undefined : said;
}
