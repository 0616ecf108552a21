"use strict";
// Stands in for n8n's task-runner-launcher (a Go program, which no registry has): takes one runner's task offers until one is
// accepted, defers it, and starts the runner, which is n8n's own, with the variables that the configuration allows.
const { spawn } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { setTimeout: sleep } = require("node:timers/promises");
const { WebSocket } = require("ws");

const { env } = process;
const [type] = process.argv.slice(2);
const runner = JSON.parse(readFileSync("/etc/n8n-task-runners.json", "utf8"))["task-runners"].find(
  (r) => r["runner-type"] === type,
);
const broker = env.N8N_RUNNERS_TASK_BROKER_URI;
const id = () => randomBytes(8).toString("hex");

async function ready() {
  for (;;) {
    const answer = await fetch(`${broker}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(500);
  }
}

async function grant() {
  const body = JSON.stringify({ token: env.N8N_RUNNERS_AUTH_TOKEN });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${broker}/runners/auth`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`the broker answered ${answer.status}`);
  return (await answer.json()).data.token;
}

/** Until there is a task; false when n8n is gone. */
function accepted(token) {
  return new Promise((resolve, reject) => {
    const url = `${broker.replace("http", "ws")}/runners/_ws?id=${id()}`;
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    const send = (message) => socket.send(JSON.stringify(message));
    socket.on("error", reject);
    socket.on("close", () => resolve(false));
    socket.on("message", (data) => {
      const message = JSON.parse(data);
      if (message.type === "broker:inforequest") send({ type: "runner:info", types: [type], name: `launcher-${type}` });
      if (message.type === "broker:runnerregistered")
        send({ type: "runner:taskoffer", taskType: type, offerId: id(), validFor: -1 });
      if (message.type === "broker:taskofferaccept") {
        send({ type: "runner:taskdeferred", taskId: message.taskId });
        resolve(true);
        socket.close();
      }
    });
  });
}

async function run(token) {
  const passed = ["LANG", "PATH", "TZ", "TERM", ...runner["allowed-env"]].flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]]],
  );
  const child = spawn(runner.command, runner.args, {
    cwd: runner.workdir,
    stdio: "inherit",
    env: {
      ...Object.fromEntries(passed),
      ...runner["env-overrides"],
      N8N_RUNNERS_TASK_BROKER_URI: broker,
      N8N_RUNNERS_HEALTH_CHECK_SERVER_ENABLED: "true",
      N8N_RUNNERS_HEALTH_CHECK_SERVER_PORT: runner["health-check-server-port"],
      N8N_RUNNERS_GRANT_TOKEN: token,
    },
  });
  await new Promise((resolve) => child.on("exit", resolve));
}

createServer((_, response) => response.end('{"status":"ok"}')).listen(
  env.N8N_RUNNERS_LAUNCHER_HEALTH_CHECK_PORT ?? 5680,
);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
void (async () => {
  for (;;) {
    await ready();
    if (await accepted(await grant())) await run(await grant());
    else await sleep(5000);
  }
})().catch((error) => {
  console.error(`launcher: ${error.message}`);
  process.exit(0);
});
