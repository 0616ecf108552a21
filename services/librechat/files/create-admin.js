"use strict";
// Creates the first user, who becomes LibreChat's administrator.

const { createAccount, recordKeys, withDatabase } = require("./accounts.js");
const { settleFiles } = require("./files.js");

const email = (process.env.ADMIN_EMAIL ?? "").trim().toLowerCase();
const password = process.env.LIBRECHAT_ADMIN_PASSWORD ?? "";

/** Makes the address of the settings an administrator among people who are there already. @returns whether it is one */
async function settle(database) {
  const users = database.collection("users");
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
  const moved = await withDatabase(settleFiles);
  if (moved > 0) console.log(`librechat-admin: ${moved} documents name files where they are now`);
  if (await withDatabase(settle)) return;
  await recordKeys();
  createAccount({ email, name: "Admin", password }, () => {
    // LibreChat gives the role to the very first user alone
    withDatabase(settle).then(() => process.exit(0), failed);
  });
}

function failed(error) {
  console.error(`librechat-admin: ${error.message}`);
  process.exit(1);
}

main().catch(failed);
