"use strict";
// What both scripts for LibreChat's people need: its database, and an account made by LibreChat itself.

// LibreChat depends on mongoose; that the driver can also be required by its own name is npm's doing.
const { MongoClient } = (() => {
  try {
    return require("mongoose").mongo;
  } catch {
    return require("mongodb");
  }
})();

const exit = process.exit.bind(process);

/** Runs `work` with LibreChat's database. */
async function withDatabase(work) {
  const client = new MongoClient(process.env.MONGO_URI, { serverSelectionTimeoutMS: 15_000 });
  await client.connect();
  try {
    return await work(client.db());
  } finally {
    await client.close();
  }
}

/**
 * Has LibreChat (0.8.8) record hashes of its keys, by which it warns when they are other ones later. Its server does so at a
 * start before anybody has an account (checkCredentialDatabase in packages/api/src/app/checks.ts) and never afterwards.
 * The account is worth more than the record: without it LibreChat says at each start that there is none.
 */
async function recordKeys() {
  try {
    const mongoose = require("mongoose");
    const { checkCredentialDatabase } = require("@librechat/api");
    require("@librechat/data-schemas").createModels(mongoose);
    // stays open: create-user.js goes on with it
    await mongoose.connect(process.env.MONGO_URI);
    await checkCredentialDatabase();
  } catch (error) {
    console.error(`librechat-admin: LibreChat recorded no hashes of its keys: ${error.message}`);
  }
}

/**
 * Makes an account by LibreChat's own config/create-user.js, then does `next`. That script takes the password as an argument: it is
 * put into process.argv of this process, so that no process list shows it. It ends the process itself, with 1 and its
 * own words when it fails.
 */
function createAccount({ email, name, password }, next) {
  const script = "/app/config/create-user.js";
  // It prompts for whatever is missing, e-mail verification included, and there is nobody to answer.
  // The user name must be unique like the address, so it is the address.
  process.argv = [process.argv[0], script, email, name, email, password, "--email-verified=true"];
  process.exit = (code) => {
    if (code !== undefined && code !== 0) exit(code);
    process.exit = exit;
    next();
  };
  require(script);
}

module.exports = { withDatabase, recordKeys, createAccount };
