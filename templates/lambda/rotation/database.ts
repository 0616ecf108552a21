import { Client, DatabaseError } from "pg";
import type { Credential } from "./credential";

export interface Server {
  readonly host: string;
  readonly port: number;
  /** Certificates (PEM) that the server's is checked with. @default those of the process (NODE_EXTRA_CA_CERTS) */
  readonly ca?: string;
}

export interface Database {
  /** Whether the credential is good; any failure but a refused password is an error. */
  accepts(credential: Credential): Promise<boolean>;
  /** As the login in use, sets the password of the other one. Returns that one's name. */
  setIdlePassword(current: Credential, verifier: string): Promise<string>;
}

/** invalid_password, invalid_authorization_specification (the role may not log in) */
const refused = new Set(["28P01", "28000"]);

/** PostgreSQL with templates/postgres/rotation.sql in place. Never without TLS. */
export function databaseOf({ host, port, ca }: Server): Database {
  async function session<T>(
    { username, password, dbname }: Credential,
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const client = new Client({
      host,
      port,
      user: username,
      password,
      database: dbname,
      ssl: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
      application_name: "rotation",
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
  return {
    async accepts(credential) {
      try {
        await session(credential, (client) => client.query("SELECT 1"));
        return true;
      } catch (error) {
        if (error instanceof DatabaseError && refused.has(error.code ?? "")) return false;
        throw error;
      }
    },
    setIdlePassword: (current, verifier) =>
      session(current, async (client) => {
        // a reader's transactions are read-only unless they say otherwise
        await client.query("BEGIN READ WRITE");
        const { rows } = await client.query<{ idle: string }>("SELECT rotation.set_idle_password($1) AS idle", [
          verifier,
        ]);
        await client.query("COMMIT");
        return rows[0]?.idle ?? "";
      }),
  };
}
