"use strict";
// Creates the first user, who becomes LibreChat's administrator, by LibreChat's own config/create-user.js. That script
// takes the password as an argument: it is put into process.argv of this process, so that no process list shows it.

// LibreChat depends on mongoose; that the driver can also be required by its own name is npm's doing.
const { MongoClient } = (() => {
  try {
    return require("mongoose").mongo;
  } catch {
    return require("mongodb");
  }
})();

const email = (process.env.ADMIN_EMAIL ?? "").trim().toLowerCase();
const password = process.env.LIBRECHAT_ADMIN_PASSWORD ?? "";

const exit = process.exit.bind(process);

/** Runs `work` with the collection of users. */
async function withUsers(work) {
  const client = new MongoClient(process.env.MONGO_URI, { serverSelectionTimeoutMS: 15_000 });
  await client.connect();
  try {
    return await work(client.db().collection("users"));
  } finally {
    await client.close();
  }
}

/** Makes the address of the settings an administrator among people who are there already. @returns whether it is one */
async function settle(users) {
  const named = await users.findOne({ email });
  if (named !== null) {
    if (named.role === "ADMIN") console.log("librechat-admin: the administrator exists");
    else {
      await users.updateOne({ _id: named._id }, { $set: { role: "ADMIN" } });
      console.log("librechat-admin: the user of adminEmail is an administrator now");
    }
    return true;
  }
  // the address was changed in the settings: the account moves with its password and its conversations
  const [first] = await users.find({ role: "ADMIN" }).sort({ createdAt: 1 }).limit(1).toArray();
  if (first === undefined) return false;
  await users.updateOne(
    { _id: first._id },
    { $set: { email, ...(first.username === first.email ? { username: email } : {}) } },
  );
  console.log("librechat-admin: the administrator has the new address of adminEmail");
  return true;
}

async function main() {
  if (email === "" || password === "") throw new Error("ADMIN_EMAIL and LIBRECHAT_ADMIN_PASSWORD are needed");
  if (await withUsers(settle)) return;
  const script = "/app/config/create-user.js";
  // It prompts for whatever is missing, e-mail verification included, and there is nobody to answer.
  // The user name must be unique like the address, so it is the address.
  process.argv = [process.argv[0], script, email, "Admin", email, password, "--email-verified=true"];
  // It gives the role to the very first user alone, and ends the process itself.
  process.exit = (code) => {
    if (code !== undefined && code !== 0) exit(code);
    withUsers(settle).then(() => exit(0), failed);
  };
  require(script);
}

function failed(error) {
  console.error(`librechat-admin: ${error.message}`);
  exit(1);
}

// The script prints its own errors and ends the process with 1.
main().catch(failed);
