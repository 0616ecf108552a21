import type { Context } from "./model/context";
import { secret, type EnvValue, type MemoryNeed } from "./model/types";

/** The variable replaces n8n's own list of what is off for security since 2.0 (`@n8n/config`, nodes.config.ts): it is repeated. */
const shellNodes = ["n8n-nodes-base.executeCommand", "n8n-nodes-base.localFileTrigger"] as const;

/** The task runner of the Code node takes 120 to 150 MB: the compact plan does without both. */
export const memory = ({ plan, topology }: Context): Record<string, EnvValue> =>
  plan === "compact" && topology === "host"
    ? {
        N8N_RUNNERS_MODE: "external",
        N8N_RUNNERS_AUTH_TOKEN: secret("n8n-runners-token"),
        NODES_EXCLUDE: JSON.stringify([...shellNodes, "n8n-nodes-base.code"]),
      }
    : {};

/** MiB beside the heap: 200 of its own, and the task runner's where the Code node is on. */
export const besideHeap = ({ plan, topology }: Context): number =>
  plan === "compact" && topology === "host" ? 224 : topology === "host" ? 320 : 384;

const atIdle = { compact: 316, standard: 430 } as const;
export const memoryNeed = (context: Context): MemoryNeed =>
  context.plan === "compact" && context.topology === "host"
    ? {
        floor: 512,
        idle: atIdle,
        source: "n8n 2.40 on PostgreSQL: it dies with a heap below 288 MB, and starts with 512",
      }
    : { floor: 608, idle: atIdle, source: "n8n 2.40 on PostgreSQL: 316 at idle, its task runner 120 to 150 more" };
