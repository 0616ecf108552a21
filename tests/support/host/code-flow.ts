/** Shows what code of a workflow can reach. */
const probe = `
const tried = (what) => { try { return String(what()); } catch (error) { return "refused"; } };
return [{ json: {
  crypto: tried(() => typeof require("crypto").randomUUID),
  files: tried(() => require("fs").readFileSync("/proc/self/environ")),
  environment: tried(() => Object.keys(process.env)),
  key: tried(() => $env.N8N_ENCRYPTION_KEY),
  way: tried(() => this.constructor.constructor("return process")()),
} }];`;

/** Takes a while, so that something can happen to it. */
const slow = "for (let i = 0; i < 300; i++) await new Promise((r) => setTimeout(r, 100)); return [];";

const flow = (id: string, jsCode: string) => ({
  ...{ id, name: id, active: false, pinData: {}, tags: [], versionId: "1", settings: { executionOrder: "v1" } },
  nodes: [
    {
      ...{
        id: "1",
        name: "Webhook",
        type: "n8n-nodes-base.webhook",
        typeVersion: 2.1,
        position: [0, 0],
        webhookId: id,
      },
      parameters: { httpMethod: "POST", path: id, responseMode: "lastNode", options: {} },
    },
    {
      ...{ id: "2", name: "Code", type: "n8n-nodes-base.code", typeVersion: 2, position: [200, 0] },
      parameters: { mode: "runOnceForAllItems", language: "javaScript", jsCode },
    },
  ],
  connections: { Webhook: { main: [[{ node: "Code", type: "main", index: 0 }]] } },
});

/** Workflows with a Code node behind `/webhook/codeProbe` and `/webhook/codeSlow`. */
const flows = [flow("codeProbe", probe), flow("codeSlow", slow)];

/** For `sh -c` in n8n's image, before n8n runs: imports and publishes them. They are in `FLOWS`. */
export const importFlows = {
  variable: JSON.stringify(flows),
  command: [
    "set -e",
    `printf %s "$FLOWS" >/tmp/flows.json`,
    "n8n import:workflow --input=/tmp/flows.json",
    ...flows.map(({ id }) => `n8n publish:workflow --id=${id}`),
  ].join("; "),
};

/** For node in a container of n8n: calls one of them, and prints status and answer. */
export const callFlow = (id: string): string =>
  `fetch("http://127.0.0.1:5678/webhook/${id}", { method: "POST" })
    .then(async (r) => console.log(r.status, await r.text()))`;

/** For `sh -c` in the runners' container: the runner's process, and its environment; and an end to it. */
const runner = `for p in /proc/[0-9]*; do
  if tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q 'task-runner[^ ]*/dist/start.js'; then echo "\${p#/proc/}"; fi
done`;
export const runnerEnvironment = `for p in $(${runner}); do tr '\\0' '\\n' </proc/$p/environ; done`;
export const killRunner = `for p in $(${runner}); do kill -9 "$p" || true; done`;
