import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ArgumentWatch } from "../../support/host/arguments";
import { History } from "../../support/engine/history";
import { Host, type Container } from "../../support/host/host";
import { Project, type Result, type RunOptions } from "../../support/engine/project";
import { Shell } from "./shell";

export const services = [
  "nginx",
  "n8n",
  "n8n-runners",
  "chatwoot-web",
  "chatwoot-sidekiq",
  "librechat",
  "data-bridge",
  "postgres",
  "mongodb",
  "redis",
];
export const home = "/opt/ai-ecosystem";

/** What the push writes down on the host. */
export interface PushRecord {
  readonly id: string;
  readonly previous: string | null;
  readonly result: string;
}

/** Logins and tokens, as the output `credentials` has them. */
export interface Credentials {
  readonly n8n: { readonly email: string; readonly password: string };
  readonly chatwoot: { readonly password: string };
  readonly librechat: { readonly password: string };
  readonly data: { readonly apiToken: string; readonly jupyterToken: string };
}

const sentTwice = /InvalidKeyPair\.Duplicate|AddRoleToInstanceProfile[\s\S]*LimitExceeded/;

/** One deployment from its making to its end. */
export class Life {
  readonly project: Project;
  readonly host: Host;
  readonly history: History;
  /** Whether the deployment was made. */
  made = false;
  #arguments: ArgumentWatch | undefined;
  #outputs: Record<string, unknown> | undefined;
  #shell: Shell | undefined;

  constructor(hostExec: string, env: Readonly<Record<string, string>> = {}) {
    // updates are cut off here: the state is written as for a user
    this.project = new Project("sandbox", { PULUMI_SKIP_CHECKPOINTS: "false", ...env });
    this.history = new History(this.project);
    this.host = new Host(hostExec);
  }

  /** A fresh AWS and a fresh host. */
  static renew(command: string): void {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect(status, `${command}\n${stdout}${stderr}`).to.equal(0);
  }

  #run(command: string, options: RunOptions): Promise<Result> {
    this.#outputs = undefined;
    return this.history.run(command, options);
  }

  /** `pulumi up`, of which only success will do. */
  async up(): Promise<string> {
    let { status, output } = await this.tryUp();
    // a busy emulator gets a request twice, and refuses the second: nothing that AWS or the program does
    if (status !== 0 && sentTwice.test(output)) ({ status, output } = await this.tryUp());
    expect(status, output).to.equal(0);
    return output;
  }

  /** @param more further options of the command */
  tryUp(options: RunOptions = {}, more = ""): Promise<Result> {
    return this.#run(`up --yes --skip-preview ${more}`.trim(), options);
  }

  preview(): Promise<Result> {
    return this.#run("preview", {});
  }

  /** What the last command did or would do: `operation type name`, without what stays as it is. */
  changes(): string[] {
    return this.history.changes();
  }

  watchArguments(): void {
    this.#arguments = new ArgumentWatch(this.host);
  }

  /** Every process argument that was seen on the host since then. */
  async seenArguments(): Promise<string> {
    await this.#arguments?.stop();
    return [...(this.#arguments?.seen ?? [])].join("\n");
  }

  /** The outputs change with a run only. */
  #output(name: string): unknown {
    this.#outputs ??= this.project.outputs();
    return this.#outputs[name];
  }

  output(name: string): string {
    return String(this.#output(name));
  }

  credentials(): Credentials {
    return this.#output("credentials") as Credentials;
  }

  /** The release that the link `current` leads to. */
  current(): string {
    return this.host.succeed(`readlink ${home}/releases/current`).trim();
  }

  pushed(): PushRecord {
    return this.host.json(`cat ${home}/state/push.json`) as PushRecord;
  }

  /** The host over SSH. */
  get shell(): Shell {
    if (this.#shell === undefined) {
      const key = join(this.project.folder, "ai-ecosystem.pem");
      writeFileSync(key, this.output("sshPrivateKey"), { mode: 0o600 });
      this.#shell = new Shell(this.host.address, key);
    }
    return this.#shell;
  }

  /** The services, once every one is running and healthy, and every job has ended well. */
  healthy(expected: readonly string[] = services): Map<string, Container> {
    const all = this.host.containers();
    for (const name of expected) {
      const container = all.get(name);
      expect(container?.status, name).to.equal("running");
      expect(container?.health, name).to.equal("healthy");
    }
    const jobs = [...all.values()].filter((c) => !expected.includes(c.service));
    expect(jobs.map((c) => c.service)).to.include.members(["postgres-setup", "n8n-import"]);
    expect(jobs.some((c) => c.service === "mongodb-setup")).to.equal(expected.includes("mongodb"));
    for (const job of jobs) {
      expect(`${job.service} ${job.status} ${job.exitCode}`).to.equal(`${job.service} exited 0`);
    }
    return all;
  }

  /** What stays the same as long as no service is started anew. */
  runs(): string[] {
    const all = this.host.containers();
    return services.map((name) => `${name} ${all.get(name)?.id ?? ""} ${all.get(name)?.startedAt ?? ""}`);
  }
}

/** The deployment is made by a hook, so steps get it when they run. */
export type GetLife = () => Life;
