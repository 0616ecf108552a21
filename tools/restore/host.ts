import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { CliError } from "../cli-error";
import { withLogin, type Login } from "../stack/ssh";
import type { Source } from "./source";

/**
 * Brings an archive to the host and puts its data in place of the host's. Both steps may be repeated after a cut: an archive
 * that is there is not brought again, and the host takes an interrupted restore up.
 * @param ask whether the host asks before it changes anything, in this terminal
 * @throws CliError when the host does not do it
 */
export function restoreOn(login: Login, source: Source, ask: boolean): Promise<void> {
  return withLogin(login, async (words) => {
    const ssh = async (
      command: string,
      input: "terminal" | "stream",
      feed?: (to: NodeJS.WritableStream) => unknown,
    ) => {
      const child = spawn("ssh", [...(input === "terminal" ? ["-t"] : []), ...words, command], {
        stdio: [input === "terminal" ? "inherit" : "pipe", "inherit", "inherit"],
      });
      // when the host refuses, its own words say why
      child.stdin?.on("error", () => undefined);
      const ended = once(child, "close") as Promise<[number | null]>;
      if (child.stdin !== null) await Promise.resolve(feed?.(child.stdin)).catch(() => undefined);
      return (await ended)[0];
    };
    const { name, bytes, place } = source;
    const progress = (process.stderr as { isTTY?: boolean }).isTTY === true;
    const head = "url" in place ? { name, bytes, progress, ...place } : { name, bytes };
    const received = await ssh("sudo ecosystem backup receive", "stream", async (to) => {
      to.write(`${JSON.stringify(head)}\n`);
      if ("file" in place) await pipeline(createReadStream(place.file), to);
      else to.end();
    });
    if (received !== 0) throw new CliError("The archive did not arrive on the host.", ["the same command goes on"]);
    const restored = ask
      ? await ssh(`sudo ecosystem restore ${name}`, "terminal")
      : await ssh(`sudo ecosystem restore ${name} --yes`, "stream", (to) => to.end());
    if (restored !== 0) throw new CliError("The restore did not end well; the host says the way back.", []);
  });
}
