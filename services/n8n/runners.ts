import { has, when, type Context, type ServiceFactory } from "../model/context";
import { inBothPlans } from "../model/types";
import { secret, type EnvValue } from "../model/values";

/** Of n8n and of its task runners, which must be the same: https://docs.n8n.io/hosting/configuration/task-runners/ */
const version = "2.42.5";

export const n8nImage = `docker.n8n.io/n8nio/n8n:${version}`;
const runnersImage = (tag: string): string => `n8nio/runners:${tag}`;

/** Runners of the same version as an image of n8n; of an image of one's own nobody can tell. */
function runnersOf(image: string): string | undefined {
  const tag = /^(?:(?:docker\.n8n\.io|docker\.io)\/)?n8nio\/n8n:([\w.-]+)(?:@.*)?$/.exec(image)?.[1];
  return tag === undefined ? undefined : runnersImage(tag);
}

const name = "n8n-runners";
const brokerPort = "5679";
/** Both sides end a task then; n8n's own is to become 60, which a long calculation of today would not live through. */
const taskSeconds = "300";

/**
 * Of every process of n8n. Code runs elsewhere, or the editor does not offer it: the variable replaces n8n's own list of what is
 * off for security since 2.0 (`@n8n/config`, nodes.config.ts), so that is repeated. Python would need a second runner.
 */
export const codeElsewhere = (context: Context): Record<string, EnvValue> => ({
  N8N_RUNNERS_MODE: "external",
  N8N_RUNNERS_TASK_TIMEOUT: taskSeconds,
  N8N_PYTHON_ENABLED: "false",
  ...when(!has(context, name), {
    NODES_EXCLUDE: JSON.stringify([
      "n8n-nodes-base.executeCommand",
      "n8n-nodes-base.localFileTrigger",
      "n8n-nodes-base.code",
    ]),
  }),
});

/** Of a process that runs executions: the runners come to its broker. */
export const codeBroker = ({ topology }: Context): Record<string, EnvValue> => ({
  N8N_RUNNERS_AUTH_TOKEN: secret("n8n-runners-token"),
  N8N_RUNNERS_BROKER_PORT: brokerPort,
  // in the network that it shares with them alone; inside a task, loopback
  N8N_RUNNERS_BROKER_LISTEN_ADDRESS: topology === "host" ? "n8n.runners" : "127.0.0.1",
});

/**
 * Runs the code of workflows' Code nodes, without n8n's keys, its files, or any way out. A launcher waits, and starts the
 * runner when there is code.
 */
export const n8nRunners: ServiceFactory = ({ topology, plan, timezone }) => ({
  name,
  title: { en: "n8n code", es: "Código de n8n" },
  description: { en: "Runs the code of workflows", es: "Ejecuta el código de los flujos" },
  role: "worker",
  image: runnersImage(version),
  versionOf: { service: "n8n", image: runnersOf },
  partOf: "n8n",
  // in queue mode the other processes run no execution, and have no broker
  beside: ["n8n-worker"],
  // 2 GB hold it only without another application
  ...when(topology === "host" && plan === "compact", { offByDefault: true as const }),
  // what the image says is `javascript python`: when one of two launchers ends, nothing notices
  command: ["javascript"],
  user: "1000:1000",
  readOnlyRoot: true,
  capabilities: [],
  networks: ["runners"],
  environment: {
    N8N_RUNNERS_AUTH_TOKEN: secret("n8n-runners-token"),
    N8N_RUNNERS_TASK_BROKER_URI: `http://${topology === "host" ? "n8n.runners" : "127.0.0.1"}:${brokerPort}`,
    N8N_RUNNERS_TASK_TIMEOUT: taskSeconds,
    N8N_RUNNERS_MAX_CONCURRENCY: "5",
    // the host has its memory back; in a task it is paid anyhow, and a start costs the next execution a second
    N8N_RUNNERS_AUTO_SHUTDOWN_TIMEOUT: topology === "host" ? "15" : "300",
    GENERIC_TIMEZONE: timezone,
    TZ: timezone,
  },
  memoryMb: inBothPlans(topology === "host" ? 112 : 192),
  memoryNeed: {
    floor: 96,
    idle: inBothPlans(4),
    measured: "2.40",
    source:
      "task-runner-launcher 1.4.7 with the runner of n8n 2.40: 4 at idle, 74 with a runner, 94 under load, 102 when code has used up a heap of 64",
  },
  fromMemory: (limitMb) => ({ NODE_OPTIONS: `--max-old-space-size=${limitMb - 48} --max-semi-space-size=2` }),
  ports: [],
  healthCheck: {
    command: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:5680/healthz"],
    interval: 15,
    timeout: 5,
    retries: 3,
    startPeriod: 30,
  },
  stopGrace: 30,
});
