import { CliError } from "../cli-error";
import { credentials } from "./checks/account";
import { alertChecks } from "./checks/alerts";
import { AwsRefusal, Unasked } from "./aws";
import { budgetChecks } from "./checks/budget";
import { computeChecks } from "./checks/compute";
import { imageChecks } from "./checks/images";
import { networkChecks } from "./checks/network";
import { roleChecks } from "./checks/roles";
import type { Answer, Check, Question, Result } from "./types";
import { versionChecks } from "./checks/versions";
import { zoneChecks } from "./checks/zone";

/** All of them, in the order of docs/production.md. */
export const checks: readonly Check[] = [
  credentials,
  ...zoneChecks,
  ...computeChecks,
  ...networkChecks,
  ...roleChecks,
  ...alertChecks,
  ...budgetChecks,
  ...imageChecks,
  ...versionChecks,
];

/** Names that SKIP_CHECKS holds. */
const everything = "all";

/**
 * Reads SKIP_CHECKS: names of checks, with commas between them, or `all`.
 * @throws CliError when a name is none.
 */
export function skippedChecks(text: string | undefined): ReadonlySet<string> {
  const names = (text ?? "").split(/[\s,]+/).filter((name) => name !== "");
  const known = checks.map((c) => c.name);
  const wrong = names.filter((name) => name !== everything && !known.includes(name));
  if (wrong.length > 0) {
    throw new CliError(`SKIP_CHECKS names what is no check: ${wrong.join(", ")}.`, [
      `There are: ${known.join(", ")}; or ${everything}.`,
    ]);
  }
  return new Set(names.includes(everything) ? known : names);
}

/** Nobody was asked, as the first check has failed and says why. */
class NotAsked extends Error {}

/** What an error means; `unknown` rather than good, and never a reason to stop. */
function answerTo(error: unknown): Answer {
  if (error instanceof CliError) return { state: "missing", says: error.message, hint: error.hint };
  if (error instanceof NotAsked) return { state: "unknown", says: "not asked" };
  if (error instanceof Unasked) return { state: "unknown", says: error.message, hint: error.hint };
  if (error instanceof AwsRefusal && error.denied) {
    return { state: "unknown", says: `you may not ask: AWS denies ${error.operation}` };
  }
  return { state: "unknown", says: `could not be asked: ${error instanceof Error ? error.message : String(error)}` };
}

const limited = (check: Check, answer: Answer): Answer =>
  answer.state === "missing" && check.severity === "warning" ? { ...answer, state: "warning" } : answer;

async function answerOf(check: Check, question: Question): Promise<Result> {
  try {
    return { check, ...limited(check, await check.ask(question)) };
  } catch (error) {
    return { check, ...limited(check, answerTo(error)) };
  }
}

/**
 * Asks everything that concerns the stack's topology, and leaves nothing out because something else is missing. Without
 * credentials there is nothing to ask AWS.
 */
export async function inspect(
  question: Question,
  skipped: ReadonlySet<string> = new Set(),
  all: readonly Check[] = checks,
): Promise<readonly Result[]> {
  const relevant = all.filter((c) => c.topologies.includes(question.plan.settings.topology));
  const left = (check: Check): Result => ({ check, state: "skipped", says: "by SKIP_CHECKS" });
  if (relevant.every((c) => skipped.has(c.name))) return relevant.map(left);
  const first = await answerOf(credentials, question);
  const deaf = first.state === "missing" || first.state === "unknown";
  const refuse = () => Promise.reject(new NotAsked());
  return Promise.all(
    relevant.map(async (check) => {
      if (skipped.has(check.name)) return left(check);
      return check === credentials ? first : await answerOf(check, deaf ? { ...question, ask: refuse } : question);
    }),
  );
}

/** Puts right what can be, when nothing else stops the deployment. */
export async function repair(results: readonly Result[]): Promise<readonly Result[]> {
  if (results.some((r) => r.state === "missing")) return results;
  return Promise.all(
    results.map(async (result) => {
      if (result.repair === undefined) return result;
      const { check } = result;
      try {
        return { check, ...(await result.repair()) };
      } catch (error) {
        return { check, ...limited(check, answerTo(error)) };
      }
    }),
  );
}
