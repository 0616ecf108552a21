import type { Application } from "./types";

const libpq = "https://www.postgresql.org/docs/17/libpq-envars.html";
const setup = "templates/postgres/setup.sql";
const logins = "templates/postgres/logins.sql";
const users = "templates/mongodb/setup.js";
const bridge = "services/data-bridge/files/bridge/settings.py";
const jupyter = "services/data-bridge/files/jupyter_server_config.py";
const dumps = (script: string): string => `templates/dump/${script}.sh`;
const imports = (script: string): string => `templates/import/${script}.sh`;
const start = "services/data-bridge/files/start.sh";

/** Of whatever logs in to PostgreSQL by libpq's variables. */
const psql = {
  PGHOST: libpq,
  PGPORT: libpq,
  PGUSER: libpq,
  PGPASSWORD: libpq,
  PGSSLMODE: libpq,
  PGSSLROOTCERT: { by: libpq, needs: { PGSSLMODE: /^verify-full$/ } },
};

/** Stores, the jobs that set them up, the data bridge, and what stands beside an application in its task. */
export const others: readonly Application[] = [
  {
    name: "PostgreSQL's image",
    containers: /^postgres$/,
    reads: { POSTGRES_PASSWORD: "https://github.com/docker-library/docs/tree/master/postgres#environment-variables" },
  },
  {
    name: "psql",
    containers: /^postgres-/,
    reads: {
      PGHOST: libpq,
      PGPORT: libpq,
      PGUSER: libpq,
      PGDATABASE: libpq,
      PGPASSWORD: libpq,
      PGSSLMODE: libpq,
      PGSSLROOTCERT: { by: libpq, needs: { PGSSLMODE: /^verify-full$/ } },
      DATABASE_USERS: setup,
      DATABASE_VERSIONS: setup,
    },
    added: [/_DB_(PASSWORD|USER)$/, logins],
  },
  {
    name: "MongoDB's image",
    containers: /^mongodb$/,
    reads: {
      MONGO_INITDB_ROOT_USERNAME: "https://github.com/docker-library/docs/tree/master/mongo#environment-variables",
      MONGO_INITDB_ROOT_PASSWORD: "https://github.com/docker-library/docs/tree/master/mongo#environment-variables",
    },
  },
  {
    name: "mongosh",
    containers: /^mongodb-setup$/,
    reads: {
      HOME: { by: "https://www.mongodb.com/docs/mongodb-shell/logs/", when: "its log and history go below it" },
      MONGODB_HOST: users,
      MONGODB_PORT: users,
      MONGODB_ROOT_USER: users,
      MONGODB_ROOT_PASSWORD: users,
      MONGODB_TLS_CA_FILE: users,
      MONGODB_USERS: users,
    },
    added: [/_PASSWORD$/, "MONGODB_USERS"],
  },
  {
    name: "Redis",
    containers: /^redis$/,
    reads: {
      REDIS_PASSWORD: "its command",
      REDIS_MAXMEMORY: "its command",
      REDISCLI_AUTH: "https://redis.io/docs/latest/develop/tools/cli/",
    },
  },
  {
    name: "data bridge",
    containers: /^data-/,
    reads: {
      POSTGRES_HOST: bridge,
      POSTGRES_PORT: bridge,
      POSTGRES_DATABASE: bridge,
      POSTGRES_USER: bridge,
      POSTGRES_PASSWORD: bridge,
      POSTGRES_SSLMODE: bridge,
      POSTGRES_SSLROOTCERT: { by: bridge, needs: { POSTGRES_SSLMODE: /^verify-full$/ } },
      MONGODB_HOST: bridge,
      MONGODB_PORT: bridge,
      MONGODB_DATABASE: bridge,
      MONGODB_USER: bridge,
      MONGODB_PASSWORD: bridge,
      MONGODB_TLS_CA_FILE: bridge,
      DATA_API_TOKEN: bridge,
      DATA_MCP_TOKEN: bridge,
      KEEP_ALIVE_SECONDS: "services/data-bridge/files/bridge/__main__.py",
      JUPYTER_TOKEN: jupyter,
      JUPYTER_KERNELS: jupyter,
      DATA_URL: jupyter,
      DESK_URL: bridge,
      DESK_CONVERSATIONS: bridge,
      DOCKER_STACKS_JUPYTER_CMD: start,
      PACKAGES_DIR: start,
    },
  },
  {
    name: "nightly dump",
    containers: /^dump(-|$)/,
    reads: {
      HOME: "https://www.mongodb.com/docs/mongodb-shell/logs/",
      ...psql,
      MONGODB_HOST: dumps("mongodb"),
      MONGODB_PORT: dumps("mongodb"),
      MONGODB_ROOT_USER: dumps("mongodb"),
      MONGODB_ROOT_PASSWORD: dumps("mongodb"),
      MONGODB_TLS_CA_FILE: dumps("mongodb"),
      DUMP_FOLDER: dumps("pack"),
      DUMP_FACTS: dumps("pack"),
      DUMP_FILES: dumps("pack"),
      DUMP_KEYS: dumps("pack"),
      BACKUP_KEY: dumps("pack"),
      BACKUP_BUCKET: dumps("pack"),
    },
  },
  {
    name: "import",
    containers: /^import(-|$)/,
    reads: {
      HOME: "https://www.mongodb.com/docs/mongodb-shell/logs/",
      ...psql,
      MONGODB_HOST: "templates/mongodb/server.js",
      MONGODB_PORT: "templates/mongodb/server.js",
      MONGODB_ROOT_USER: "templates/mongodb/server.js",
      MONGODB_ROOT_PASSWORD: "templates/mongodb/server.js",
      MONGODB_TLS_CA_FILE: imports("mongodb"),
      DATABASE_USERS: imports("postgres"),
      DATABASE_VERSIONS: imports("open"),
      IMPORT_FOLDER: imports("open"),
      IMPORT_KEYS: imports("open"),
      IMPORT_STORES: imports("open"),
      IMPORT_USED: imports("postgres"),
      IMPORT_COLLECTIONS: imports("mongodb"),
      IMPORT_FILES: imports("finish"),
      BACKUP_KEY: imports("open"),
      BACKUP_BUCKET: imports("open"),
    },
  },
  {
    name: "AWS CLI",
    containers: /^files$/,
    reads: { HOME: "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html" },
  },
  {
    name: "OpenTelemetry collector",
    containers: /^collector$/,
    reads: { COLLECTOR_CONFIG: "its command" },
  },
];
