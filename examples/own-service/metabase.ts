import {
  caFile,
  caMounts,
  databasePassword,
  databaseUser,
  idleSeconds,
  interpolate,
  secret,
  type ServiceFactory,
} from "#services";

const database = { role: "metabase", name: "metabase" } as const;

/** Charts and questions over data; https://www.metabase.com/docs/v0.55/configuring-metabase/environment-variables */
export const metabase: ServiceFactory = ({ origin, postgres }) => ({
  name: "metabase",
  title: { en: "Metabase", es: "Metabase" },
  description: { en: "Charts and dashboards", es: "Gráficos y paneles" },
  role: "web",
  image: "metabase/metabase:v0.55.1",
  user: "2000:2000",
  environment: {
    MB_SITE_URL: origin("charts"),
    // interpolate: what the host of the store is called, only the installation knows
    MB_DB_CONNECTION_URI: interpolate`jdbc:postgresql://${postgres.host}:${postgres.port}/${database.name}${
      postgres.tlsCaFile === undefined ? "" : `?sslmode=verify-full&sslrootcert=${caFile}`
    }`,
    MB_DB_USER: databaseUser(postgres, database.role),
    MB_DB_PASS: databasePassword(database.role),
    MB_ENCRYPTION_SECRET_KEY: secret("metabase-encryption-key"),
    // milliseconds
    MB_JETTY_MAXIDLETIME: String(idleSeconds.application * 1000),
  },
  keepAliveSeconds: idleSeconds.application,
  networks: ["frontend", "backend"],
  uses: ["postgres"],
  mounts: caMounts(postgres),
  tmpfs: ["/plugins:uid=2000,gid=2000", "/tmp"],
  readOnlyRoot: true,
  capabilities: [],
  memoryMb: { compact: 768, standard: 1024 },
  fromMemory: (limitMb) => ({ JAVA_OPTS: `-Xmx${Math.floor(limitMb * 0.6)}m` }),
  ports: [3000],
  healthCheck: {
    command: ["curl", "-fsS", "http://127.0.0.1:3000/api/health"],
    interval: 15,
    timeout: 5,
    retries: 5,
    startPeriod: 180,
  },
  stopGrace: 30,
  route: {
    host: "charts",
    unlimited: ["/app/"],
    logins: ["/api/session"],
    api: ["/api/"],
    sockets: [],
    framable: [],
    unbuffered: false,
    healthPath: "/api/health",
  },
  database,
  secrets: [{ id: "metabase-encryption-key", length: 32, charset: "alphanumeric", fixed: true }],
  after: ["postgres-setup"],
  fargate: { cpu: 0.5, memoryMb: 2048, minTasks: 1, maxTasks: 2 },
});
