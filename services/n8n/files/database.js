"use strict";
// n8n's database, by n8n's own driver and settings.

const { realpathSync } = require("node:fs");
const { createRequire } = require("node:module");

const env = process.env;

/** `require` as n8n itself has it. */
const n8nRequire = () => createRequire(realpathSync(env.N8N_BIN || "/usr/local/bin/n8n"));

async function connect() {
  const { Client } = n8nRequire()("pg");
  const client = new Client({
    host: env.DB_POSTGRESDB_HOST,
    port: Number(env.DB_POSTGRESDB_PORT || 5432),
    database: env.DB_POSTGRESDB_DATABASE,
    user: env.DB_POSTGRESDB_USER,
    password: env.DB_POSTGRESDB_PASSWORD,
    ssl: env.DB_POSTGRESDB_SSL_ENABLED === "true" && {
      rejectUnauthorized: env.DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED !== "false",
    },
    connectionTimeoutMillis: 10_000,
    options: `-c search_path=${env.DB_POSTGRESDB_SCHEMA || "public"}`,
  });
  await client.connect();
  return client;
}

/** Rows, or none when n8n has not made its tables yet. */
async function rows(client, sql, values) {
  try {
    return (await client.query(sql, values)).rows;
  } catch (error) {
    if (error.code === "42P01") return [];
    throw error;
  }
}

module.exports = { connect, n8nRequire, rows };
