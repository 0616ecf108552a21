import type { Problem } from "./checks/catalogue-error";
import type { Context, StoreEndpoint } from "./context";
import type { Database } from "./database";
import type { GeneratedSecret } from "./types";
import { secret, type EnvValue } from "./values";

/** `data_bridge` is `data-bridge` in names of resources and secrets. */
export const userId = (role: string): string => role.replaceAll("_", "-");

/** Ids of the secrets of a role: the password, and the user name where it is one. */
export const loginSecrets = (role: string) => ({
  username: `${userId(role)}-db-user`,
  password: `${userId(role)}-db-password`,
});

/** The user name of a role: the role itself, or whichever of its two logins is in use. */
export const databaseUser = ({ rotatesLogins }: StoreEndpoint, role: string): EnvValue =>
  rotatesLogins === true ? secret(loginSecrets(role).username) : role;

/** The password that belongs to {@link databaseUser}. */
export const databasePassword = (role: string): EnvValue => secret(loginSecrets(role).password);

/** Passwords of roles; where logins are rotated, the first ones. */
export const databasePasswords = (databases: readonly Database[]): readonly GeneratedSecret[] =>
  databases.map(({ role }) => ({ id: loginSecrets(role).password, length: 32, charset: "alphanumeric" }));

/** The roles as templates/postgres/setup.sql reads them: a list in JSON. */
export const databaseUserList = (databases: readonly Database[]): string =>
  JSON.stringify(
    databases.map(({ role, name, readOnly, extensions }) => ({ role, database: name, readOnly, extensions })),
  );

/** What templates/postgres/setup.sql is told of the roles: the list, and of each the login. */
export const setupEnvironment = ({
  databases = [],
  postgres,
}: Pick<Context, "databases" | "postgres">): Record<string, EnvValue> => ({
  DATABASE_USERS: databaseUserList(databases),
  ...Object.fromEntries(databases.map(({ role }) => [`${role.toUpperCase()}_DB_PASSWORD`, databasePassword(role)])),
  ...(postgres.rotatesLogins === true
    ? Object.fromEntries(databases.map(({ role }) => [`${role.toUpperCase()}_DB_USER`, databaseUser(postgres, role)]))
    : {}),
});

/** Names of the databases themselves. */
export const databaseNames = (databases: readonly Database[]): readonly string[] => [
  ...new Set(databases.map(({ name }) => name)),
];

interface Owned {
  readonly name: string;
  readonly database?: Database;
}

/** PostgreSQL takes 63; a second login's name is longer. */
const plainName = /^[a-z][a-z0-9_]{0,56}$/;

/** What is wrong with the databases that services ask for. */
export function databaseProblems(services: readonly Owned[]): Problem[] {
  const owned = services.flatMap((s) => (s.database === undefined ? [] : [{ service: s.name, ...s.database }]));
  const others = (service: string) => owned.filter((o) => o.service !== service);
  return owned.flatMap(({ service, role, name, readOnly }) => {
    const wrong = [role, name].filter((text) => !plainName.test(text));
    const messages = [
      ...wrong.map((text) => `its database or role ${text} must be lower-case letters, digits and _, 57 at most`),
      ...(role.endsWith("_clone") || role === "postgres" || name === "postgres"
        ? [`its role ${role} or database ${name} is a name that PostgreSQL's setup needs itself`]
        : []),
      ...others(service)
        .filter((o) => userId(o.role) === userId(role))
        .map((o) => `its role ${role} is that of ${o.service}, too`),
      ...(readOnly === true
        ? owned.some((o) => o.name === name && o.readOnly !== true)
          ? []
          : [`reads the database ${name}, which no service owns`]
        : others(service)
            .filter((o) => o.name === name && o.readOnly !== true)
            .map((o) => `its database ${name} is that of ${o.service}, too`)),
    ];
    return messages.map((message) => ({ key: `services.${service}`, message }));
  });
}
