import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { archiveLines } from "./bench/archive";
import { engineLines } from "./bench/engine";
import { entranceLines } from "./bench/entrance";
import { insideLines } from "./bench/inside";
import { cells, resultOf, type Line, type Missing } from "./bench/lines";
import { load, machine } from "./bench/machine";
import { BenchError } from "./bench/measure";
import { offlineLines } from "./bench/offline";
import { pushLines } from "./bench/pushes";
import { progressOn } from "../tools/preview/progress";
import { paintFor, table } from "../tools/preview/table";

const usage = `usage: dev/bench.ts [--rounds 5] [PART...]

Times the commands of this project, each in turn with what it is compared with, and prints the medians, the ratios
of the rounds and the budgets. The parts: offline (make preview), inside (rendering), engine (pulumi preview of what is
deployed, against terraform plan of the same resources), host (its nginx against a bare one, its backups against tar and
gzip; BENCH_GB says of how much; pushes to a host that is made for it, against Compose); all of them unless some are named.
What this machine has not got is named, and left out. The figures are in out/bench.json too.
A missed budget is shown, and is no failure.`;

const parts = ["offline", "inside", "engine", "host"] as const;
type Part = (typeof parts)[number];

interface Options {
  readonly rounds: number;
  readonly parts: readonly Part[];
}

function options(): Options {
  try {
    const { values, positionals } = parseArgs({
      options: { rounds: { type: "string", default: "5" }, help: { type: "boolean", short: "h", default: false } },
      allowPositionals: true,
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: a number from 1 on`);
    const known = (name: string): name is Part => (parts as readonly string[]).includes(name);
    const unknown = positionals.find((name) => !known(name));
    if (unknown !== undefined) throw new Error(`${unknown} is none of the parts ${parts.join(", ")}`);
    return { rounds, parts: positionals.length === 0 ? parts : positionals.filter(known) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

const has = (program: string): boolean => spawnSync(program, ["version"], { stdio: "ignore" }).error === undefined;

async function main(): Promise<void> {
  const { rounds, parts: wanted } = options();
  const progress = progressOn(process.stderr);
  const step = (what: string, round: number) => {
    progress.step(`${what}: ${round === 0 ? "warming up" : `round ${round} of ${rounds}`} ...`);
  };
  const before = load();
  const lines: Line[] = [];
  const missing: Missing[] = [];
  const versions: string[] = [];
  const notes: string[] = [];
  if (wanted.includes("offline")) {
    lines.push(
      ...(await offlineLines(rounds, (round) => {
        step("make preview", round);
      })),
    );
  }
  if (wanted.includes("inside")) {
    lines.push(
      ...(await insideLines(rounds, (round) => {
        step("rendering", round);
      })),
    );
  }
  if (wanted.includes("engine")) {
    const measured = await engineLines({ rounds, progress: step, has, env: process.env });
    lines.push(...measured.lines);
    missing.push(...measured.missing);
    versions.push(...measured.versions);
  }
  if (wanted.includes("host")) {
    const measured = await entranceLines(rounds, (round) => {
      step("the entrance", round);
    });
    lines.push(...measured.lines);
    missing.push(...measured.missing);
    notes.push(...measured.notes);
    lines.push(
      ...(await archiveLines(rounds, (round) => {
        step("backup and restore", round);
      })),
    );
    const pushed = await pushLines(process.env, rounds, (round) => {
      step("pushes, and backups with the stores", round);
    });
    lines.push(...pushed.lines);
    missing.push(...pushed.missing);
    notes.push(...pushed.notes);
  }
  progress.done();

  const results = lines.map(resultOf);
  const about = machine();
  const busy = { before, after: load() };
  mkdirSync("out", { recursive: true });
  const date = new Date().toISOString();
  const json = { date, machine: about, load: busy, versions, rounds, results, notes, missing };
  writeFileSync("out/bench.json", `${JSON.stringify(json, null, 2)}\n`);

  const paint = paintFor(process.stdout.isTTY && process.env["NO_COLOR"] === undefined);
  const others = before > about.cores ? paint.yellow(", busy with something else: medians are of a busy machine") : "";
  console.log(
    [
      `${about.cores} cores (${about.processor}), ${about.memoryGb} GB, node ${about.node}, load ${before}${others}`,
      ...versions,
      "",
      ...table(cells(results), [1, 4, 5]),
      ...notes.map((note) => `\n${note}`),
      ...missing.map(({ what, because }) => `\nNot measured: ${what}\n  ${because.replaceAll("\n", "\n  ")}`),
      "",
      "out/bench.json has every round",
    ].join("\n"),
  );
}

main().catch((error: unknown) => {
  // a command of our own failed: not a matter of time
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = 1;
});
