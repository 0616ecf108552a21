import { caFile, caMounts, type Context, type ServiceFactory, type StoreEndpoint } from "./model/context";
import { databasePasswords, setupEnvironment } from "./model/database-users";
import { databaseVersions } from "./model/images/version";
import { client, isClient, storeNetworks } from "./model/store-client";
import { type Job, type ReleaseMount, type Service, inBothPlans } from "./model/types";
import { secret, type EnvValue } from "./model/values";

const image = "pgvector/pgvector:0.8.4-pg17";

/** A file of the release: of PostgreSQL's own folder, or with the path of another one. */
const sqlFile = (path: string): ReleaseMount =>
  path.includes("/")
    ? { source: path, target: `/sql/${path.slice(path.lastIndexOf("/") + 1)}` }
    : { source: `postgres/${path}`, target: `/sql/${path}` };

/** How a job logs in as the user that may do everything. */
export const postgresMaster = (server: StoreEndpoint): Record<string, EnvValue> => ({
  PGHOST: server.host,
  PGPORT: String(server.port),
  PGUSER: server.adminUser ?? "postgres",
  PGPASSWORD: secret("postgres-password"),
  ...(server.tlsCaFile === undefined ? {} : { PGSSLMODE: "verify-full", PGSSLROOTCERT: caFile }),
});

/** A job that runs one SQL file of the release as the superuser. */
export const sqlJob = (
  job: Pick<Job, "name" | "purpose" | "after" | "environment"> & {
    readonly file: string;
    /** Files that it includes. */
    readonly includes?: readonly string[];
    readonly database: string;
  },
  context: Pick<Context, "topology" | "postgres">,
): Job => {
  const server = context.postgres;
  const mount = sqlFile(job.file);
  return {
    name: job.name,
    purpose: job.purpose,
    image,
    user: "999:999",
    entrypoint: ["psql"],
    command: ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", `--file=${mount.target}`],
    environment: {
      ...postgresMaster(server),
      PGDATABASE: job.database,
      ...job.environment,
    },
    networks: storeNetworks(context, server),
    uses: ["postgres"],
    mounts: [mount, ...(job.includes ?? []).map(sqlFile), ...caMounts(server)],
    readOnlyRoot: true,
    capabilities: [],
    memoryMb: { compact: 64, standard: 64 },
    after: job.after ?? [],
  };
};

/** The server in its container. It is not root from the start, so that no capability is needed; the volume belongs to its user. */
const server = (compact: boolean) =>
  ({
    command: [
      "postgres",
      "-c",
      `shared_buffers=${compact ? "64MB" : "96MB"}`,
      "-c",
      "max_connections=50",
      "-c",
      `work_mem=${compact ? "2MB" : "4MB"}`,
      "-c",
      "maintenance_work_mem=32MB",
      "-c",
      "shared_preload_libraries=pg_stat_statements",
      "-c",
      "log_min_duration_statement=2000",
    ],
    environment: { POSTGRES_PASSWORD: secret("postgres-password") },
    networks: ["backend"],
    volumes: [{ name: "ai-eco-postgres", path: "/var/lib/postgresql/data", uid: 999, gid: 999, backup: "postgres" }],
    tmpfs: ["/var/run/postgresql:uid=999,gid=999,mode=0775", "/tmp"],
    readOnlyRoot: true,
    capabilities: [],
    memoryMb: { compact: 176, standard: 256 },
    memoryNeed: { floor: 128, idle: inBothPlans(75), measured: "17", source: "PostgreSQL 17 with these arguments" },
    // -h: the server that runs the init scripts listens on the socket only and is not ready yet
    healthCheck: {
      command: ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"],
      interval: 10,
      timeout: 5,
      retries: 5,
      startPeriod: 60,
    },
    stopGrace: 60,
  }) as const satisfies Partial<Service>;

/** PostgreSQL 17 with pgvector, for Chatwoot (which needs `vector`) and n8n (which needs 16 or newer). */
export const postgres: ServiceFactory = (context) => {
  const compact = context.plan === "compact";
  const rotates = context.postgres.rotatesLogins === true;
  return {
    name: "postgres",
    title: { en: "PostgreSQL", es: "PostgreSQL" },
    description: {
      en: "Conversations, contacts and workflows",
      es: "Conversaciones, contactos y flujos de trabajo",
    },
    role: "store",
    managed: "PostgreSQL",
    image,
    ...(isClient(context, context.postgres)
      ? client({
          volumes: server(compact).volumes,
          environment: postgresMaster(context.postgres),
          uses: ["postgres"],
          mounts: caMounts(context.postgres),
          check: ["pg_isready", "-q", "-d", "postgres", "-t", "8"],
          memoryMb: 64,
        })
      : server(compact)),
    user: "999:999",
    ports: [5432],
    secrets: [
      { id: "postgres-password", length: 32, charset: "alphanumeric" },
      ...databasePasswords(context.databases ?? []),
    ],
    jobs: [
      {
        ...sqlJob(
          {
            name: "postgres-setup",
            purpose: "databases, roles and extensions",
            file: "setup.sql",
            includes: ["logins.sql", "databases.sql", "versions.sql", ...(rotates ? ["rotation.sql"] : [])],
            database: "postgres",
            environment: setupEnvironment(context),
            after: ["postgres"],
          },
          context,
        ),
        fromImages: (image) => ({
          DATABASE_VERSIONS: JSON.stringify(databaseVersions(context.databases ?? [], image)),
        }),
      },
    ],
  };
};
