import type { Catalogue } from "../../services/catalogue";
import type { Settings } from "../../settings/settings";
import type { NameServers } from "../stack/delegation";
import type { RecordedResource } from "../../record/record";
import type { StateResource } from "../stack/state";
import type { Ask } from "./aws";

/** What is about to be made or changed. */
export interface Plan {
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  /** What the program declares. */
  readonly resources: readonly Pick<RecordedResource, "type" | "inputs">[];
  /** What the stack has already; empty before the first deployment. */
  readonly state: readonly StateResource[];
  /** Always paid, USD a month. */
  readonly floorUsd: number;
}

/** What a check may look at. */
export interface Question {
  readonly plan: Plan;
  readonly ask: Ask;
  readonly names: NameServers;
}

/** `unknown`: it could not be asked, which is never as good as `good`. `missing`: the deployment would fail. */
export type State = "good" | "made" | "warning" | "missing" | "unknown" | "skipped";

export interface Answer {
  readonly state: State;
  /** What was found, in one line. */
  readonly says: string;
  /** What to do about it, line by line: commands, or words. */
  readonly hint?: readonly string[];
  /** Puts it right; done by `make up` only, and only when nothing is missing. */
  readonly repair?: () => Promise<Answer>;
}

/** One thing that a deployment takes for granted. */
export interface Check {
  /** For SKIP_CHECKS. */
  readonly name: string;
  /** Also the heading of its step in docs/production.md. */
  readonly title: string;
  /** What it asks, in a few words. */
  readonly asks: string;
  readonly topologies: readonly Settings["topology"][];
  /** `warning`: what it finds missing stops nothing. */
  readonly severity: "blocking" | "warning";
  readonly ask: (question: Question) => Promise<Answer>;
}

export interface Result extends Answer {
  readonly check: Check;
}

/** How many of a type the program declares beyond those that the stack has; names may have changed since. */
export function toMake({ resources, state }: Plan, type: string): number {
  const count = (all: readonly { readonly type: string }[]) => all.filter((r) => r.type === type).length;
  return Math.max(0, count(resources) - count(state));
}
