import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A suite: what `make test` runs in one go. */
interface Suite {
  readonly name: string;
  /** What it needs beside Node; the tests themselves look for it and say what is missing. */
  readonly needs: string;
}

const suites: readonly Suite[] = [
  { name: "unit", needs: "nothing" },
  { name: "artefacts", needs: "nginx, openssl, shellcheck, dig, docker with compose" },
  { name: "scan", needs: "python3 with venv, checkov" },
  { name: "python", needs: "python3 with venv, postgresql" },
  { name: "browser", needs: "chromium" },
  { name: "engine", needs: "the pulumi CLI with its plugins, AWS at AWS_ENDPOINT_URL" },
  { name: "upgrades", needs: "the same" },
  { name: "containers", needs: "docker with the images of the stack" },
  { name: "host", needs: "the pulumi CLI, docker, a host that takes SSH" },
];

interface Count {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed and why, to be said again at the end: the place is far up by then. */
  readonly failures: string[];
}

interface Outcome {
  readonly result: "passed" | "failed" | "skipped";
  readonly title: string;
  readonly why?: string;
}

const root = join(__dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-test-"));

function count(file: string): Count {
  const result: Count = { passed: 0, failed: 0, skipped: 0, failures: [] };
  if (!existsSync(file)) return result;
  for (const text of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const line = JSON.parse(text) as Outcome;
    result[line.result]++;
    if (line.result === "failed") result.failures.push(`${line.title}\n${line.why ?? ""}`.trimEnd());
  }
  return result;
}

function run(suite: Suite): Count {
  const results = join(folder, `${suite.name}.jsonl`);
  const tests = join(root, "tests", suite.name);
  if (!existsSync(tests) || !readdirSync(tests, { recursive: true }).some((f) => String(f).endsWith(".test.ts"))) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`no tests in ${tests}`] };
  }
  console.log(`\n=== ${suite.name} (needs ${suite.needs})`);
  const { status } = spawnSync(
    "mocha",
    ["--reporter", join(root, "tests/support/reporter.ts"), `tests/${suite.name}/**/*.test.ts`],
    { cwd: root, stdio: "inherit", env: { ...process.env, RESULTS: results } },
  );
  const counted = count(results);
  // a crash, a failed hook: mocha knows of a failure that no test has
  if (status !== 0 && counted.failed === 0) counted.failed = 1;
  return counted;
}

function main(): number {
  // NAME...: these; -NAME...: all but these
  const words = process.argv.slice(2);
  const left = words.filter((w) => w.startsWith("-")).map((w) => w.slice(1));
  const wanted = words.filter((w) => !w.startsWith("-"));
  const chosen = suites.filter((s) => (wanted.length === 0 || wanted.includes(s.name)) && !left.includes(s.name));
  const unknown = [...wanted, ...left].filter((w) => !suites.some((s) => s.name === w));
  if (unknown.length > 0) {
    console.error(`no such suite: ${unknown.join(", ")}; there are ${suites.map((s) => s.name).join(", ")}`);
    return 2;
  }
  const counts = chosen.map((suite) => ({ suite, ...run(suite) }));
  rmSync(folder, { recursive: true, force: true });
  console.log("\nsuite        passed  failed  skipped");
  for (const c of counts) {
    const line = [c.passed, c.failed, c.skipped].map((n) => String(n).padStart(7)).join(" ");
    console.log(`${c.suite.name.padEnd(11)} ${line}${c.skipped > 0 ? `   needs ${c.suite.needs}` : ""}`);
  }
  for (const c of counts) {
    for (const failure of c.failures) console.log(`\nfailed in ${c.suite.name}: ${failure.replaceAll("\n", "\n  ")}`);
  }
  const total = (key: "passed" | "failed" | "skipped") => counts.reduce((sum, c) => sum + c[key], 0);
  const skipped = total("skipped");
  if (skipped > 0) console.log("\nSome tests were skipped: `make tools` installs what they need on Debian and Ubuntu.");
  const strict = process.env["REQUIRE_ALL"] === "1";
  const failed = total("failed") + (strict ? skipped : 0);
  console.log(`\n${total("passed")} passed, ${failed} failed${skipped > 0 && !strict ? `, ${skipped} skipped` : ""}`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = main();
