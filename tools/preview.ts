import "./preview/strict";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readStackOrExample } from "./stack/offline-config";
import { collect } from "./preview/collect";
import type { PreviewData } from "./report/data";
import { describeError } from "./preview/failure";
import { outFiles } from "./preview/files";
import { progressOn, type Progress } from "./preview/progress";
import { screenOf } from "./preview/screen";
import { summaryOf } from "./preview/summary";
import { checkWritable, swapIn } from "./preview/swap";
import { paintFor } from "./preview/table";

const usage = `usage: tools/preview.ts [--stack sandbox] [--all] [--json]

Runs the program of a stack in this process, without an AWS account, and shows what it would make:
resources, addresses, costs, memory, policy findings. Writes everything rendered to out/<stack>/.
--all shows the accepted findings too, each with its reason.
Exit code 1: wrong settings, or an error-level finding.`;

interface Options {
  readonly stack: string;
  readonly all: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

function options(): Options {
  try {
    return parseArgs({
      options: {
        stack: { type: "string", default: "sandbox" },
        all: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** Today, and the commit of the project, with a mark where its files have changes. */
function madeNow(): NonNullable<PreviewData["made"]> {
  const { status, stdout } = spawnSync("git", ["describe", "--always", "--dirty=, changed", "--exclude=*"], {
    encoding: "utf8",
  });
  const date = new Date().toISOString().slice(0, 10);
  return status === 0 ? { date, commit: stdout.trim() } : { date };
}

/** Runs, renders, writes and tells; the result is whether the stack may be made as it is. */
async function preview({ stack, json, all }: Options, progress: Progress, written: () => void): Promise<boolean> {
  progress.step(`Reading the configuration of ${stack} ...`);
  const config = readStackOrExample(process.cwd(), stack);
  const out = join("out", config.stack);
  checkWritable(resolve(out));
  progress.step("Running the program ...");
  let count = 0;
  const data = await collect(config, (resource) => {
    progress.detail(`${++count} resources, ${resource.name}`);
  });
  progress.step(`Rendering the report of ${data.resources.length} resources ...`);
  const files = outFiles({ ...data, made: madeNow() });
  swapIn(resolve(out), files);
  written();
  progress.done();

  const paths = files.map((f) => f.path);
  const result = summaryOf(data, out, paths);
  if (json) {
    console.log(JSON.stringify(result, null, 2));
  } else {
    const paint = paintFor(process.stdout.isTTY && process.env["NO_COLOR"] === undefined);
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    console.log(screenOf({ data, stack, out, paths, paint, all, columns }).join("\n"));
  }
  return result.ok;
}

async function main(): Promise<number> {
  const given = options();
  const { stack, json } = given;
  if (given.help) {
    console.log(usage);
    return 0;
  }
  const progress = progressOn(process.stderr);
  let complete = false;
  // the runtime reports an error inside apply more than once; `catch` tells the first
  process.on("unhandledRejection", () => undefined);
  // the reader of a pipe has gone (`| head`): that is no failure of ours
  process.stdout.on("error", () => undefined);
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      progress.done();
      if (!complete) console.error("Stopped; nothing was written.");
      process.exit(code);
    });
  }
  try {
    const ok = await preview(given, progress, () => (complete = true));
    return ok ? 0 : 1;
  } catch (error) {
    progress.done();
    const message = describeError(error);
    if (json) console.log(JSON.stringify({ ok: false, stack, error: message }, null, 2));
    else console.error(message);
    return 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
