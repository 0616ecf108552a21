"use strict";
// n8n gives its owner the address of the settings at every start, and does not start when a colleague has that address. So
// that colleague becomes the owner before it starts, and the owner of before a member: both keep what is theirs.

const { connect, rows } = require("./database.js");

const email = (process.env.N8N_INSTANCE_OWNER_EMAIL ?? "").trim().toLowerCase();

async function main() {
  const client = await connect();
  try {
    const moved = await rows(
      client,
      `UPDATE "user" SET "roleSlug" = CASE WHEN lower(email) = $1 THEN 'global:owner' ELSE 'global:member' END,
              disabled = disabled AND lower(email) <> $1
       WHERE (lower(email) = $1 OR "roleSlug" = 'global:owner')
         AND EXISTS (SELECT FROM "user" WHERE lower(email) = $1 AND "roleSlug" <> 'global:owner') RETURNING id`,
      [email],
    );
    if (moved.length > 0) console.log("n8n-import: the colleague with the address of adminEmail is the owner now");
  } finally {
    await client.end();
  }
}

main().catch((error) => {
  console.error(`n8n-import: ${error.message}`);
  process.exit(1);
});
