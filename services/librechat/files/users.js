"use strict";
// Lets people in and out of LibreChat. Takes one request, a JSON object in USER_REQUEST or on standard input: {"action":
// "add|list|reset|remove", "email", "name", "role": "agent|administrator", and "password" or its bcrypt hash
// "passwordHash"; without either a link goes out by mail}. Prints one line, `users: {...}`, and no secret.

const { randomBytes } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { createAccount, withDatabase } = require("./accounts.js");

const roles = { agent: "USER", administrator: "ADMIN" };
const roleOf = (user) => (user.role === "ADMIN" ? "administrator" : "agent");
/** Seconds that a link works. */
const linkSeconds = 7 * 24 * 3600;

// create-user.js ends by taking console.log away
const answer = (result) => void process.stdout.write(`users: ${JSON.stringify(result)}\n`);
const hash = (text) => require("bcryptjs").hash(text, 10);
const unknown = () => randomBytes(30).toString("base64url");
/** Of the request; undefined: the person chooses it, by the link. */
const hashOf = async ({ password, passwordHash }) =>
  passwordHash ?? (password === undefined ? undefined : await hash(password));

/** Sends the page on which a password is chosen, by LibreChat's own mailer and templates. */
async function sendLink(database, user, invited) {
  const token = randomBytes(32).toString("hex");
  const now = new Date();
  await database.collection("tokens").deleteMany({ userId: user._id });
  await database.collection("tokens").insertOne({
    userId: user._id,
    email: user.email,
    token: await hash(token),
    createdAt: now,
    expiresAt: new Date(now.getTime() + linkSeconds * 1000),
  });
  require("module-alias")({ base: "/app/api" });
  const { sendEmail } = require("/app/api/server/utils");
  const link = `${process.env.DOMAIN_CLIENT}/reset-password?token=${token}&userId=${user._id}`;
  const appName = process.env.APP_TITLE || "LibreChat";
  await sendEmail({
    email: user.email,
    subject: invited ? `${appName}: you are invited` : `${appName}: a new password`,
    payload: { appName, name: user.name, year: now.getFullYear(), ...(invited ? { inviteLink: link } : { link }) },
    template: invited ? "inviteUser.handlebars" : "requestPasswordReset.handlebars",
  });
}

/** Nobody stays logged in with what was known before; a token of 15 minutes runs out by itself. */
const endSessions = (database, user) => database.collection("sessions").deleteMany({ user: user._id });

/** Role and password of an account that is there, or the link to choose one. */
async function settle(database, email, request, result) {
  const users = database.collection("users");
  const user = await users.findOne({ email });
  const password = await hashOf(request);
  const set = { ...(result === "added" ? { role: roles[request.role] } : {}), ...(password && { password }) };
  if (Object.keys(set).length > 0) await users.updateOne({ _id: user._id }, { $set: set });
  try {
    if (password === undefined) await sendLink(database, user, result === "added");
    else await endSessions(database, user);
  } catch (error) {
    // as before, so that the same request sends it next time
    if (result === "added") await takeAway(database, await users.findOne({ email }));
    throw error;
  }
  answer({ result, role: result === "added" ? request.role : roleOf(user), mailed: password === undefined });
}

async function add(database, email, request) {
  const user = await database.collection("users").findOne({ email });
  if (user !== null) return answer({ result: "exists", role: roleOf(user) });
  const former = await database.collection("removedusers").findOne({ email });
  if (former !== null) {
    await database.collection("users").insertOne(former);
    await database.collection("removedusers").deleteOne({ _id: former._id });
    return settle(database, email, request, "added");
  }
  return new Promise((resolve, reject) => {
    createAccount({ email, name: request.name, password: unknown() }, () => {
      withDatabase((fresh) => settle(fresh, email, request, "added")).then(resolve, reject);
    });
  });
}

async function reset(database, email, request) {
  const user = await database.collection("users").findOne({ email });
  if (user === null) return answer({ result: "absent" });
  return settle(database, email, request, "reset");
}

/** Out of LibreChat's sight, and with the account every way to log in; conversations and files stay for a return. */
async function takeAway(database, user) {
  await database.collection("removedusers").replaceOne({ _id: user._id }, user, { upsert: true });
  await database.collection("users").deleteOne({ _id: user._id });
  await endSessions(database, user);
  await database.collection("tokens").deleteMany({ userId: user._id });
}

async function remove(database, email) {
  const users = database.collection("users");
  const user = await users.findOne({ email });
  if (user === null) return answer({ result: "absent" });
  const refuse = (reason) => answer({ result: "refused", reason });
  if (email === (process.env.ADMIN_EMAIL ?? "").trim().toLowerCase()) {
    return refuse("is the adminEmail of the settings");
  }
  const others = await users.countDocuments({ role: "ADMIN", _id: { $ne: user._id } });
  if (user.role === "ADMIN" && others === 0) return refuse("is the last administrator");
  await takeAway(database, user);
  return answer({ result: "removed" });
}

async function list(database) {
  const users = await database
    .collection("users")
    .find({}, { projection: { email: 1, name: 1, role: 1 } })
    .sort({ email: 1 })
    .toArray();
  answer({ users: users.map((user) => ({ email: user.email, name: user.name ?? "", role: roleOf(user) })) });
}

const actions = { add, list, reset, remove };

async function main() {
  const request = JSON.parse(process.env.USER_REQUEST ?? readFileSync(0, "utf8"));
  const action = actions[request.action];
  if (action === undefined) throw new Error(`unknown action: ${request.action}`);
  await withDatabase((database) => action(database, (request.email ?? "").trim().toLowerCase(), request));
  // LibreChat's own modules keep connections of theirs
  process.exit(0);
}

main().catch((error) => {
  console.error(`librechat-users: ${error.message}`);
  process.exit(1);
});
