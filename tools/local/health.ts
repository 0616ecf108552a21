import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const everyMs = 15_000;
/** Docker may be restarted; after ten minutes without it nobody waits any more. */
const patience = 40;

interface ServiceHealth {
  readonly state: string;
  readonly health: string;
}

/**
 * `health.json` of the dashboard, as the host writes it.
 * @param lines of `docker ps`: service, state and status, tabs between them
 * @param services names of the long-running services
 */
export function healthReport(lines: string, services: readonly string[], now: Date): string {
  const found = new Map(
    lines.split("\n").map((line): [string, ServiceHealth] => {
      const [service = "", state = "", status = ""] = line.split("\t");
      const health = /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(status)?.[1] ?? "none";
      return [service, { state, health }];
    }),
  );
  const shown = services.map((name) => [name, found.get(name) ?? { state: "missing", health: "none" }] as const);
  return `${JSON.stringify({ time: now.toISOString(), services: Object.fromEntries(shown) })}\n`;
}

const ticket = (home: string): string => join(home, "health.pid");

/** Whether the installation still wants this process to watch it: `down` takes the ticket, another `up` replaces it. */
const wanted = (home: string): boolean =>
  existsSync(ticket(home)) && readFileSync(ticket(home), "utf8") === String(process.pid);

/** Tells the dashboard how the containers of services are now; where Docker does not answer, the last report stays. */
export function writeHealth(
  project: string,
  home: string,
  services: readonly string[],
): "written" | "no containers" | "no answer" {
  const report = join(home, "data", "status", "health.json");
  const format = '{{.Label "com.docker.compose.service"}}\t{{.State}}\t{{.Status}}';
  const filter = `label=com.docker.compose.project=${project}`;
  const { status, stdout } = spawnSync("docker", ["ps", "--all", "--filter", filter, "--format", format], {
    encoding: "utf8",
  });
  if (status !== 0) return "no answer";
  if (stdout.trim() === "") return "no containers";
  // another process may write at the same time
  const draft = `${report}.${process.pid}`;
  writeFileSync(draft, healthReport(stdout, services, new Date()));
  renameSync(draft, report);
  return "written";
}

/** The same again and again, until the containers are gone. */
export async function watchHealth(project: string, home: string): Promise<void> {
  writeFileSync(ticket(home), String(process.pid));
  const release = JSON.parse(readFileSync(join(home, "current", "release.json"), "utf8")) as {
    readonly services: readonly { readonly name: string }[];
  };
  const services = release.services.map((s) => s.name);
  let silent = 0;
  while (silent < patience && wanted(home)) {
    const outcome = writeHealth(project, home, services);
    if (outcome === "no containers") return;
    silent = outcome === "written" ? 0 : silent + 1;
    await pause(everyMs);
  }
}
