"use strict";
// Stands in for the pulumi CLI where a page is typed: takes the commands and options of the real one that the pages use and
// refuses all others, keeps logins, stacks and settings, and "makes" a stack by noting it. PULUMI_STAND_IN is its folder:
// calls.jsonl is what it was asked; made/STACK.json has what the program declares and its outputs.
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { parseArgs } = require("node:util");
const { dump, load } = require("js-yaml");

const folder = process.env.PULUMI_STAND_IN;
const flag = { type: "boolean" };
const text = { type: "string" };
const texts = { type: "string", multiple: true };
const stack = { type: "string", short: "s" };
const common = { "non-interactive": flag, color: text, cwd: { type: "string", short: "C" } };
const change = { stack, diff: { type: "boolean" }, target: texts, replace: texts, "event-log": text };
const yes = { type: "boolean", short: "y" };

/** Options of the real CLI (v3.259.0, cmd/pulumi), and how many words come behind a command: least and most. */
const commands = {
  version: [{}, 0, 0],
  whoami: [{ json: flag, verbose: { type: "boolean", short: "v" } }, 0, 0],
  login: [{ local: { type: "boolean", short: "l" } }, 0, 1],
  stack: [{ stack, "show-secrets": flag }, 0, 0],
  "stack init": [{ stack, "secrets-provider": text, "no-select": flag }, 0, 1],
  "stack output": [{ stack, json: { type: "boolean", short: "j" }, "show-secrets": flag }, 0, 1],
  "stack export": [{ stack, file: text, "show-secrets": flag }, 0, 0],
  "stack rm": [{ stack, yes, force: { type: "boolean", short: "f" } }, 0, 1],
  "config set": [{ stack, path: flag, secret: flag, plaintext: flag, type: text, raw: flag }, 1, 2],
  "config rm": [{ stack, path: flag }, 1, 1],
  up: [{ ...change, yes, "skip-preview": { type: "boolean", short: "f" } }, 0, 1],
  preview: [change, 0, 0],
  destroy: [{ ...change, yes, "skip-preview": { type: "boolean", short: "f" } }, 0, 0],
  refresh: [{ stack, yes }, 0, 0],
  cancel: [{ stack, yes }, 0, 1],
};

class Refusal extends Error {}
const refuse = (message) => {
  throw new Refusal(message);
};

function parsed(words) {
  const name = [words.slice(0, 2).join(" "), words[0]].find((n) => n in commands);
  if (name === undefined) refuse(`unknown command "${words.join(" ")}" for "pulumi"`);
  const [options, least, most] = commands[name];
  let given;
  try {
    given = parseArgs({
      args: words.slice(name.split(" ").length),
      options: { ...common, ...options },
      allowPositionals: true,
    });
  } catch (error) {
    refuse(error.message);
  }
  const { values, positionals } = given;
  if (positionals.length < least || positionals.length > most) refuse(`${name}: ${positionals.length} arguments`);
  return { name, values, words: positionals };
}

const stateFile = join(folder, "state.json");
const state = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, "utf8")) : { stacks: {} };
const save = () => writeFileSync(stateFile, JSON.stringify(state));
const settingsFile = (name) => `Pulumi.${name}.yaml`;
const settingsOf = (name) => (existsSync(settingsFile(name)) && load(readFileSync(settingsFile(name), "utf8"))) || {};
const program = (name) => JSON.parse(readFileSync(join(folder, "made", `${name}.json`), "utf8"));

function known(name = state.selected) {
  if (state.login === undefined)
    refuse("PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions");
  if (!(name in state.stacks)) refuse(`no stack named '${name}' found`);
  return name;
}

/** `ns:a.b[0]["c"]` as names and numbers. */
const pathOf = (key) =>
  [...key.matchAll(/\[(\d+)\]|\["([^"]+)"\]|([^.[\]]+)/g)].map(([, n, q, word]) =>
    n === undefined ? (q ?? word) : Number(n),
  );

/** With a path the real CLI tells texts, numbers and booleans apart; without one all are texts. */
const typed = (value) => (/^(true|false|\d+)$/.test(value) ? JSON.parse(value) : value);

function editSetting(name, key, path, edit) {
  const [, namespace = "ai-ecosystem", rest = key] = /^([a-z-]+):(.*)$/.exec(key) ?? [];
  const steps = path ? pathOf(rest) : [rest];
  const [first, ...more] = [`${namespace}:${steps[0]}`, ...steps.slice(1)];
  const document = settingsOf(name);
  document.config ??= {};
  let at = document.config;
  const all = [first, ...more];
  for (const [i, step] of all.slice(0, -1).entries()) at = at[step] ??= typeof all[i + 1] === "number" ? [] : {};
  edit(at, all.at(-1));
  writeFileSync(settingsFile(name), dump(document));
}

const resources = (name) => program(name).resources.filter((r) => state.stacks[name].made.includes(r.urn));

/** Real AWS would be asked for the bucket and the key; so is the one of the test. */
async function aws(service, path, init) {
  const { region } = init;
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;
  const answer = await fetch(new URL(path, process.env.AWS_ENDPOINT_URL), {
    ...init,
    headers: { ...init.headers, authorization },
  });
  if (!answer.ok) refuse(`${service} ${path}: ${answer.status} ${await answer.text()}`);
}

const run = {
  version: () => console.log("v3.259.0"),
  whoami: () => console.log(state.login ?? known()),
  login: async ({ values, words: [place = values.local ? "file://~" : "https://api.pulumi.com"] }) => {
    const { protocol, host, searchParams } = new URL(place);
    if (protocol === "s3:") await aws("s3", `/${host}`, { method: "HEAD", region: searchParams.get("region") });
    Object.assign(state, { login: place });
  },
  stack: ({ values }) => console.log(`Current stack is ${known(values.stack)}`),
  "stack init": async ({ values, words: [name = values.stack] }) => {
    if (state.login === undefined) known();
    if (name in state.stacks) refuse(`stack '${name}' already exists`);
    const provider = values["secrets-provider"];
    if (provider !== undefined) {
      const [, KeyId, region] =
        /^awskms:\/\/(.+)\?region=(.+)$/.exec(provider) ?? refuse(`no provider of secrets: ${provider}`);
      const headers = { "x-amz-target": "TrentService.DescribeKey", "content-type": "application/x-amz-json-1.1" };
      await aws("kms", "/", { method: "POST", region, headers, body: JSON.stringify({ KeyId }) });
      writeFileSync(settingsFile(name), dump({ secretsprovider: provider, encryptedkey: "a2V5", ...settingsOf(name) }));
    }
    state.stacks[name] = { made: [] };
    state.selected = name;
  },
  "stack output": ({ values, words: [key] }) => {
    const name = known(values.stack);
    const outputs = state.stacks[name].made.length > 0 ? program(name).outputs : {};
    const shown = values["show-secrets"]
      ? outputs
      : { ...outputs, credentials: "[secret]", generatedSecrets: "[secret]" };
    if (key !== undefined && !(key in outputs)) refuse(`current stack does not have output property '${key}'`);
    const value = key === undefined ? shown : shown[key];
    console.log(typeof value === "string" && !values.json ? value : JSON.stringify(value, null, 2));
  },
  "stack export": ({ values }) => {
    const exported = JSON.stringify({ version: 3, deployment: { resources: resources(known(values.stack)) } });
    if (values.file === undefined) console.log(exported);
    else writeFileSync(values.file, exported);
  },
  "stack rm": ({ values, words: [name = values.stack] }) => {
    if (state.stacks[known(name)].made.length > 0 && !values.force) refuse(`'${name}' still has resources`);
    delete state.stacks[name];
  },
  "config set": ({ values, words: [key, value = readFileSync(0, "utf8").trim()] }) => {
    if (value === "") refuse("no value");
    const shown = values.secret
      ? { secure: Buffer.from(value).toString("base64") }
      : values.path
        ? typed(value)
        : value;
    editSetting(known(values.stack), key, values.path, (at, step) => (at[step] = shown));
  },
  "config rm": ({ values, words: [key] }) => {
    editSetting(known(values.stack), key, values.path, (at, step) => {
      if (!(step in at)) refuse(`configuration key '${key}' not found`);
      delete at[step];
    });
  },
  up: ({ values }) => {
    const name = known(values.stack);
    const all = program(name).resources.map((r) => r.urn);
    for (const urn of values.target ?? []) if (!all.includes(urn)) refuse(`no resource named '${urn}' found`);
    const { made } = state.stacks[name];
    state.stacks[name].made = values.target === undefined ? all : [...new Set([...made, ...values.target])];
  },
  preview: ({ values }) => void known(values.stack),
  destroy: ({ values }) => {
    const name = known(values.stack);
    if (settingsOf(name).config?.["ai-ecosystem:deletionProtection"] !== "false") refuse("it is protected");
    state.stacks[name].made = [];
  },
  refresh: ({ values }) => void known(values.stack),
  cancel: ({ values, words: [name = values.stack] }) => void known(name),
};

async function main() {
  const words = process.argv.slice(2);
  appendFileSync(
    join(folder, "calls.jsonl"),
    `${JSON.stringify({ words, only: process.env.AI_ECOSYSTEM_ONLY ?? "" })}\n`,
  );
  const call = parsed(words);
  await run[call.name](call);
  save();
}

main().catch((error) => {
  if (!(error instanceof Refusal)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 255;
});
