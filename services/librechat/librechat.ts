import {
  caFile,
  caMounts,
  configuredSecrets,
  has,
  sender,
  when,
  type Context,
  type LlmProvider,
  type ServiceFactory,
} from "../model/context";
import { mailLogin, mailSecurity } from "../model/mail";
import { mailbox } from "../../settings/formats/mailbox";
import { files, volumes } from "./storage";
import { renderLibrechat } from "./config-file";
import { identityProvider, issuerPort } from "./login";
import { idleSeconds } from "../model/limits";
import { mongodbSetup } from "../mongodb";
import { jsonErrors } from "../model/logs";
import { type Job, type Permission, type Store, inBothPlans } from "../model/types";
import { interpolate, secret, type EnvValue } from "../model/values";

// the namespace of 0.8.8 and later; danny-avila/librechat stays at 0.8.7
const image = "ghcr.io/librechat-ai/librechat:v0.8.8";

const configFile = { source: "librechat/librechat.yaml", target: "/app/librechat.yaml" };

/** Name of the variable that LibreChat reads a provider's key from. OPENROUTER_API_KEY would replace OpenAI's. */
const keyVariable: Record<LlmProvider, string> = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  google: "GOOGLE_KEY",
  openrouter: "OPENROUTER_KEY",
};
/** Name of the provider in `ENDPOINTS`; OpenRouter is a custom endpoint. */
const endpointName: Record<LlmProvider, string> = {
  openai: "openAI",
  anthropic: "anthropic",
  google: "google",
  openrouter: "custom",
};

const environment = (context: Context): Record<string, EnvValue> => ({
  HOST: "0.0.0.0",
  PORT: "3080",
  MONGO_URI: mongoUri(context),
  CONFIG_PATH: configFile.target,
  ...shared(context),
  DOMAIN_CLIENT: context.origin("chat"),
  DOMAIN_SERVER: context.origin("chat"),
  TRUST_PROXY: String(context.proxyHops),
  CREDS_KEY: secret("librechat-creds-key"),
  CREDS_IV: secret("librechat-creds-iv"),
  JWT_SECRET: secret("librechat-jwt-secret"),
  JWT_REFRESH_SECRET: secret("librechat-jwt-refresh-secret"),
  ALLOW_REGISTRATION: "false",
  ...identityProvider(context),
  ALLOW_EMAIL_LOGIN: "true",
  SEARCH: "false",
  NO_INDEX: "true",
  DEBUG_LOGGING: "false",
  CONSOLE_JSON: "true",
  LOG_TO_FILE: "false",
  APP_TITLE: "LibreChat",
  TZ: context.timezone,
  HTTP_KEEP_ALIVE_TIMEOUT_MS: String(idleSeconds.application * 1000),
  HTTP_HEADERS_TIMEOUT_MS: String((idleSeconds.application + 10) * 1000),
  ...outgoingMail(context),
  NODE_ENV: "production",
  // an endpoint without a key would be shown broken, so only those with one are named
  ENDPOINTS: [
    ...context.llm.map((p) => endpointName[p]),
    ...(context.bedrockRegion === undefined ? [] : ["bedrock"]),
    "agents",
  ].join(","),
  ...Object.fromEntries(context.llm.map((p) => [keyVariable[p], secret(configuredSecrets[p])])),
  // librechat.yaml names it
  ...when(has(context, "data-bridge"), { DATA_MCP_TOKEN: secret("data-mcp-token") }),
  ...(context.bedrockRegion === undefined ? {} : { BEDROCK_AWS_DEFAULT_REGION: context.bedrockRegion }),
});

/** Forgotten passwords and invitations (packages/api/src/utils/email.ts). */
const outgoingMail = (context: Context): Record<string, EnvValue> => {
  const { smtp } = context;
  const from = smtp === undefined ? undefined : mailbox(smtp.from);
  if (smtp === undefined || from === undefined) return {};
  const security = mailSecurity(smtp);
  return {
    EMAIL_HOST: smtp.host,
    EMAIL_PORT: String(smtp.port),
    ...when(security === "tls", { EMAIL_ENCRYPTION: "tls" }),
    EMAIL_FROM: from.address,
    EMAIL_FROM_NAME: from.name ?? "LibreChat",
    ALLOW_PASSWORD_RESET: "true",
    ...mailLogin(context, "EMAIL_USERNAME", "EMAIL_PASSWORD"),
  };
};

export const mongodbUser = {
  name: "librechat",
  database: "librechat",
  password: "librechat-db-password",
  used: ["conversations", "messages", "files"],
} as const;

const mongoUri = ({ mongodb, ownMongo }: Context): EnvValue => {
  if (ownMongo !== undefined) return secret(configuredSecrets.mongo);
  const options = [
    "authSource=admin",
    // DocumentDB: no retryable writes, SCRAM-SHA-1 only; the primary, since replicas lag behind one's own writes
    ...(mongodb.tlsCaFile === undefined
      ? []
      : [
          "tls=true",
          `tlsCAFile=${caFile}`,
          "replicaSet=rs0",
          "readPreference=primary",
          "retryWrites=false",
          "authMechanism=SCRAM-SHA-1",
        ]),
  ];
  const { name, database, password } = mongodbUser;
  return interpolate`mongodb://${name}:${secret(password)}@${mongodb.host}:${mongodb.port}/${database}?${options.join("&")}`;
};

/**
 * How long links to files work. LibreChat (packages/api/src/storage/s3/crud.ts) renews those with less than an hour left,
 * and looks at a user's files every half hour: two hours, so that none ends in an open page.
 */
const linkSeconds = "7200";

/** Sessions, limits and streams are shared where there are several replicas. */
const shared = ({ topology, redis, bucket }: Context): Record<string, EnvValue> => {
  const kept = bucket?.(files.bucket);
  return topology === "host"
    ? {}
    : {
        USE_REDIS: "true",
        REDIS_URI: interpolate`${redis.tlsCaFile === undefined ? "redis" : "rediss"}://default:${secret("redis-password")}@${redis.host}:${redis.port}/2`,
        REDIS_KEY_PREFIX: "librechat",
        ...(kept === undefined
          ? {}
          : {
              // read where librechat.yaml says `fileStrategy: s3`; no keys: the task role
              AWS_REGION: kept.region,
              AWS_BUCKET_NAME: kept.name,
              S3_URL_EXPIRY_SECONDS: linkSeconds,
            }),
      };
};

const stores = ({ topology, ownMongo }: Context): readonly Store[] => [
  ...(ownMongo === undefined ? (["mongodb"] as const) : []),
  ...(topology === "host" ? [] : (["redis"] as const)),
];

/**
 * Where LibreChat writes, from its Dockerfile and sources: logs, uploads on their way to S3 (multer's uploads/temp, and
 * images/), violations when Redis does not keep them (keyvFiles: data/), the caches of npm, npx and uvx in the home folder.
 */
const writable = ({ topology }: Context): readonly string[] =>
  ["/tmp", "/app/logs:uid=1000,gid=1000", "/app/api/logs:uid=1000,gid=1000"].concat(
    topology === "host"
      ? []
      : ["/app/client/public/images", "/app/data", "/app/uploads", "/home/node"].map(
          (path) => `${path}:uid=1000,gid=1000`,
        ),
  );

const bedrock: Permission = {
  sid: "Bedrock",
  actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
  resources: ["arn:aws:bedrock:*::foundation-model/*", "arn:aws:bedrock:*:*:inference-profile/*"],
};

/** LibreChat: many language models behind one chat, for the people of the desk. */
export const librechat: ServiceFactory = (context) => {
  const base = {
    image,
    user: "1000:1000",
    environment: environment(context),
    networks: ["frontend", "backend"],
    uses: stores(context),
    calls: ["data-bridge"],
    internet: Object.fromEntries((context.ownMongo?.ports ?? []).map((port) => [port, "MongoDB of the settings"])),
    files,
    tmpfs: writable(context),
    // on the host not before somebody has seen the real image run so
    readOnlyRoot: context.topology === "fargate",
    capabilities: [],
  } as const satisfies Partial<Job>;
  const admin: Job = {
    ...base,
    name: "librechat-admin",
    purpose: "first administrator",
    // invitations
    internet: { ...base.internet, ...sender(context) },
    entrypoint: ["node"],
    command: ["/app/create-admin.js"],
    environment: {
      ...base.environment,
      ADMIN_EMAIL: context.adminEmail,
      LIBRECHAT_ADMIN_PASSWORD: secret("librechat-admin-password"),
      // where the script may lie elsewhere
      NODE_PATH: "/app/node_modules",
    },
    mounts: [
      { source: "librechat/accounts.js", target: "/app/accounts.js" },
      { source: "librechat/create-admin.js", target: "/app/create-admin.js" },
      { source: "librechat/files.js", target: "/app/files.js" },
      { source: "librechat/users.js", target: "/app/users.js" },
      configFile,
      ...caMounts(context.mongodb),
    ],
    // peak 369
    memoryMb: { compact: 448, standard: 448 },
    fromMemory: (limitMb) => ({ NODE_OPTIONS: `--max-old-space-size=${limitMb - 160}` }),
    after: [mongodbSetup],
  };
  return {
    ...base,
    name: "librechat",
    internet: { ...base.internet, ...sender(context), ...issuerPort(context) },
    // models of Bedrock are called with the host's role; a task has its own
    networks: [
      ...(context.bedrockRegion !== undefined && context.topology === "host" ? (["aws"] as const) : []),
      ...base.networks,
    ],
    title: { en: "LibreChat", es: "LibreChat" },
    // without npm in front: two processes and 47 MiB less, and the stop signal reaches the server
    command: ["node", "api/server/index.js"],
    description: { en: "Many AI models in one chat", es: "Varios modelos de IA en un solo chat" },
    icon: "spark",
    role: "web",
    logs: { filters: [jsonErrors] },
    access: { email: true, secrets: { password: "librechat-admin-password" } },
    permissions: context.bedrockRegion === undefined ? [] : [bedrock],
    volumes: context.bucket === undefined ? volumes : [],
    mounts: [configFile, ...caMounts(context.mongodb)],
    memoryMb: { compact: 576, standard: 704 },
    memoryNeed: {
      floor: context.plan === "compact" ? 576 : 640,
      idle: inBothPlans(385),
      measured: "0.8.8-rc1",
      source: "LibreChat 0.8.8-rc1 by itself, without npm: killed at 512 by its first chats, peak 486 to 563",
    },
    // measured beside a full heap: 200 to 260
    fromMemory: (limitMb: number) => ({ NODE_OPTIONS: `--max-old-space-size=${limitMb - 256}` }),
    ports: [3080],
    healthCheck: {
      command: ["wget", "-q", "--spider", "http://127.0.0.1:3080/readyz"],
      interval: 15,
      timeout: 10,
      retries: 5,
      startPeriod: 120,
    },
    // its own shutdown takes up to 60 s
    stopGrace: 75,
    keepAliveSeconds: idleSeconds.application,
    route: {
      host: "chat",
      legacyPath: "/chat/",
      unlimited: ["/assets/", "/images/", "/fonts/"],
      logins: ["/api/auth/login"],
      api: ["/api/"],
      sockets: [],
      framable: [],
      unbuffered: true,
      healthPath: "/readyz",
    },
    mongodbUser,
    rendered: () => ({ [configFile.source]: renderLibrechat(context) }),
    secrets: [
      { id: "librechat-creds-key", length: 64, charset: "hex", fixed: true },
      { id: "librechat-creds-iv", length: 32, charset: "hex", fixed: true },
      { id: "librechat-jwt-secret", length: 64, charset: "hex" },
      { id: "librechat-jwt-refresh-secret", length: 64, charset: "hex" },
      { id: "librechat-openid-session-secret", length: 64, charset: "hex" },
      { id: "librechat-admin-password", length: 20, charset: "password" },
    ],
    jobs: [admin],
    users: { job: admin.name, command: ["/app/users.js"] },
    after: ["librechat-admin"],
    fargate: {
      cpu: 0.5,
      memoryMb: 1024,
      minTasks: 2,
      maxTasks: 6,
      scaling: "requests",
      // without it LibreChat does not load OpenTelemetry at all (packages/api/src/telemetry/config.ts)
      tracing: { OTEL_TRACING_ENABLED: "true" },
    },
  };
};
