import type { Context } from "../model/context";
import type { MemoryNeed } from "../model/memory-need";

/** MiB beside the heap. What ten executions with some MB each take for a moment is what the compact plan has swap for. */
export const besideHeap = ({ plan, topology }: Context): number =>
  topology === "fargate" ? 256 : plan === "compact" ? 224 : 240;
/** MiB. */
const leastHeap = 288;

export const memoryNeed = (context: Context): MemoryNeed => ({
  floor: leastHeap + besideHeap(context),
  idle: { compact: 316, standard: 360 },
  measured: "2.40",
  source: `n8n 2.40 on PostgreSQL: it dies with a heap below ${leastHeap}; with 320 it peaks at 548, at ten executions with 1 MB each`,
});
