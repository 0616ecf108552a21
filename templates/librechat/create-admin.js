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

async function userExists() {
  const client = new MongoClient(process.env.MONGO_URI, { serverSelectionTimeoutMS: 15_000 });
  await client.connect();
  try {
    return (
      (await client
        .db()
        .collection("users")
        .findOne({ email }, { projection: { _id: 1 } })) !== null
    );
  } finally {
    await client.close();
  }
}

async function main() {
  if (email === "" || password === "") throw new Error("ADMIN_EMAIL and LIBRECHAT_ADMIN_PASSWORD are needed");
  if (await userExists()) {
    console.log("librechat-admin: the administrator exists");
    return;
  }
  const script = "/app/config/create-user.js";
  // It prompts for whatever is missing, e-mail verification included, and there is nobody to answer.
  // The user name must be unique like the address, so it is the address.
  process.argv = [process.argv[0], script, email, "Admin", email, password, "--email-verified=true"];
  require(script);
}

// The script prints its own errors and ends the process with 1.
main().catch((error) => {
  console.error(`librechat-admin: ${error.message}`);
  process.exit(1);
});
