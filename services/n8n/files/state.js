"use strict";
// Compares n8n's database with what should be imported, because every call of n8n's own command line costs seconds.
//   state.js plan CREDENTIALS WORKFLOWS    prints what is to do: lines `credentials`, `import FILE`, `publish ID`;
//                                           and what is not done, lines `kept REASON`
//   state.js record CREDENTIALS            remembers the credentials in the database as those of CREDENTIALS

const { createHmac } = require("node:crypto");
const { readFileSync, readdirSync, writeFileSync } = require("node:fs");
const { isDeepStrictEqual } = require("node:util");
const { join } = require("node:path");
const { connect, rows } = require("./database.js");

const env = process.env;
const marker = join(env.N8N_USER_FOLDER || env.HOME || "/home/node", ".n8n", "ecosystem-credentials");

/** Ties what we want to the very rows that hold it: both an edit here and an edit or a restore there change it. */
async function fingerprint(client, text) {
  const ids = JSON.parse(text).map((credential) => credential.id);
  const stored = await rows(client, "SELECT id, data FROM credentials_entity WHERE id = ANY($1) ORDER BY id", [ids]);
  if (stored.length !== ids.length) return undefined;
  return createHmac("sha256", env.N8N_ENCRYPTION_KEY)
    .update(JSON.stringify([text, stored]))
    .digest("hex");
}

function recorded() {
  try {
    return readFileSync(marker, "utf8");
  } catch {
    return undefined;
  }
}

/** What the others work with: after an edit of it they stay as it knows them. */
const mainFlow = "chatwootAssistant";

const states = `
  SELECT w.name, w.nodes, w.connections, w.settings, w."isArchived" AS archived, w."activeVersionId" IS NOT NULL AS published,
         h.authors IS NOT DISTINCT FROM 'import' AS imported,
         EXISTS (SELECT FROM workflow_publish_history p
                 WHERE p."workflowId" = w.id AND p."versionId" = w."versionId" AND p.event = 'deactivated') AS withdrawn
  FROM workflow_entity w LEFT JOIN workflow_history h ON h."versionId" = w."versionId" WHERE w.id = $1`;

/** What somebody has made of it, in words, or nothing. */
function theirs(found) {
  if (found === undefined) return undefined;
  if (!found.imported) return "has been edited in n8n";
  if (found.archived) return "has been archived";
  return found.withdrawn && !found.published ? "has been unpublished" : undefined;
}

/** A workflow that somebody has edited, unpublished or archived is theirs: nothing is done to it, nor to what it works with. */
async function planWorkflow(client, folder, file) {
  const wanted = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const [[found], [main]] = [await rows(client, states, [wanted.id]), await rows(client, states, [mainFlow])];
  const [own, whole] = [theirs(found), theirs(main)];
  if (own !== undefined) return [`kept "${wanted.name}" ${own}, and is left alone`];
  if (whole !== undefined) return [`kept "${wanted.name}" is left alone, because "${main.name}" ${whole}`];
  const both = [`import ${file}`, `publish ${wanted.id}`];
  if (found === undefined) return both;
  // n8n adds settings of its own
  const settings = Object.fromEntries(Object.keys(wanted.settings).map((name) => [name, found.settings?.[name]]));
  const given = [wanted.nodes, wanted.connections, wanted.settings];
  const same = isDeepStrictEqual([found.nodes, found.connections, settings], given);
  if (!same) return both;
  return found.published ? [] : [both[1]]; // an interrupted run of ours
}

async function plan(client, credentialsFile, folder) {
  const wanted = await fingerprint(client, readFileSync(credentialsFile, "utf8"));
  const steps = wanted !== undefined && wanted === recorded() ? [] : ["credentials"];
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  for (const file of files.sort()) steps.push(...(await planWorkflow(client, folder, file)));
  return steps;
}

async function main([command, ...args]) {
  const client = await connect();
  try {
    if (command === "plan") for (const step of await plan(client, ...args)) console.log(step);
    else if (command === "record") {
      const mark = await fingerprint(client, readFileSync(args[0], "utf8"));
      if (mark === undefined) throw new Error("the credentials are not in the database");
      writeFileSync(marker, mark, { mode: 0o600 });
    } else throw new Error(`unknown command: ${command}`);
  } finally {
    await client.end();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`n8n-import: ${error.message}`);
  process.exit(1);
});
