import { spawn, spawnSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { join } from "node:path";
import { unmet } from "../need";
import { freePort } from "../free-port";

/** An emulated AWS on loopback. */
export interface Moto {
  /** Folder with the AWS CLI that goes with it. */
  readonly bin: string;
  readonly port: number;
  readonly url: string;
  stop(): void;
}

/** Starts one that is empty, and skips a suite where it is not installed. */
export async function startMoto(context: Mocha.Context): Promise<Moto> {
  const tools = spawnSync(join(__dirname, "tools"), ["--folder"], { encoding: "utf8" });
  if (tools.status !== 0) return unmet(context, tools.stderr.trim());
  const bin = tools.stdout.trim();
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const server = spawn(join(bin, "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  while (
    !(await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    await setTimeout(100);
    if (server.exitCode !== null) throw new Error("the emulated AWS does not run");
  }
  return { bin, port, url, stop: () => server.kill() };
}
