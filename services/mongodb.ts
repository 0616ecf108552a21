import { caFile, caMounts, type Context, type ServiceFactory, type StoreEndpoint } from "./model/context";
import type { MongodbUser } from "./model/database";
import { client, isClient, storeNetworks } from "./model/store-client";
import { inBothPlans, type Service } from "./model/types";
import { envName, secret, type EnvValue } from "./model/values";

const image = "mongo:8.0.29";
/** The job that makes its users; where there is no MongoDB, nothing waits for it. */
export const mongodbSetup = "mongodb-setup";

const users = ({ mongodbUsers = [] }: Context): readonly MongodbUser[] => mongodbUsers;

/** How a job logs in as the user that may do everything. */
export const mongodbMaster = (server: StoreEndpoint): Record<string, EnvValue> => ({
  MONGODB_HOST: server.host,
  MONGODB_PORT: String(server.port),
  MONGODB_ROOT_USER: server.adminUser ?? "root",
  MONGODB_ROOT_PASSWORD: secret("mongodb-root-password"),
  ...(server.tlsCaFile === undefined ? {} : { MONGODB_TLS_CA_FILE: caFile }),
});

/** What templates/mongodb/setup.js is told of the users: a list, and of each the password. */
const setupEnvironment = (all: readonly MongodbUser[]): Record<string, EnvValue> => ({
  MONGODB_USERS: JSON.stringify(all.map((user) => ({ ...user, password: envName(user.password) }))),
  ...Object.fromEntries(all.map(({ password }) => [envName(password), secret(password)])),
});

/** The server in its container. */
const server = {
  // 0.25 GB is the smallest cache that MongoDB documents
  command: ["mongod", "--bind_ip_all", "--wiredTigerCacheSizeGB", "0.25"],
  environment: {
    MONGO_INITDB_ROOT_USERNAME: "root",
    MONGO_INITDB_ROOT_PASSWORD: secret("mongodb-root-password"),
  },
  networks: ["backend"],
  volumes: [{ name: "ai-eco-mongo", path: "/data/db", uid: 999, gid: 999, backup: "mongodb" }],
  tmpfs: ["/data/configdb:uid=999,gid=999", "/tmp"],
  readOnlyRoot: true,
  capabilities: [],
  memoryMb: { compact: 384, standard: 448 },
  memoryNeed: {
    floor: 384,
    idle: inBothPlans(140),
    source: "its cache alone may take 256; not measured with a real mongod",
  },
  // A shell's check, because mongosh needs 100 MB of the limit for each. Not the loopback address: the server
  // that makes the first user listens only there.
  healthCheck: {
    command: ["bash", "-c", "exec 3<>/dev/tcp/$(hostname -i)/27017"],
    interval: 10,
    timeout: 5,
    retries: 5,
    startPeriod: 60,
  },
  stopGrace: 60,
} as const satisfies Partial<Service>;

/** MongoDB, for those who say that they are a user of it. */
export const mongodb: ServiceFactory = (context) => ({
  name: "mongodb",
  title: { en: "MongoDB", es: "MongoDB" },
  description: { en: "History of the AI chats", es: "Historial de los chats de IA" },
  role: "store",
  managed: "DocumentDB",
  image,
  user: "999:999",
  ...(isClient(context, context.mongodb)
    ? client({
        volumes: server.volumes,
        environment: mongodbMaster(context.mongodb),
        uses: ["mongodb"],
        mounts: caMounts(context.mongodb),
        // not by mongosh, which takes 100 MB and a second of CPU each time
        check: ["bash", "-c", "exec 3<>/dev/tcp/$MONGODB_HOST/$MONGODB_PORT"],
        memoryMb: 256,
      })
    : server),
  ports: [27017],
  secrets: [
    { id: "mongodb-root-password", length: 32, charset: "alphanumeric" },
    ...users(context).map(({ password }) => ({ id: password, length: 32, charset: "alphanumeric" }) as const),
  ],
  jobs: [
    {
      name: mongodbSetup,
      purpose: "users and roles",
      image,
      user: "999:999",
      entrypoint: ["mongosh"],
      command: ["--quiet", "--norc", "--nodb", "--file", "/scripts/setup.js"],
      environment: {
        HOME: "/tmp",
        ...mongodbMaster(context.mongodb),
        ...setupEnvironment(users(context)),
      },
      networks: storeNetworks(context, context.mongodb),
      uses: ["mongodb"],
      mounts: [{ source: "mongodb/setup.js", target: "/scripts/setup.js" }, ...caMounts(context.mongodb)],
      tmpfs: ["/tmp", "/data/db", "/data/configdb"],
      readOnlyRoot: true,
      capabilities: [],
      memoryMb: { compact: 256, standard: 256 },
      after: ["mongodb"],
    },
  ],
});
