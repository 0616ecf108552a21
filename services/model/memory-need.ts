import type { MemoryPlan } from "./types";

/** What an application really takes, MiB resident. */
export interface MemoryNeed {
  /** The least limit with which it starts and serves: one below is refused. */
  readonly floor: number;
  /** Held when nobody works, in each plan. */
  readonly idle: Readonly<Record<MemoryPlan, number>>;
  /** The version that was measured, beside the pinned one: `2.40`. Absent: nobody here has measured it. */
  readonly measured?: string;
  /** What was seen, or who says so. */
  readonly source: string;
}
