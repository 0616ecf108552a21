import { idleCpu, type ServiceFactory } from "../model/context";
import { jsonErrors } from "../model/logs";
import type { WorkQueue } from "../model/queue";
import { codeBroker } from "./runners";
import { after, answering, application, bullQueue, container, environment, healthCheck, internet } from "./n8n";

/** Executions at a time, and what waits for one worker while they run. */
const concurrency = 5;

const executions: WorkQueue = {
  id: "n8n",
  kind: "bull",
  ...bullQueue,
  work: { en: "executions", es: "ejecuciones" },
  label: { en: "n8n: executions that wait", es: "n8n: ejecuciones que esperan" },
  target: concurrency,
  alarm: {
    above: 50,
    meaning: {
      en: "More than 50 workflow executions wait for a worker of n8n: automations and bots answer late.",
      es: "Más de 50 ejecuciones esperan a un proceso de n8n: las automatizaciones y los bots responden tarde.",
    },
  },
};

/** Runs executions that n8n has queued. */
export const n8nWorker: ServiceFactory = (context) => ({
  ...container(context),
  name: "n8n-worker",
  title: { en: "n8n worker", es: "Procesos de n8n" },
  description: { en: "Runs queued workflows", es: "Ejecuta los flujos en cola" },
  partOf: "n8n",
  needed: "n8n queues every execution for it",
  role: "worker",
  application,
  logs: {
    filters: [
      // the process could not run it
      {
        kind: "failed-jobs",
        role: "crashed",
        pattern: '"Worker errored while running execution"',
        expression: "Worker errored while running execution",
      },
      // it ran, and a node of it failed
      {
        kind: "failed-jobs",
        role: "failed",
        pattern: '"Worker finished execution" "success\\":false"',
        expression: '"success":false',
      },
    ],
    webhooks: true,
  },
  command: ["worker", `--concurrency=${concurrency}`],
  environment: { ...environment(context), ...codeBroker(context) },
  internet: internet(context),
  memoryMb: { compact: 512, standard: 560 },
  ports: [],
  healthCheck,
  stopGrace: 110,
  after,
  fargateOnly: true,
  // its loss costs no data: Bull hands the execution to another
  fargate: { cpu: idleCpu(context), memoryMb: 1024, minTasks: 1, maxTasks: 6, spot: true, queue: executions },
});

/** Takes webhooks, also while the editor is being replaced. */
export const n8nWebhook: ServiceFactory = (context) => ({
  ...answering(context),
  name: "n8n-webhook",
  title: { en: "n8n webhooks", es: "Webhooks de n8n" },
  description: { en: "Takes webhooks and forms", es: "Recibe webhooks y formularios" },
  partOf: "n8n",
  role: "worker",
  application,
  logs: { filters: [jsonErrors], webhooks: true },
  slowSeconds: 30,
  answersFor: { service: "n8n", prefixes: ["/webhook/", "/webhook-waiting/", "/form/", "/form-waiting/"] },
  dispensable: {
    title: { en: "no process of its own for n8n's webhooks", es: "sin proceso propio para los webhooks de n8n" },
    price: {
      en: "n8n's main process takes them: they are lost while it is replaced",
      es: "los recibe el proceso principal de n8n: se pierden mientras se reemplaza",
    },
  },
  command: ["webhook"],
  memoryMb: { compact: 512, standard: 560 },
  ports: [5678],
  healthCheck,
  stopGrace: 75,
  after,
  fargateOnly: true,
  fargate: { cpu: idleCpu(context), memoryMb: 1024, minTasks: 1, maxTasks: 4, scaling: "requests" },
});
