import { execFileSync } from "node:child_process";
import { expect } from "chai";
import type { MongodbStore } from "../mongodb/server";
import type { Login, PostgresServer } from "../postgres";
import { variableText } from "../values";

/** What a stack's archives are sealed with. */
export const key = "k3yOfTheStack0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO";
/** The value of a generated secret, the same on both sides of a move. */
export const secret = (id: string): string => `value-of-${id}`;
export const passwords = {
  CHATWOOT_DB_PASSWORD: "chatwoot-password",
  N8N_DB_PASSWORD: "n8n-password",
  DATA_BRIDGE_DB_PASSWORD: "bridge-password",
};
/** As after a rotation. */
export const logins = { CHATWOOT_DB_USER: "chatwoot_clone", N8N_DB_USER: "n8n", DATA_BRIDGE_DB_USER: "data_bridge" };
export const noted = JSON.stringify([
  {
    database: "chatwoot_production",
    application: "Chatwoot",
    version: "4.18.0",
    migrations: "schema_migrations",
    step: "minor",
  },
  { database: "n8n", application: "n8n", version: "2.42.5", migrations: "migrations", step: "any" },
]);
export const databases = ["chatwoot_production", "made_by_hand", "n8n"];
/** How the application logs in to production's. */
export const application: Login = { username: logins.CHATWOOT_DB_USER, password: passwords.CHATWOOT_DB_PASSWORD };
export const bridge: Login = { username: logins.DATA_BRIDGE_DB_USER, password: passwords.DATA_BRIDGE_DB_PASSWORD };

const cipher = ["enc", "-aes-256-cbc", "-md", "md5", "-a", "-A", "-pass", `pass:${secret("n8n-encryption-key")}`];
const openssl = (input: string, ...words: readonly string[]) =>
  execFileSync("openssl", [...cipher, ...words], { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
export const credential = '{"password": "of the desk"}';
/** A credential as n8n keeps it, and what it keeps. */
export const locked = (text: string): string => openssl(text);
export const unlocked = (text: string): string => openssl(text, "-d");

/** What must be as it was: each row, whose each thing is, and who may do what with it. */
const everything = `SELECT json_agg(t) FROM (
  SELECT c.relname, pg_get_userbyid(c.relowner) AS owner, c.relkind,
         (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(c.relacl) a) AS rights,
         CASE c.relkind WHEN 'r' THEN (xpath('/row/c/text()', query_to_xml(format(
           'SELECT md5(string_agg(r::text, '','' ORDER BY r::text)) AS c FROM %I.%I r', n.nspname, c.relname), false, true, '')))[1]::text END AS rows,
         CASE c.relkind WHEN 'S' THEN pg_sequence_last_value(c.oid) END AS last, c.relrowsecurity,
         (SELECT json_agg(p ORDER BY p.policyname) FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname) AS policies
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1) t`;

/** All of that, whatever the server's own master is called. */
export const shown = (server: PostgresServer, database: string): string =>
  server.sql(server.superuser, database, everything).replaceAll(/\b(postgres|master)\b/g, "master");

/** A host's databases, as its setup job leaves them, whose user is the superuser; and what people and applications made of them. */
export function fillDatabases(server: PostgresServer): void {
  const made = server.setup({ ...passwords, DATABASE_VERSIONS: noted }, undefined, server.superuser);
  expect(made.status, made.output).to.equal(0);
  server.sql(
    { username: "chatwoot", password: passwords.CHATWOOT_DB_PASSWORD },
    "chatwoot_production",
    `CREATE TABLE schema_migrations (version text PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1'), ('2');
     CREATE TABLE contacts AS SELECT i AS id, 'é' || i AS name FROM generate_series(1, 1000) i; ALTER TABLE contacts ADD PRIMARY KEY (id);
     CREATE TABLE messages (id bigserial PRIMARY KEY, contact int REFERENCES contacts, text text);
     INSERT INTO messages (contact, text) SELECT 1 + i % 1000, E'line\\n\\\\.\\t' || i FROM generate_series(1, 5000) i;
     CREATE INDEX ON messages USING gin (text gin_trgm_ops);
     CREATE VIEW recent AS SELECT * FROM messages WHERE id > 4000;
     CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
     CREATE TRIGGER touched BEFORE UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION touch();
     GRANT SELECT ON messages TO data_bridge;
     CREATE TABLE articles (id int PRIMARY KEY, status int); INSERT INTO articles VALUES (1, 0), (2, 1);
     ALTER TABLE articles ENABLE ROW LEVEL SECURITY;
     CREATE POLICY published ON articles FOR SELECT TO data_bridge USING (status = 1);
     GRANT SELECT ON articles TO data_bridge;`,
  );
  server.sql(
    { username: "n8n", password: passwords.N8N_DB_PASSWORD },
    "n8n",
    `CREATE TABLE flows AS SELECT 7 AS id;
     CREATE TABLE "user" AS SELECT 1 AS id; CREATE TABLE workflow_entity AS SELECT 'mine' AS id;
     CREATE TABLE credentials_entity AS SELECT 'desk' AS id, '${locked(credential)}' AS data;`,
  );
  server.sql(server.superuser, "postgres", "CREATE ROLE analyst");
  server.sql(server.superuser, "postgres", "CREATE DATABASE made_by_hand");
  server.sql(
    server.superuser,
    "made_by_hand",
    "CREATE TABLE notes AS SELECT 'mine' AS text; GRANT SELECT ON notes TO analyst",
  );
}

export const chats: MongodbStore = {
  librechat: {
    messages: {
      documents: ["one", "two", "three"].map((text) => ({ text })),
      indexes: [
        { v: 2, key: { _id: 1 }, name: "_id_" },
        { v: 2, key: { user: 1 }, name: "user_1", unique: true },
        { v: 2, key: { user: "hashed" }, name: "user_hashed" },
        { v: 2, key: { _fts: "text", _ftsx: 1 }, name: "text_text", weights: { text: 1 }, textIndexVersion: 3 },
      ],
    },
    empty: { documents: [] },
    users: { documents: [{ name: "é" }] },
  },
};
/** As after the first start of a new installation. */
export const freshChats: MongodbStore = {
  librechat: { users: { documents: [{ name: "admin" }] }, messages: { documents: [] } },
};

/** How the bucket is called here that a service calls so. */
export const bucketOf = (name: string): string => variableText({ parts: [{ bucket: name }] });

/** Files on the host, below its volumes, and where they are in production: bucket and key. */
export const files: Readonly<Record<string, { readonly text: string; readonly bucket: string; readonly key: string }>> =
  {
    "ai-eco-chatwoot/ab/cd/abcdefghij": { text: "a picture", bucket: "files", key: "abcdefghij" },
    "ai-eco-chatwoot/va/ri/variants/zy/x": { text: "smaller", bucket: "files", key: "variants/zy/x" },
    "ai-eco-librechat/u1/drawing é.png": { text: "drawing", bucket: "librechat-files", key: "images/u1/drawing é.png" },
    "ai-eco-librechat-uploads/u1/f1__notes.txt": {
      text: "notes",
      bucket: "librechat-files",
      key: "uploads/u1/f1__notes.txt",
    },
  };
