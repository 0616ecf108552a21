import { priceLine } from "../price-line";
import { sorted } from "../report/sections/findings-section";
import type { PreviewData } from "../report/data";
import { counted, type Paint } from "./table";

function fits(data: PreviewData): string {
  if (data.topology === "host") return data.memory.sentence.en.replace(/^Fits: /, "");
  const { minTasks, maxTasks, minCpu, deploymentCpu } = data.tasks;
  return `${minTasks} to ${maxTasks} tasks, ${minCpu} vCPU at rest, ${deploymentCpu} while all of them are replaced`;
}

function found(data: PreviewData, paint: Paint): string {
  const { errors, warnings, waived } = sorted(data.findings);
  const colour = errors.length > 0 ? paint.red : warnings.length > 0 ? paint.yellow : paint.green;
  return colour(
    `${counted(errors.length, "error")}, ${counted(warnings.length, "warning")}, ${waived.length} accepted`,
  );
}

/** What to do with it; a stack that has only its example is made first. */
function next({ topology, findings, facts }: PreviewData, name: string): string {
  if (facts.example !== undefined) return `make init STACK=${name}`;
  if (sorted(findings).errors.length > 0) return `put the errors right, then: make preview STACK=${name}`;
  if (topology === "fargate") return `make doctor STACK=${name}, then docs/production.md, "The checklist"`;
  return `make diff STACK=${name}, and when that is what you want: make up STACK=${name}`;
}

/**
 * What matters of a preview, in five lines at its end.
 * @param name the stack as the commands take it
 */
export function endingOf(data: PreviewData, name: string, paint: Paint): readonly string[] {
  const missing = data.notSetUp.map(({ what, means }) => `${what} (${means})`).join(", ");
  const lines = [
    ["Cost", priceLine(data.cost)],
    ["Fits", fits(data)],
    ["Findings", found(data, paint)],
    ["Not set up", missing === "" ? "nothing" : missing],
    ["Next", paint.bold(next(data, name))],
  ] as const;
  return lines.map(([title, text]) => `${paint.bold(title.padEnd(11))} ${text}`);
}
