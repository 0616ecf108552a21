import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { exampleFile, ownFile } from "../../../tools/stack/file";
import { root } from "../root";

/** How a command ended, and everything that it printed. */
export interface Result {
  readonly status: number | null;
  readonly output: string;
}

export interface RunOptions {
  /** File for the engine's events, one JSON object a line. */
  readonly events?: string;
  /** Sees the output so far whenever there is more of it. */
  readonly watch?: (output: string, child: ChildProcess) => void;
}

/** A resource as the engine exports it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
}

/** What git would commit: neither packages nor what commands made. */
export function copyCheckout(to: string): void {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root })
    .toString()
    .split("\0")
    .filter((file) => file !== "" && existsSync(join(root, file)));
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    if (statSync(join(root, file)).isFile()) copyFileSync(join(root, file), join(to, file));
  }
  // the tests' settings are the project's, whatever the checkout has of its own
  for (const stack of ["sandbox", "prod"]) copyFileSync(join(root, exampleFile(stack)), join(to, ownFile(stack)));
}

/** @throws when the checkout does not have the commit, as a shallow one */
function unpackRevision(revision: string, to: string): void {
  mkdirSync(to);
  const archive = execFileSync("git", ["archive", revision], { cwd: root, maxBuffer: 1 << 28 });
  execFileSync("tar", ["-x", "-C", to], { input: archive });
  // older ones had the settings where a user has them
  for (const stack of ["sandbox", "prod"]) {
    if (existsSync(join(to, exampleFile(stack)))) copyFileSync(join(to, exampleFile(stack)), join(to, ownFile(stack)));
  }
}

/** A copy of this project, with a state backend and a stack of its own, run by the real `pulumi`. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-project-"));
  readonly program = join(this.folder, "program");
  readonly #env: NodeJS.ProcessEnv;
  readonly #originals = new Map<string, string>();

  /** @param stack which of the project's stacks, with the settings of its example */
  constructor(
    readonly stack: "sandbox" | "prod" = "sandbox",
    extraEnv: Readonly<Record<string, string>> = {},
    /** A commit whose program it begins with. @default what stands in the checkout */
    revision?: string,
  ) {
    const state = join(this.folder, "state");
    mkdirSync(state);
    if (revision === undefined) copyCheckout(this.program);
    else unpackRevision(revision, this.program);
    symlinkSync(join(root, "node_modules"), join(this.program, "node_modules"));
    this.#env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "only-for-this-test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // for --event-log
      PULUMI_DEBUG_COMMANDS: "true",
      // the state is written when a command ends: after each of 645 resources it is half of what the CLI does
      PULUMI_SKIP_CHECKPOINTS: "true",
      ...extraEnv,
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Puts the checkout's program in place of an older one, as `git pull` does; the stack's own settings stay. */
  moveOn(): void {
    const file = ownFile(this.stack);
    const settings = readFileSync(join(this.program, file));
    const modules = join(this.program, "node_modules");
    rmSync(modules);
    rmSync(this.program, { recursive: true });
    copyCheckout(this.program);
    symlinkSync(join(root, "node_modules"), modules);
    writeFileSync(join(this.program, file), settings);
  }

  /** A command in the project's folder, in a process group of its own, as a terminal would start it. */
  async run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
    const child = spawn(program, args, {
      cwd: this.program,
      env: this.#env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const hear = (text: string) => {
      output += text;
      options.watch?.(output, child);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    const [status] = (await once(child, "close")) as [number | null];
    return { status, output };
  }

  /** `pulumi COMMAND... -s STACK`, with nobody to ask. */
  pulumi(command: string, options: RunOptions = {}): Promise<Result> {
    const words = [...command.split(" "), "--stack", this.stack, "--non-interactive", "--color", "never"];
    const events = options.events === undefined ? [] : ["--event-log", options.events];
    return this.run("pulumi", [...words, ...events], options);
  }

  /** The same, of which only success will do. */
  async succeed(command: string, options: RunOptions = {}): Promise<string> {
    const { status, output } = await this.pulumi(command, options);
    expect(status, `pulumi ${command}\n${output}`).to.equal(0);
    return output;
  }

  up(options: RunOptions = {}): Promise<Result> {
    return this.pulumi("up --yes --skip-preview", options);
  }

  /** The stack with the settings of its example, and a certificate that needs no authority. */
  async init(settings: Readonly<Record<string, string>> = { "ai-ecosystem:tls": "self-signed" }): Promise<void> {
    await this.succeed("stack init");
    for (const [key, value] of Object.entries(settings)) await this.succeed(`config set ${key} ${value}`);
  }

  /** Standard output of a command that prints JSON. */
  json(...args: readonly string[]): unknown {
    const words = [...args, "--stack", this.stack, "--non-interactive"];
    const options = { cwd: this.program, env: this.#env, maxBuffer: 1 << 28 };
    return JSON.parse(execFileSync("pulumi", words, options).toString());
  }

  outputs(): Record<string, unknown> {
    return this.json("stack", "output", "--json", "--show-secrets") as Record<string, unknown>;
  }

  /** Every resource of the state. With `secrets` they stand in it in plain. */
  state(secrets = false): StateResource[] {
    const exported = this.json("stack", "export", ...(secrets ? ["--show-secrets"] : [])) as {
      deployment: { resources?: StateResource[] };
    };
    return exported.deployment.resources ?? [];
  }

  /** Remembers a file of the copy as it is now, unless it is remembered already. */
  keep(file: string): string {
    const text = readFileSync(join(this.program, file), "utf8");
    if (!this.#originals.has(file)) this.#originals.set(file, text);
    return text;
  }

  /** Changes a file of the copy; the text that is replaced must be there exactly once. */
  edit(file: string, from: string, to: string): void {
    const text = this.keep(file);
    expect(text.split(from), `${file}: ${from}`).to.have.lengthOf(2);
    writeFileSync(
      join(this.program, file),
      text.replace(from, () => to),
    );
  }

  /** Puts a file back as it was remembered. */
  restore(file: string): void {
    const text = this.#originals.get(file);
    if (text !== undefined) writeFileSync(join(this.program, file), text);
  }
}

/** The one resource of a type (`aws:ec2/instance:Instance`) and, where there are several, of a name. */
export function only(resources: readonly StateResource[], type: string, name = ""): StateResource {
  const found = resources.filter((r) => r.type === type && r.urn.endsWith(name));
  expect(found, `${type} ${name}`).to.have.lengthOf(1);
  return found[0] as StateResource;
}
