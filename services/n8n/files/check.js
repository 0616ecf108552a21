"use strict";
// Asks the assistant its examples: those of examples.json and those of the data table `assistant_examples`, which replace a delivered
// one of the same question. Runs the workflow "Assistant check" in a process of its own, whatever the mode of the installation;
// n8n's data tables are not there in such a process, so they are read here. Prints a line `check: {...}` per question and, last,
// `checked: ` with their number; ends with 0 when all are as they should be, with 3 when not, with 1 when it could not be run.
// CHECK_BRIDGE_URL is where the data bridge is reached when not by the address of the workflow: a task that is no service of
// Service Connect does not know that name.

const { spawn } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const { createServer } = require("node:http");
const { connect, rows } = require("./database.js");
const delivered = require("./examples.json");

/** Rows of a data table, none when there is no such table. */
async function table(client, name, order = "id") {
  const [found] = await rows(client, "SELECT id FROM data_table WHERE name = $1", [name]);
  return found === undefined
    ? []
    : rows(client, `SELECT * FROM "data_table_user_${found.id}" ORDER BY ${order} LIMIT 200`, []);
}

/** What the workflow "Assistant answer" is asked. */
async function cases() {
  const client = await connect();
  try {
    const settings = (await table(client, "assistant_settings")).map(({ setting, value }) => [setting, value ?? ""]);
    const [newest] = await table(client, "assistant_transcript", "id DESC");
    const own = (await table(client, "assistant_examples")).filter(({ question }) => question);
    const kept = delivered.filter(({ question }) => !own.some((example) => example.question === question));
    return [...kept, ...own].map((example) => ({
      example,
      code: "",
      account: newest?.account ?? "1",
      question: example.question,
      language: example.language || "en",
      transcript: JSON.stringify({ from: "customer", text: example.question.replace(/[<>\s]+/g, " ") }),
      settings: Object.fromEntries(settings),
      bridge: process.env.CHECK_BRIDGE_URL || "",
    }));
  } finally {
    await client.end();
  }
}

/**
 * Runs n8n's command line; what it printed. Where code runs elsewhere n8n wants a token for whoever would run it, and ends without
 * (packages/cli/src/task-runners/task-runner-module.ts); the job has none, and the workflows have no code.
 */
function run() {
  const program = spawn(process.env.N8N_BIN || "n8n", ["execute", "--id=assistantCheck", "--rawOutput"], {
    env: {
      ...process.env,
      EXECUTIONS_MODE: "regular",
      N8N_RUNNERS_AUTH_TOKEN: randomBytes(24).toString("hex"),
      // what it prints is a message of its log
      N8N_LOG_FORMAT: "text",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const parts = { stdout: [], stderr: [] };
  for (const name of ["stdout", "stderr"]) program[name].on("data", (part) => parts[name].push(part));
  return new Promise((resolve, reject) => {
    program.on("error", reject);
    program.on("close", () => {
      const [stdout, stderr] = [parts.stdout, parts.stderr].map((part) => Buffer.concat(part).toString("utf8"));
      resolve({ stdout, stderr });
    });
  });
}

/** What is not as it should be, in words. */
function wrongOf({ actions, must_contain: must, must_not: not }, result) {
  const did = result.action ?? "nothing";
  const text = did === "handover" ? "" : String(result.reply ?? "").toLowerCase();
  const parts = (given) => (given ?? "").split("|").filter((part) => part.trim() !== "");
  if (did === "nothing" || (did === "handover" && ["failed", "no-key", "no-bridge"].includes(result.code))) {
    return `it could not answer: ${result.code ?? JSON.stringify(result.error ?? "error").slice(0, 300)}`;
  }
  return [
    ...(!actions || actions.split(",").some((action) => action.trim() === did) ? [] : [`it did: ${did}`]),
    ...parts(must).flatMap((part) => (text.includes(part.toLowerCase()) ? [] : [`it did not say: ${part}`])),
    ...parts(not).flatMap((part) => (text.includes(part.toLowerCase()) ? [`it said: ${part}`] : [])),
  ].join("; ");
}

async function main() {
  const asked = await cases();
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(asked));
  });
  await new Promise((resolve, reject) => server.on("error", reject).listen(5690, "127.0.0.1", resolve));
  const { stdout, stderr } = await run();
  server.close();
  let answers;
  try {
    const { data } = JSON.parse(stdout.slice(stdout.indexOf("{"), stdout.lastIndexOf("}") + 1));
    answers = data.resultData.runData.Answer[0].data.main[0].map(({ json }) => json);
  } catch {
    console.error(`${stdout}${stderr}`.split("\n").slice(-15).join("\n").slice(-3000));
    throw new Error("the workflow did not run to its end");
  }
  let missed = answers.length !== asked.length;
  for (const [i, { example }] of asked.entries()) {
    const result = answers[i] ?? {};
    const wrong = wrongOf(example, result);
    missed ||= wrong !== "";
    const { action = "", reply = "" } = result;
    console.log(`check: ${JSON.stringify({ question: example.question, action, reply, wrong })}`);
  }
  console.log(`checked: ${asked.length}`);
  return missed ? 3 : 0;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`check: ${error.message}`);
    process.exit(1);
  },
);
