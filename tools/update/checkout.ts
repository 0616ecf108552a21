import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliError } from "../cli-error";
import type { Version } from "./changes";

const run = (program: string, words: readonly string[], folder: string, env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(program, words, { cwd: folder, encoding: "utf8", env, maxBuffer: 1 << 28 });

/**
 * What git answers.
 * @throws CliError with git's own last line
 */
export function git(folder: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = run("git", words, folder);
  if (status === 0) return stdout.trim();
  const reason = stderr.trim().split("\n").at(-1) ?? "";
  throw new CliError(`git ${words.join(" ")} failed: ${reason}`);
}

/** Of the user's, in no version of the project. */
const own = /^(?:Pulumi\..+\.yaml|prices\.overrides\.json|services\.local)$/;

const lockOf = (folder: string): string => readFileSync(join(folder, "package-lock.json"), "utf8");

/** The packages of another version: this one's where they are the same, else its own, without their scripts. */
function packages(folder: string, root: string, say: (line: string) => void): void {
  if (lockOf(folder) === lockOf(root)) {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    return;
  }
  say("It has other packages: installing them beside, a minute ...");
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  for (const words of [
    ["ci", "--ignore-scripts", ...quiet],
    ["rebuild", "esbuild", "--loglevel=error"],
  ]) {
    const { status, stderr } = run("npm", words, folder);
    if (status !== 0) throw new CliError(`The packages of the newer version cannot be installed: ${stderr.trim()}`);
  }
}

/** A version of the project beside this one, with the user's own files; `end` takes it away. */
export function checkout(root: string, commit: string, say: (line: string) => void) {
  const parent = mkdtempSync(join(tmpdir(), "ai-ecosystem-update-"));
  const folder = join(parent, "ai-ecosystem");
  const end = () => {
    run("git", ["worktree", "remove", "--force", folder], root);
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    git(root, "worktree", "add", "--quiet", "--detach", folder, commit);
    for (const name of readdirSync(root).filter((entry) => own.test(entry)))
      if (!existsSync(join(folder, name))) cpSync(join(root, name), join(folder, name), { recursive: true });
    packages(folder, root, say);
  } catch (error) {
    end();
    throw error;
  }
  return { folder, end };
}

/** Without the credentials of this shell: a version that nobody has read yet runs without them. */
const bare = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:AWS|PULUMI|GITHUB|GH)_|TOKEN|SECRET/.test(name)),
  );

/**
 * Previews a stack with the program of a folder.
 * @throws CliError with what the preview says
 */
export function previewed(folder: string, stack: string): Version {
  const words = ["--require", "tsx/cjs", "tools/preview.ts", "--stack", stack, "--json"];
  const { stdout, stderr } = run(process.execPath, words, folder, bare());
  let told: { readonly error?: string; readonly out?: string; readonly images?: Version["images"] };
  try {
    told = JSON.parse(stdout) as typeof told;
  } catch {
    const lines = stderr.trim().split("\n");
    const reason = lines.find((line) => /^\w*Error: /.test(line)) ?? lines.at(-1) ?? "";
    throw new CliError(`The preview of ${stack} broke off: ${reason}`, [`in ${folder}`]);
  }
  if (told.out === undefined) throw new CliError(told.error ?? "The preview says nothing.");
  const read = (name: string) => JSON.parse(readFileSync(join(folder, told.out ?? "", name), "utf8")) as unknown;
  return {
    resources: read("resources.json") as Version["resources"],
    cost: read("cost.json") as Version["cost"],
    images: told.images ?? {},
  };
}
