import type { Words } from "./text";

/** How work is written into Redis. `bull`: counted in entries that wait; `sidekiq`: in seconds that the oldest one has waited. */
export type QueueKind = "bull" | "sidekiq";

/** Work in Redis that waits for the tasks of a service: counted once a minute, scaled by, and alarmed. One of a kind in a stack. */
export interface WorkQueue {
  /** kebab-case: its alarm is `queue-<id>`, its page `docs/runbooks/queue-<id>.md`. */
  readonly id: string;
  readonly kind: QueueKind;
  /** Number of the database in Redis. */
  readonly database: number;
  /** Of Bull's keys. */
  readonly prefix?: string;
  /** What waits in it, e.g. `executions`. */
  readonly work: Words;
  /** Of its line in CloudWatch's dashboard. */
  readonly label: Words;
  /** Where scaling holds it: entries for each task, or seconds. */
  readonly target: number;
  /** What rings after ten minutes: entries or seconds, and what it means, one sentence; a text without a pair is said in either language. */
  readonly alarm: { readonly above: number; readonly meaning: Words };
}
