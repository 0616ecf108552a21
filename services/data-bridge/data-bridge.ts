import { caFile, caMounts, has, when, type Context, type ServiceFactory } from "../model/context";
import { chatwootDatabase } from "../chatwoot/chatwoot";
import { mongodbUser as chatDatabase } from "../librechat/librechat";
import { databasePassword, databaseUser } from "../model/database-users";
import { idleSeconds } from "../model/limits";
import { sqlJob } from "../postgres";
import { mongodbSetup } from "../mongodb";
import { type Job, inBothPlans } from "../model/types";
import { secret, type EnvValue } from "../model/values";

const image = "quay.io/jupyter/minimal-notebook:2026-10-05";
const packages = {
  name: "ai-eco-jupyter-packages",
  path: "/opt/packages",
  uid: 1000,
  gid: 100,
  backup: "none",
} as const;

const mongodbUser = {
  name: "data_bridge",
  database: chatDatabase.database,
  password: "data-bridge-mongodb-password",
  reads: ["conversations", "messages"],
} as const;

const database = { role: "data_bridge", name: chatwootDatabase.name, readOnly: true } as const;

const tls = ({ postgres }: Context): Record<string, EnvValue> =>
  postgres.tlsCaFile === undefined ? {} : { POSTGRES_SSLMODE: "verify-full", POSTGRES_SSLROOTCERT: caFile };

/** It reads the history of the AI chats where there is one, and has no user in a MongoDB of the user's own. */
const readsMongodb = (context: Context): boolean => context.ownMongo === undefined && has(context, "mongodb");

const mongodb = ({ mongodb: { host, port, tlsCaFile } }: Context): Record<string, EnvValue> => ({
  MONGODB_HOST: host,
  MONGODB_PORT: String(port),
  MONGODB_DATABASE: mongodbUser.database,
  MONGODB_USER: mongodbUser.name,
  MONGODB_PASSWORD: secret(mongodbUser.password),
  ...when(tlsCaFile !== undefined, { MONGODB_TLS_CA_FILE: caFile }),
});

/** Read-only data for analysis: a fixed REST service under /data/api/, and a Jupyter server with the same grants. */
export const dataBridge: ServiceFactory = (context) => {
  const installPackages: Job = {
    name: "data-packages",
    purpose: "pinned Python packages",
    hostOnly: true,
    image,
    user: "1000:100",
    entrypoint: ["/bin/bash"],
    command: ["/bridge/install-packages.sh"],
    environment: { PACKAGES_DIR: packages.path },
    // the only one that needs the internet: the packages are fetched by their hashes
    networks: ["frontend"],
    volumes: [packages],
    mounts: [{ source: "data-bridge", target: "/bridge" }],
    tmpfs: ["/tmp"],
    readOnlyRoot: true,
    capabilities: [],
    memoryMb: { compact: 384, standard: 384 },
  };
  const host = context.topology === "host";
  return {
    name: "data-bridge",
    // LibreChat asks it, and the host's names have a dot
    aliases: ["data-bridge.internal"],
    title: { en: "Data bridge", es: "Puente de datos" },
    description: { en: "Data for analysis: REST and notebooks", es: "Datos para análisis: REST y cuadernos" },
    icon: "chart",
    role: "web",
    access: {
      name: "data",
      path: "/data/",
      secrets: { jupyterToken: "jupyter-token", apiToken: "data-api-token" },
    },
    // nothing builds on the host; tasks cannot install anything
    image: host ? image : context.builtImage("data-bridge"),
    user: "1000:100",
    entrypoint: ["tini", "-g", "--"],
    command: ["/bin/bash", "/bridge/start.sh"],
    environment: {
      POSTGRES_HOST: context.postgres.host,
      POSTGRES_PORT: String(context.postgres.port),
      POSTGRES_DATABASE: database.name,
      POSTGRES_USER: databaseUser(context.postgres, database.role),
      POSTGRES_PASSWORD: databasePassword(database.role),
      ...when(readsMongodb(context), mongodb(context)),
      DATA_API_TOKEN: secret("data-api-token"),
      ...when(has(context, "librechat"), { DATA_MCP_TOKEN: secret("data-mcp-token") }),
      ...when(context.deskConversations === true, { DESK_CONVERSATIONS: "on" }),
      JUPYTER_TOKEN: secret("jupyter-token"),
      // a kernel with pandas does not fit into the compact plan
      DOCKER_STACKS_JUPYTER_CMD: context.plan === "compact" ? "server" : "lab",
      JUPYTER_KERNELS: context.plan === "compact" ? "off" : "on",
      DATA_URL: context.origin("data"),
      // articles of the help centre are linked there
      ...when(has(context, "chatwoot-web"), { DESK_URL: context.origin("desk") }),
      // the bridge's; Tornado, which is Jupyter's server, keeps connections for an hour
      KEEP_ALIVE_SECONDS: String(idleSeconds.application),
      ...when(host, { PACKAGES_DIR: packages.path }),
      ...tls(context),
    },
    networks: ["frontend", "backend"],
    uses: readsMongodb(context) ? ["postgres", "mongodb"] : ["postgres"],
    // on Fargate notebooks are for the moment: what is worth keeping is a query of the bridge
    volumes: host
      ? [
          { name: "ai-eco-jupyter", path: "/home/jovyan/work", uid: 1000, gid: 100, backup: "files" },
          { ...packages, readOnly: true },
        ]
      : [],
    mounts: [...(host ? [{ source: "data-bridge", target: "/bridge" }] : []), ...caMounts(context.postgres)],
    // Jupyter's runtime files, IPython's history, and what libraries put into caches
    tmpfs: ["/tmp", "/home/jovyan:uid=1000,gid=100"],
    readOnlyRoot: true,
    capabilities: [],
    memoryMb: { compact: 144, standard: 320 },
    memoryNeed: {
      floor: context.plan === "compact" ? 144 : 256,
      idle: inBothPlans(115),
      measured: "Jupyter Server of PyPI",
      source: "Jupyter Server takes 77, the service the rest; a kernel with pandas 120 more",
    },
    ports: [8888, 8000],
    internalPort: 8000,
    healthCheck: {
      command: ["wget", "-q", "--spider", "http://127.0.0.1:8000/data/health"],
      interval: 15,
      timeout: 10,
      retries: 5,
      startPeriod: 90,
    },
    stopGrace: 20,
    keepAliveSeconds: idleSeconds.application,
    route: {
      host: "data",
      legacyPath: "/data/",
      // not /data/: Jupyter's own API would lie at /data/api/, where the REST service is
      home: "/data/jupyter/",
      paths: [
        { prefix: "/data/api/", port: 8000 },
        { prefix: "/data/health", port: 8000 },
      ],
      unlimited: ["/data/jupyter/static/", "/data/jupyter/lab/", "/data/jupyter/api/"],
      logins: ["/data/jupyter/login"],
      api: ["/data/api/"],
      bodiless: ["/data/api/", "/data/health"],
      sockets: ["/data/jupyter/api/"],
      framable: [],
      unbuffered: true,
      healthPath: "/data/health",
    },
    database,
    mongodbUser,
    secrets: [
      { id: "data-api-token", length: 48, charset: "alphanumeric" },
      { id: "data-mcp-token", length: 48, charset: "alphanumeric" },
      { id: "jupyter-token", length: 48, charset: "alphanumeric" },
    ],
    jobs: [
      installPackages,
      sqlJob(
        {
          name: "postgres-grants",
          purpose: "read-only grants of the data bridge",
          file: "chatwoot/grants.sql",
          database: database.name,
          environment: {},
          // the tables are there after Chatwoot's own migrations
          after: ["postgres-setup", "chatwoot-prepare"],
        },
        context,
      ),
    ],
    after: ["data-packages", "postgres-grants", mongodbSetup],
    fargate: { cpu: 0.25, memoryMb: 1024, minTasks: 1, maxTasks: 1, spot: true },
  };
};
