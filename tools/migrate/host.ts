import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { CliError } from "../cli-error";
import { restoreOn } from "../restore/host";
import { archiveIn } from "../restore/source";
import { withLogin, type Login } from "../stack/ssh";
import type { Archive, Side } from "./side";

/** A host, over SSH; what it says goes to this terminal. */
export class HostSide implements Side {
  readonly opening: readonly string[];

  constructor(
    readonly stack: string,
    readonly login: Login,
  ) {
    this.opening = ["on the host: sudo ecosystem maintenance off"];
  }

  #run(command: string): Promise<number | null> {
    return withLogin(this.login, async (words) => {
      const child = spawn("ssh", [...words, command], { stdio: ["ignore", "inherit", "inherit"] });
      const [code] = (await once(child, "close")) as [number | null];
      return code;
    });
  }

  /** What it prints for programs; what it says to people goes to this terminal. */
  #told(command: string): Promise<{ readonly code: number | null; readonly said: string }> {
    return withLogin(this.login, async (words) => {
      const child = spawn("ssh", [...words, command], { stdio: ["ignore", "pipe", "inherit"] });
      let said = "";
      child.stdout.on("data", (text: Buffer) => (said += text.toString()));
      const [code] = (await once(child, "close")) as [number | null];
      return { code, said };
    });
  }

  /** Its last words, of a command that is quick. */
  answer(command: string): Promise<{ readonly status: number | null; readonly said: string }> {
    return withLogin(this.login, (words) => {
      const { status, stdout, stderr } = spawnSync("ssh", [...words, command], {
        encoding: "utf8",
        maxBuffer: 1 << 26,
      });
      return { status, said: status === 0 || stdout !== "" ? stdout : stderr };
    });
  }

  async closed(): Promise<boolean> {
    const { status, said } = await this.answer("sudo ecosystem maintenance status");
    if (status === 0) return said.startsWith("on");
    throw new CliError(
      `The host of ${this.stack} does not say whether it is in maintenance: ${said.trim().split("\n").at(-1) ?? ""}`,
      [`a release from before this command: make up STACK=${this.stack}`],
    );
  }

  async close(drain: boolean): Promise<void> {
    const code = await this.#run(`sudo ecosystem maintenance on${drain ? "" : " --now"}`);
    if (code !== 0) throw new CliError(`The host of ${this.stack} is not quiet: it says why above.`, []);
  }

  async open(): Promise<void> {
    const code = await this.#run("sudo ecosystem maintenance off");
    if (code !== 0)
      throw new CliError(`Not everything is up on the host of ${this.stack}: sudo ecosystem doctor there.`, []);
  }

  async save(): Promise<string> {
    const { code, said } = await this.#told("sudo ecosystem backup --json");
    if (code !== 0)
      throw new CliError(`The host of ${this.stack} made no backup that is proved and in S3: it says why above.`);
    return basename((JSON.parse(said) as { readonly file: string }).file);
  }

  refuses(): Promise<readonly string[]> {
    // `ecosystem restore` looks at all of it before it changes anything
    return Promise.resolve([]);
  }

  async take({ stored, backups, profile }: Archive): Promise<void> {
    return restoreOn(this.login, await archiveIn({ backups, secrets: {} }, stored, profile), false);
  }

  async silent(): Promise<readonly string[]> {
    const { said } = await this.answer("sudo ecosystem health --json");
    interface Health {
      readonly services: Readonly<Record<string, { readonly state: string; readonly health: string }>>;
      readonly http: readonly { readonly name: string; readonly status: number; readonly ok: boolean }[];
    }
    let health: Health;
    try {
      health = JSON.parse(said) as Health;
    } catch {
      return [`the host cannot be asked: ${said.trim().split("\n").at(-1) ?? ""}`];
    }
    const { services, http } = health;
    return [
      ...Object.entries(services).flatMap(([name, { state, health }]) =>
        state === "running" && (health === "healthy" || health === "none") ? [] : [`${name}: ${state}, ${health}`],
      ),
      ...http.flatMap(({ name, status, ok }) => (ok ? [] : [`https://${name}: ${status || "no answer"}`])),
    ];
  }
}
