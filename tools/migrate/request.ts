import { parseArgs } from "node:util";
import { CliError } from "../cli-error";

export const usage = `usage: make migrate FROM=stack TO=stack [FROM_PROFILE=profile] [ARGS=...]     a host to production, or back

       ARGS=--dry-run    looks at both sides, says what stands against it, how much it is and how long it takes; changes nothing
                         but that the last archive is laid into the target's bucket, if the target is there, and looked at
       (none)            rehearsal: the last archive of FROM into TO, every count compared, while FROM works on
       ARGS=--cut-over   FROM into maintenance, saved, into TO, compared, TO opened
       ARGS=--back       TO closed, FROM opened again, without what was written in TO meanwhile
       ARGS=--release    the end: FROM is not held ready any more; says how it is destroyed
       --start           a rehearsal opens TO as well: its schedules and mail then work beside those of FROM
       --yes             asks nothing

What was interrupted goes on with the same command.`;

export type What = "plan" | "rehearse" | "cut-over" | "back" | "release";

export interface Wish {
  readonly what: What;
  readonly from: string;
  readonly to: string;
  readonly profile: string | undefined;
  readonly start: boolean;
  readonly yes: boolean;
}

/** @throws CliError, or what parseArgs throws, when the words are not understood */
export function wishOf(words: readonly string[]): Wish | undefined {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...{ from: { type: "string", default: "" }, to: { type: "string", default: "" }, profile: { type: "string" } },
      ...{ "dry-run": flag, "cut-over": flag, back: flag, release: flag, start: flag, yes: flag, help: flag },
    },
  });
  const { from, to, profile, start, yes } = values;
  if (values.help || from === "" || to === "") return undefined;
  if (from === to) throw new CliError("FROM and TO are the same stack.");
  const asked = (["dry-run", "cut-over", "back", "release"] as const).filter((word) => values[word]);
  const [first, second] = asked;
  if (second !== undefined) throw new CliError(`--${asked.join(" and --")}: one of them at a time.`);
  const what = first === undefined ? "rehearse" : first === "dry-run" ? "plan" : first;
  if (start && what !== "rehearse") throw new CliError("--start is of a rehearsal.");
  return { what, from, to, profile, start, yes };
}
