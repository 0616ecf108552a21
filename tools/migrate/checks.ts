import { loginOf } from "../stack/ssh";
import type { Stored } from "../restore/source";
import { otherKeys, type Facts } from "./facts";
import { HostSide } from "./host";

/** What was looked at, before anything is changed. */
export interface Checked {
  /** What has to be put right first. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

const hours = (time: string): number => Math.floor((Date.now() - Date.parse(time)) / 3_600_000);

/** MB/s: of a backup and a restore on a host (docs/benchmarks.md), and a guess for the line between. */
const speed = { save: 47, copy: 20, take: 25 } as const;

/** Minutes from closing the source to opening the target. */
export function minutesFor(bytes: number): number {
  const megabytes = bytes / 1e6;
  const moving = megabytes / speed.save + megabytes / speed.copy + megabytes / speed.take;
  // tasks and services take their time to start
  return Math.ceil(moving / 60) + 15;
}

async function hostSays(facts: Facts): Promise<Checked> {
  const login = loginOf(facts.outputs);
  if (login === undefined) return { problems: [`${facts.stack} has no host`], notes: [] };
  const { said } = await new HostSide(facts.stack, login).answer("sudo ecosystem status --json");
  interface Status {
    readonly healthy: boolean;
    readonly maintenance?: string | null;
    readonly backup: { readonly proof: { readonly result?: string } | null } | null;
  }
  let status: Status;
  try {
    status = JSON.parse(said) as Status;
  } catch {
    return {
      problems: [`the host of ${facts.stack} cannot be asked: ${said.trim().split("\n").at(-1) ?? ""}`],
      notes: [],
    };
  }
  const { healthy, maintenance, backup } = status;
  const problems = [];
  if (maintenance === undefined)
    problems.push(`${facts.stack} has a release that knows no maintenance: make up STACK=${facts.stack}`);
  else if (!healthy && maintenance === null)
    problems.push(`not everything is healthy on ${facts.stack}: sudo ecosystem doctor on the host`);
  if (backup?.proof?.result !== "proved")
    problems.push(`the last backup of ${facts.stack} is not proved: sudo ecosystem backup on the host`);
  return { problems, notes: maintenance ? [`${facts.stack} is in maintenance since ${maintenance}`] : [] };
}

/** Of both stacks' outputs and settings alone. */
export function compared(from: Facts, to: Facts): Checked {
  const problems: string[] = [];
  const notes: string[] = [];
  if (!from.made) problems.push(`${from.stack} is not there: there is nothing to move`);
  if (from.topology === to.topology)
    problems.push(
      `both have the topology ${from.topology}: make restore STACK=${to.stack} FROM=${from.stack} takes the data`,
    );
  if (from.made && from.outputs.backups === undefined)
    problems.push(
      `${from.stack} keeps no archives in S3, by which the data moves: pulumi config set -s ${from.stack} ai-ecosystem:backups s3, make up`,
    );
  if (from.topology === "fargate" && from.made && from.outputs.dumpTask === undefined)
    problems.push(`${from.stack} has no dump yet: make up STACK=${from.stack}`);
  const missing = from.databases.filter((name) => !to.databases.includes(name));
  if (missing.length > 0)
    problems.push(
      `${to.stack} has no place for the data of ${missing.join(", ")}: its application is off there (services)`,
    );
  if (!to.made) {
    notes.push(
      `${to.stack} is not there yet: it takes the generated secrets of ${from.stack} over and is made. What it costs from then on: make preview STACK=${to.stack}`,
    );
    return { problems, notes };
  }
  const keys = otherKeys(from, to);
  if (from.made && keys.length > 0)
    problems.push(
      `${to.stack} was made with other keys (${keys.join(", ")}), so it could not read the data: move into a stack that is not made yet`,
    );
  if (to.topology === "fargate")
    for (const key of ["importTask", "backups"] as const)
      if (to.outputs[key] === undefined) problems.push(`${to.stack} has no output ${key}: make up STACK=${to.stack}`);
  const [theirs, ours] = [from.outputs.images ?? {}, to.outputs.images ?? {}];
  for (const name of from.applications.filter((n) => ours[n] !== undefined && ours[n] !== theirs[n]))
    notes.push(
      `${name}: ${theirs[name] ?? "?"} in ${from.stack}, ${ours[name] ?? "?"} in ${to.stack}; an older one there is refused`,
    );
  return { problems, notes };
}

/** Everything at once. */
export async function check(from: Facts, to: Facts, archives: readonly Stored[]): Promise<Checked> {
  const parts = [compared(from, to)];
  if (from.made && from.topology === "host") parts.push(await hostSays(from));
  const [last] = archives;
  if (from.outputs.backups !== undefined && last === undefined)
    parts.push({ problems: [`there is no archive of ${from.stack} in S3 yet`], notes: [] });
  return { problems: parts.flatMap((p) => p.problems), notes: parts.flatMap((p) => p.notes) };
}

/** The plan in words. */
export function planLines(from: Facts, to: Facts, last: Stored | undefined): readonly string[] {
  const usd = (facts: Facts) =>
    facts.outputs.estimatedMonthlyUsd === undefined
      ? ""
      : `, some ${Math.round(facts.outputs.estimatedMonthlyUsd)} USD a month`;
  return [
    `from  ${from.stack} (${from.topology}, ${from.region}${usd(from)})`,
    `to    ${to.stack} (${to.topology}, ${to.region}${usd(to)}); both are paid until one is destroyed`,
    ...(last === undefined
      ? []
      : [
          `data  ${last.name}, ${(last.bytes / 1e6).toFixed(1)} MB, ${hours(last.arrived)} h old`,
          `time  some ${minutesFor(last.bytes)} minutes in which nobody can work, at the cut-over (a guess: the rehearsal measures it)`,
        ]),
    "",
    `1  rehearsal: that archive into ${to.stack}, every count compared; ${from.stack} works on. ${to.stack} has no task meanwhile, and none after it`,
    `2  ARGS=--cut-over: ${from.stack} into maintenance (a page, 503 for webhooks), its queues worked off, saved, into ${to.stack}, compared, opened`,
    "3  the names; 4  ARGS=--release. Until that ARGS=--back goes back to the source, without what was written meanwhile",
    "What does not move: settings (mail, API keys, roles of your own), Redis (queues run empty; retries and jobs for later stay behind)",
  ];
}
