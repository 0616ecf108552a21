"use strict";
// Lets people in and out of n8n. Takes one request, a JSON object in USER_REQUEST or on standard input: {"action":
// "add|list|reset|remove", "email", "name", "role", and "password" or its bcrypt hash "passwordHash"; without either n8n
// sends a link}. Prints one line, `users: {...}`, and no secret. Everybody is a member, whatever the role: further
// administrators need a licence (UserService.inviteUser).

const { randomBytes, randomUUID } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { connect, n8nRequire } = require("./database.js");

const roleOf = (user) => (user.roleSlug === "global:member" ? "agent" : "administrator");
const answer = (result) => console.log(`users: ${JSON.stringify(result)}`);
const hash = (text) => n8nRequire()("bcryptjs").hash(text, 10);

/** n8n's own mail of a forgotten password: the page is open to anybody, and says nothing about who is there. */
async function sendLink(email) {
  const response = await fetch(`${process.env.N8N_USERS_URL}/rest/forgot-password`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) throw new Error(`n8n was asked for the mail, and answered ${response.status}`);
}

const find = async (client, email) =>
  (await client.query('SELECT id, email, "roleSlug", disabled FROM "user" WHERE lower(email) = $1', [email])).rows[0];

/** As UserRepository.createUserWithProject: everybody has a project of their own. */
async function create(client, email, name) {
  const [firstName, ...others] = name.split(" ");
  const [user, project] = [randomUUID(), randomBytes(12).toString("hex").slice(0, 16)];
  const lastName = others.join(" ");
  await client.query(
    `INSERT INTO "user" (id, email, "firstName", "lastName", "roleSlug") VALUES ($1, $2, $3, $4, 'global:member')`,
    [user, email, firstName, lastName],
  );
  await client.query(`INSERT INTO project (id, name, type, "creatorId") VALUES ($1, $2, 'personal', $3)`, [
    project,
    `${firstName} ${lastName} <${email}>`,
    user,
  ]);
  await client.query(
    `INSERT INTO project_relation ("projectId", "userId", role) VALUES ($1, $2, 'project:personalOwner')`,
    [project, user],
  );
  return user;
}

/** A password ends the sessions, which n8n ties to it. */
const setPassword = async (client, id, { password, passwordHash }) =>
  client.query('UPDATE "user" SET password = $2, disabled = false, "updatedAt" = now() WHERE id = $1', [
    id,
    // without one nobody knows it; n8n sends links to those alone who have one
    passwordHash ?? (await hash(password ?? randomBytes(30).toString("base64url"))),
  ]);

const chosen = (request) => request.password !== undefined || request.passwordHash !== undefined;

async function add(client, email, request) {
  const user = await find(client, email);
  if (user !== undefined && !user.disabled) return answer({ result: "exists", role: roleOf(user) });
  await client.query("BEGIN");
  await setPassword(client, user?.id ?? (await create(client, email, request.name)), request);
  await client.query("COMMIT");
  if (!chosen(request)) {
    try {
      await sendLink(email);
    } catch (error) {
      // as before, so that the same request sends it next time
      await remove(client, email, request, () => undefined);
      throw error;
    }
  }
  answer({ result: "added", role: "agent", mailed: !chosen(request) });
}

async function reset(client, email, request) {
  const user = await find(client, email);
  if (user === undefined || user.disabled) return answer({ result: "absent" });
  if (user.roleSlug === "global:owner") {
    return answer({ result: "refused", reason: "has its password from the stack: pulumi stack output credentials" });
  }
  if (chosen(request)) await setPassword(client, user.id, request);
  else await sendLink(email);
  answer({ result: "reset", role: roleOf(user), mailed: !chosen(request) });
}

/** Locked out, API keys too (ApiKeyAuthStrategy): workflows and credentials stay, and those that are active go on. */
async function remove(client, email, _request, tell = answer) {
  const user = await find(client, email);
  if (user === undefined || user.disabled) return tell({ result: "absent" });
  if (user.roleSlug === "global:owner") return tell({ result: "refused", reason: "is the owner" });
  await client.query('UPDATE "user" SET disabled = true, "updatedAt" = now() WHERE id = $1', [user.id]);
  tell({ result: "removed" });
}

async function list(client) {
  const { rows } = await client.query(
    `SELECT email, concat_ws(' ', "firstName", "lastName") AS name, "roleSlug" FROM "user"
     WHERE NOT disabled AND email IS NOT NULL ORDER BY email`,
  );
  answer({ users: rows.map((user) => ({ email: user.email, name: user.name, role: roleOf(user) })) });
}

const actions = { add, list, reset, remove };

async function main() {
  const request = JSON.parse(process.env.USER_REQUEST ?? readFileSync(0, "utf8"));
  const action = actions[request.action];
  if (action === undefined) throw new Error(`unknown action: ${request.action}`);
  const client = await connect();
  try {
    await action(client, (request.email ?? "").trim().toLowerCase(), request);
  } finally {
    await client.end();
  }
}

main().catch((error) => {
  console.error(`n8n-users: ${error.message}`);
  process.exit(1);
});
