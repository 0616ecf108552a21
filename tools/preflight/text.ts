import { table, type Paint } from "../preview/table";
import type { Result, State } from "./types";

const colour = (state: State, { green, yellow, red, dim }: Paint) =>
  ({ good: green, made: green, warning: yellow, unknown: yellow, missing: red, skipped: dim })[state];

/** States as they are read: nobody shall take "unknown" for good. */
const word: Readonly<Record<State, string>> = {
  good: "ok",
  made: "made",
  warning: "warning",
  missing: "MISSING",
  unknown: "not known",
  skipped: "skipped",
};

/** A line for each check, then what to do, numbered. */
export function resultLines(results: readonly Result[], paint: Paint): string[] {
  const rows = results.map((r) => [`  ${colour(r.state, paint)(word[r.state])}`, r.check.title, r.says]);
  const order: readonly State[] = ["missing", "unknown", "warning"];
  const steps = order.flatMap((state) => results.filter((r) => r.state === state && (r.hint ?? []).length > 0));
  // the same words for several checks are one step
  const seen = new Map<string, { readonly titles: string[]; readonly hint: readonly string[] }>();
  for (const { check, hint = [] } of steps) {
    const key = hint.join("\n");
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { titles: [check.title], hint });
    else known.titles.push(check.title);
  }
  const next = [...seen.values()].flatMap(({ titles, hint }, i) => [
    `  ${i + 1}. ${titles.join(", ")}`,
    ...hint.map((line) => `       ${line}`),
  ]);
  return [...table(rows), ...(next.length === 0 ? [] : ["", paint.bold("What to do:"), ...next])];
}

/** Why the deployment does not begin; empty when it may. */
export function refusal(results: readonly Result[], stack: string): string[] {
  const missing = results.filter((r) => r.state === "missing").map((r) => r.check.name);
  if (missing.length === 0) return [];
  return [
    "",
    "Nothing was made. To go on all the same:",
    `    make up STACK=${stack} SKIP_CHECKS=${missing.join(",")}`,
  ];
}
