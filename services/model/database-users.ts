import type { StoreEndpoint } from "./context";
import { secret, type EnvValue } from "./types";

/** The applications' roles in PostgreSQL, each with the database that it works in. */
export const databaseUsers = {
  chatwoot: { database: "chatwoot_production" },
  n8n: { database: "n8n" },
  data_bridge: { database: "chatwoot_production" },
} as const;

export type DatabaseRole = keyof typeof databaseUsers;
export const databaseRoles = Object.keys(databaseUsers) as readonly DatabaseRole[];

/** `data_bridge` is `data-bridge` in names of resources and secrets. */
export const userId = (role: DatabaseRole): string => role.replaceAll("_", "-");

/** Ids of the secrets of a role: the password, and the user name where it is one. */
export const loginSecrets = (role: DatabaseRole) =>
  ({ username: `${userId(role)}-db-user`, password: `${userId(role)}-db-password` }) as const;

/** The user name of a role: the role itself, or whichever of its two logins is in use. */
export const databaseUser = ({ rotatesLogins }: StoreEndpoint, role: DatabaseRole): EnvValue =>
  rotatesLogins === true ? secret(loginSecrets(role).username) : role;
