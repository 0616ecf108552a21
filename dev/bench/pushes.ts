import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { home, Life } from "../../tests/host/life/life";
import { Stores } from "../../tests/host/life/stores";
import { Visits } from "../../tests/support/host/traffic";
import type { Line, Missing } from "./lines";
import { BenchError, inTurn } from "./measure";

export interface Pushes {
  readonly lines: readonly Line[];
  readonly missing: readonly Missing[];
  /** Sentences on what is no time. */
  readonly notes: readonly string[];
}

const nginxFile = "templates/nginx/nginx.conf";
const limitsFile = "templates/nginx/snippets/limits.conf";
/** Visitors at once, each with eight requests a second, and each of those on a connection of its own. */
const visitors = 8;

/** What `pulumi up` runs over SSH: the command, and what it gets on standard input. */
interface Push {
  readonly command: string;
  readonly input: string;
}

const needed = ["AWS_ENDPOINT_URL", "HOST_FRESH", "HOST_EXEC"] as const;

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Seconds of something that must not fail. */
async function timed(action: () => Ended | Promise<Ended>): Promise<number> {
  const start = performance.now();
  const { status, output } = await action();
  if (status !== 0) throw new BenchError(output.split("\n").slice(-15).join("\n"));
  return (performance.now() - start) / 1000;
}

/** The push of what is deployed, as it stands in the state. */
function pushOf(life: Life): Push {
  const resource = life.project.state(true).find((r) => r.urn.endsWith("::ai-ecosystem-sandbox-host-push"));
  const plain = (name: string): string => {
    const value = resource?.inputs?.[name];
    const { plaintext } = (typeof value === "object" && value !== null ? value : {}) as { plaintext?: string };
    return plaintext === undefined ? String(value) : String(JSON.parse(plaintext));
  };
  return { command: plain("create"), input: plain("stdin") };
}

/** Two releases that differ in a file of nginx, the first one live. No limit is reached by one address. */
async function releases(life: Life): Promise<readonly [Push, Push]> {
  const limits = life.project.keep(limitsFile);
  for (const rate of new Set(limits.match(/rate=\d+r\/s/g))) {
    // `edit` wants a text that is there once
    for (const line of limits.split("\n").filter((l) => l.includes(rate))) {
      life.project.edit(limitsFile, line, line.replace(rate, "rate=100000r/s"));
    }
  }
  await life.project.init({ "ai-ecosystem:tls": "self-signed", "ai-ecosystem:backups": "host" });
  await life.up();
  const first = pushOf(life);
  life.project.edit(nginxFile, "client_max_body_size 50m;", "client_max_body_size 49m;");
  await life.up();
  return [pushOf(life), first];
}

/** On the host, from here on: nothing of the stack runs, its data and images are there. */
const down = `docker compose --project-directory ${home}/current -f ${home}/current/compose.yaml --env-file ${home}/current/.env down --timeout 60`;
/** The same files without the push: up, until every service is healthy and every job has ended well. */
const composeUp = `${down.replace(/ down .*/, "")} up -d >/dev/null 2>&1 &&
  until docker ps -aq --filter label=com.docker.compose.project=ai-ecosystem | xargs docker inspect |
    jq -e 'all(.[]; .State | (.Health.Status // (if .Status == "exited" and .ExitCode == 0 then "healthy" else .Status end)) == "healthy")' >/dev/null
  do sleep 0.2; done`;

/** Rows and files, half of each noise. @returns MB that the stores and volumes have on disk */
function fill(life: Life, megabytes: number): number {
  const half = Math.round(megabytes / 2);
  new Stores(() => life).sql(
    `CREATE TABLE bench AS SELECT g AS id, gen_random_uuid()::text || repeat('a text ', 90) AS text
     FROM generate_series(1, ${half * 1400}) AS g`,
  );
  life.host.succeed(
    `cd ${home}/data/volumes/ai-eco-jupyter && for i in $(seq ${Math.ceil(half / 4)}); do
       { head -c 2M /dev/urandom; yes "line $i of a text" | head -c 2M; } >bench.$i || exit 1; done; chown 1000:100 bench.*`,
  );
  return Number(life.host.succeed(`du -smc ${home}/data/volumes/* | tail -n 1 | cut -f1`));
}

async function measure(
  life: Life,
  rounds: number,
  progress: (round: number) => void,
): Promise<Omit<Pushes, "missing">> {
  const [second, first] = await releases(life);
  // beside the visitors, who are of this process
  const push = ({ command, input }: Push) => timed(() => life.shell.start(command, input).ended);
  const visits = Array.from({ length: visitors }, () => new Visits(life.host, life.output("dashboardUrl")));
  let next = first;
  const [changed = []] = await inTurn(
    [
      async () => {
        const seconds = await push(next);
        next = next === first ? second : first;
        return seconds;
      },
    ],
    rounds,
    progress,
  );
  for (const each of visits) await each.stop();
  const failures = visits.flatMap((each) => each.failures);
  const count = visits.reduce((sum, each) => sum + each.count, 0);

  const live = next === first ? second : first;
  const fromNothing = (script: () => Promise<number>) => () => {
    life.host.succeed(down);
    return script();
  };
  const [pushed = [], composed = []] = await inTurn(
    [fromNothing(() => push(live)), fromNothing(() => timed(() => life.host.run(composeUp)))],
    rounds,
    progress,
  );

  const mb = fill(life, 1000 * Number(process.env["BENCH_GB"] ?? "0.3"));
  let archive = "";
  const [backup = [], restore = []] = await inTurn(
    [
      () =>
        timed(() => {
          const made = life.shell.run("ecosystem backup --json");
          if (made.status === 0) archive = (JSON.parse(made.stdout) as { file: string }).file;
          return made;
        }),
      // the first of a round that goes the other way round is one of the round before
      () => (archive === "" ? 0 : timed(() => life.shell.run(`ecosystem restore ${archive} --yes`))),
    ],
    Math.min(rounds, 3),
    progress,
  );
  return {
    lines: [
      { what: "push of one changed nginx file, visitors on the site", seconds: changed, budget: { seconds: 10 } },
      {
        what: "push to all healthy, from nothing, images there",
        seconds: pushed,
        against: { what: "docker compose up of the same files", seconds: composed },
        budget: { ratio: 1.2 },
      },
      { what: `backup of ${mb} MB with the stores, MB (verified and proved)`, seconds: backup, operations: mb },
      { what: `restore of ${mb} MB with the stores, MB (with the backup before it)`, seconds: restore, operations: mb },
    ],
    notes: [
      `${rounds + 1} pushes of one changed nginx file: ${failures.length} of ${count} requests failed${failures.length > 0 ? ` (${[...new Set(failures)].slice(0, 3).join("; ")})` : ""}`,
    ],
  };
}

/** Of a host that is made for this, by the real engine: its pushes under load, against Compose alone, and its backups. */
export async function pushLines(
  env: NodeJS.ProcessEnv,
  rounds: number,
  progress: (round: number) => void,
): Promise<Pushes> {
  const lacking = [
    ...needed.filter((name) => (env[name] ?? "") === ""),
    ...["pulumi", "ssh"].filter((program) => spawnSync(program, ["-V"]).error !== undefined),
  ];
  if (lacking.length > 0) {
    const because = `${lacking.join(", ")}: an emulated AWS and a host with containers, as for the host's tests (CONTRIBUTING.md)`;
    return { lines: [], missing: [{ what: "pushes, and backups with the stores", because }], notes: [] };
  }
  Life.renew(env["HOST_FRESH"] ?? "");
  const life = new Life(env["HOST_EXEC"] ?? "");
  try {
    return { ...(await measure(life, rounds, progress)), missing: [] };
  } finally {
    life.project.remove();
  }
}
