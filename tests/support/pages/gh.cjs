"use strict";
// Stands in for GitHub's CLI where a page is typed: takes what the real one takes of the calls on the pages
// (cli.github.com/manual), and answers as GitHub does. Variables that are set are noted in GH_STAND_IN.
const { appendFileSync, readFileSync } = require("node:fs");
const { parseArgs } = require("node:util");

const text = { type: "string" };

function api(words) {
  const { values, positionals } = parseArgs({
    args: words,
    options: {
      jq: { ...text, short: "q" },
      method: { ...text, short: "X" },
      input: text,
      "raw-field": { ...text, short: "f", multiple: true },
    },
    allowPositionals: true,
  });
  const [path, ...more] = positionals;
  if (more.length > 0) throw new Error(`accepts 1 arg(s), received ${positionals.length}`);
  const call = `${values.method ?? "GET"} ${path}`;
  if (call === "GET user" && values.jq === ".id") return console.log("583231");
  const [, kind] =
    /^(?:PUT|POST) repos\/[\w-]+\/[\w-]+\/environments\/\w+(\/deployment-branch-policies)?$/.exec(call) ?? [];
  if (call.startsWith("PUT") && kind === undefined && values.input === "-") {
    const { reviewers, deployment_branch_policy: policy, ...others } = JSON.parse(readFileSync(0, "utf8"));
    // docs.github.com/en/rest/deployments/environments: both flags, and never the same
    const fits = policy === null || policy?.protected_branches === !policy?.custom_branch_policies;
    const people = reviewers?.every((r) => r.type === "User" && r.id === 583231);
    if (!fits || people !== true || Object.keys(others).length > 0) throw new Error("gh: Invalid request. (HTTP 422)");
  } else if (!(
    call.startsWith("POST") &&
    kind !== undefined &&
    values["raw-field"]?.some((f) => /^name=\w+$/.test(f))
  )) {
    throw new Error(`gh: Not Found (HTTP 404): ${call}`);
  }
}

function variable(words) {
  const { values, positionals } = parseArgs({
    args: words,
    options: { body: { ...text, short: "b" } },
    allowPositionals: true,
  });
  const [set, name] = positionals;
  if (set !== "set" || positionals.length !== 2 || !values.body) throw new Error(`gh variable ${words.join(" ")}`);
  appendFileSync(process.env.GH_STAND_IN, `${name}=${values.body}\n`);
}

const [command, ...words] = process.argv.slice(2);
try {
  if (command === "api") api(words);
  else if (command === "variable") variable(words);
  else throw new Error(`unknown command "${command}" for "gh"`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
