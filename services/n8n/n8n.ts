import {
  caFile,
  caMounts,
  configuredSecrets,
  has,
  idleCpu,
  mailServers,
  when,
  type Context,
  type ServiceFactory,
} from "../model/context";
import { mailLogin, mailSecurity } from "../model/mail";
import { besideHeap, memoryNeed } from "./memory";
import { codeBroker, codeElsewhere, n8nImage } from "./runners";
import { renderWorkflowFiles, starterProvider } from "./workflows";
import { databasePassword, databaseUser } from "../model/database-users";
import { idleSeconds } from "../model/limits";
import { jsonErrors } from "../model/logs";
import type { Job, Service } from "../model/types";
import { interpolate, secret, type EnvValue } from "../model/values";

/**
 * What strangers can send to a public webhook or form stays small, and is not kept: n8n's own limits are 16 MB a body, stored
 * once per node, 200 MB a file and 10,000 executions. Two bodies of 15 MB ended a heap of 320 MB.
 */
const fromOutside = (topology: Context["topology"]): Record<string, EnvValue> => ({
  // MiB
  N8N_PAYLOAD_SIZE_MAX: "1",
  N8N_FORMDATA_FILE_SIZE_MAX: "16",
  EXECUTIONS_DATA_PRUNE_MAX_COUNT: "1000",
  // a burst of webhooks waits its turn; a worker has its own `--concurrency`
  ...(topology === "host" ? { N8N_CONCURRENCY_PRODUCTION_LIMIT: "10" } : {}),
});

/** Chatwoot has database 0, LibreChat 2. */
export const bullQueue = { database: 1, prefix: "n8n" } as const;

/** Several processes share the work through Redis, where one machine is not the limit. */
const queue = ({ topology, redis }: Context): Record<string, EnvValue> =>
  topology === "host"
    ? {}
    : {
        EXECUTIONS_MODE: "queue",
        QUEUE_BULL_REDIS_HOST: redis.host,
        QUEUE_BULL_REDIS_PORT: String(redis.port),
        QUEUE_BULL_REDIS_DB: String(bullQueue.database),
        QUEUE_BULL_PREFIX: bullQueue.prefix,
        QUEUE_BULL_REDIS_USERNAME: "default",
        QUEUE_BULL_REDIS_PASSWORD: secret("redis-password"),
        QUEUE_BULL_REDIS_TLS: String(redis.tlsCaFile !== undefined),
        QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: "30000",
        QUEUE_HEALTH_CHECK_ACTIVE: "true",
        OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: "true",
        // the filters of the log metrics read it
        N8N_LOG_FORMAT: "json",
      };

/** Invitations and forgotten passwords. */
const outgoingMail = (context: Context): Record<string, EnvValue> => {
  const { smtp } = context;
  if (smtp === undefined) return {};
  return {
    N8N_EMAIL_MODE: "smtp",
    N8N_SMTP_HOST: smtp.host,
    N8N_SMTP_PORT: String(smtp.port),
    N8N_SMTP_SENDER: smtp.from,
    N8N_SMTP_SSL: String(mailSecurity(smtp) === "tls"),
    N8N_SMTP_STARTTLS: String(mailSecurity(smtp) === "starttls"),
    ...mailLogin(context, "N8N_SMTP_USER", "N8N_SMTP_PASS"),
  };
};

// an older one does not know newer migrations, and cannot take them back (n8n's db:revert, packages/cli/src/commands/db/revert.ts)
const database = {
  role: "n8n",
  name: "n8n",
  migrations: { table: "migrations", step: "any" },
  // besides the owner, and what the import job brings
  used: `SELECT greatest((SELECT count(*) FROM "user") - 1, 0) + (SELECT count(*) FROM credentials_entity WHERE id NOT LIKE 'ecosystem%') + (SELECT count(*) FROM workflow_entity WHERE id NOT LIKE 'assistant%' AND id NOT LIKE 'chatwootAssistant%')`,
} as const;

export const environment = (context: Context): Record<string, EnvValue> => {
  const url = context.origin("n8n");
  return {
    N8N_ENCRYPTION_KEY: secret("n8n-encryption-key"),
    N8N_HOST: context.hostname("n8n"),
    N8N_PORT: "5678",
    N8N_PROTOCOL: context.scheme,
    N8N_EDITOR_BASE_URL: interpolate`${url}/`,
    N8N_WEBHOOK_URL: interpolate`${url}/`,
    N8N_PROXY_HOPS: String(context.proxyHops),
    N8N_SECURE_COOKIE: String(context.scheme === "https"),
    DB_TYPE: "postgresdb",
    DB_POSTGRESDB_HOST: context.postgres.host,
    DB_POSTGRESDB_PORT: String(context.postgres.port),
    DB_POSTGRESDB_DATABASE: database.name,
    DB_POSTGRESDB_USER: databaseUser(context.postgres, database.role),
    DB_POSTGRESDB_PASSWORD: databasePassword(database.role),
    DB_POSTGRESDB_POOL_SIZE: "4",
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: "true",
    N8N_INSTANCE_OWNER_EMAIL: context.adminEmail,
    N8N_INSTANCE_OWNER_FIRST_NAME: "Admin",
    N8N_INSTANCE_OWNER_LAST_NAME: "Ecosystem",
    N8N_INSTANCE_OWNER_PASSWORD_HASH: secret("n8n-owner-password-hash"),
    ...(context.postgres.tlsCaFile === undefined
      ? {}
      : {
          DB_POSTGRESDB_SSL_ENABLED: "true",
          DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: "true",
          NODE_EXTRA_CA_CERTS: caFile,
        }),
    ...queue(context),
    N8N_DEFAULT_BINARY_DATA_MODE: "database",
    N8N_DIAGNOSTICS_ENABLED: "false",
    N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
    N8N_PERSONALIZATION_ENABLED: "false",
    N8N_TEMPLATES_ENABLED: "false",
    N8N_BLOCK_ENV_ACCESS_IN_NODE: "true",
    N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: "true",
    N8N_COMMUNITY_PACKAGES_ENABLED: "false",
    N8N_GRACEFUL_SHUTDOWN_TIMEOUT: "60",
    EXECUTIONS_DATA_PRUNE: "true",
    EXECUTIONS_DATA_MAX_AGE: "168",
    ...fromOutside(context.topology),
    ...outgoingMail(context),
    GENERIC_TIMEZONE: context.timezone,
    TZ: context.timezone,
    // the API stays, behind its keys; its description need not be public
    N8N_PUBLIC_API_SWAGGERUI_DISABLED: "true",
    ...codeElsewhere(context),
  };
};

/** Where it writes. At each start it makes its pages anew (46 MB), too much for the host's memory. */
const writable = ({ topology }: Context): Pick<Service, "volumes" | "tmpfs"> => {
  const home = { uid: 1000, gid: 1000 } as const;
  return topology === "host"
    ? {
        volumes: [
          { name: "ai-eco-n8n", path: "/home/node/.n8n", ...home, backup: "files" },
          { name: "ai-eco-n8n-cache", path: "/home/node/.cache", ...home, backup: "none" },
        ],
        tmpfs: ["/tmp"],
      }
    : // in queue mode everything is in PostgreSQL
      { tmpfs: ["/tmp", "/home/node/.cache:uid=1000,gid=1000", "/home/node/.n8n:uid=1000,gid=1000"] };
};

export const container = (context: Context) =>
  ({
    image: n8nImage,
    networks: ["frontend", "backend"] as const,
    uses: context.topology === "host" ? ["postgres"] : ["postgres", "redis"],
    calls: ["chatwoot-web", "data-bridge"],
    mounts: caMounts(context.postgres),
    ...writable(context),
    readOnlyRoot: true,
    capabilities: [],
    user: "1000:1000",
    memoryNeed: memoryNeed(context),
    fromMemory: (limitMb: number) => ({
      NODE_OPTIONS: `--max-old-space-size=${limitMb - besideHeap(context)} --max-semi-space-size=4`,
    }),
  }) satisfies Partial<Service>;

const preload = "/node/keep-alive.js";

/** A process of n8n that the load balancer calls: n8n sets nothing, and Node's own is five seconds. */
export function answering(context: Context) {
  const base = container(context);
  if (context.topology === "host") {
    const networks = [...base.networks, "runners" as const];
    return { ...base, networks, environment: { ...environment(context), ...codeBroker(context) } };
  }
  return {
    ...base,
    environment: { ...environment(context), KEEP_ALIVE_SECONDS: String(idleSeconds.application) },
    fromMemory: (limitMb: number) => ({
      NODE_OPTIONS: `${base.fromMemory(limitMb).NODE_OPTIONS} --require ${preload}`,
    }),
    mounts: [...base.mounts, { source: "node/keep-alive.js", target: preload }],
    keepAliveSeconds: idleSeconds.application,
  };
}

/** What workflows call. The editor tries credentials out, and reads mailboxes; webhooks only queue what workers then do. */
export const internet = (context: Context) => ({ ...mailServers(context), 80: "Sites without TLS" });

/** `/healthz` says that it lives, `/healthz/readiness` that its database is there and migrated. */
export const healthCheck: Service["healthCheck"] = {
  command: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:5678/healthz/readiness"],
  interval: 15,
  timeout: 10,
  retries: 5,
  startPeriod: 180,
};

export const after = ["n8n-import"] as const;

export const application = { id: "n8n", title: "n8n" } as const;

/** What the starter flow's credentials are made of. */
const starterKeys = (context: Context): Record<string, EnvValue> => ({
  CHATWOOT_BOT_TOKEN: secret("chatwoot-bot-token"),
  CHATWOOT_BOT_SECRET: secret("chatwoot-bot-secret"),
  ...when(has(context, "data-bridge"), { DATA_API_TOKEN: secret("data-api-token") }),
  ...Object.fromEntries(context.llm.map((p) => [`${p.toUpperCase()}_API_KEY`, secret(configuredSecrets[p])])),
});

/** n8n: the automations between the desk and the language models. The editor, and the only process that schedules. */
export const n8n: ServiceFactory = (context) => {
  const base = container(context);
  // the starter flow answers Chatwoot: without that there is none, while n8n has its owner and people all the same
  const starter = has(context, "chatwoot-web");
  const importJob: Job = {
    ...base,
    name: "n8n-import",
    purpose: starter ? "owner, starter workflow and its credentials" : "owner",
    entrypoint: ["/bin/sh"],
    command: ["/import/import.sh", ...(starter ? [] : ["owner"])],
    environment: {
      ...environment(context),
      // which sends its own mails to people
      N8N_USERS_URL: context.internalUrl("n8n", 5678),
      ...when(starter, starterKeys(context)),
      // the job's tasks are no service of Service Connect: the check reaches the bridge as everybody does, with its token
      ...when(starter && context.topology === "fargate" && has(context, "data-bridge"), {
        CHECK_BRIDGE_URL: context.origin("data"),
      }),
    },
    mounts: [...base.mounts, { source: "n8n", target: "/import" }],
    memoryMb: { compact: 512, standard: 560 },
    after: ["postgres-setup"],
  };
  return {
    ...answering(context),
    name: "n8n",
    aliases: ["n8n.internal"],
    title: { en: "n8n", es: "n8n" },
    description: { en: "Automations between your tools", es: "Automatizaciones entre sus herramientas" },
    icon: "flow",
    role: "web",
    application,
    logs: { filters: [jsonErrors], webhooks: true },
    // it may answer only after a language model has
    slowSeconds: 30,
    access: { email: true, secrets: { password: "n8n-owner-password" } },
    internet: internet(context),
    memoryMb: { compact: 512, standard: 560 },
    ports: [5678],
    healthCheck,
    stopGrace: 75,
    route: {
      host: "n8n",
      legacyPath: "/n8n/",
      unlimited: ["/assets/", "/static/", "/icons/", "/types/", "/rest/push"],
      logins: ["/rest/login"],
      api: ["/rest/", "/api/", "/form/", "/form-test/", "/form-waiting/"],
      webhooks: ["/webhook/", "/webhook-test/", "/webhook-waiting/", "/mcp/", "/mcp-test/"],
      sockets: ["/rest/push"],
      // forms and chats belong on the company's own site
      framable: ["/form/", "/form-test/", "/form-waiting/", "/webhook/", "/webhook-test/", "/webhook-waiting/"],
      unbuffered: true,
      healthPath: "/healthz",
    },
    database: {
      ...database,
      encrypted: { query: "SELECT data FROM credentials_entity ORDER BY id LIMIT 1", key: "n8n-encryption-key" },
    },
    rendered: () =>
      renderWorkflowFiles(starterProvider(context.llm), {
        chatwootUrl: context.internalUrl("chatwoot-web", 3000),
        ...(has(context, "data-bridge") ? { bridgeUrl: context.internalUrl("data-bridge", 8000) } : {}),
        ...(context.smtp === undefined ? {} : { mail: { from: context.smtp.from, to: context.adminEmail } }),
        limits: context.assistant,
      }),
    secrets: [
      { id: "n8n-encryption-key", length: 48, charset: "alphanumeric", fixed: true },
      { id: "n8n-runners-token", length: 32, charset: "alphanumeric" },
      { id: "n8n-owner-password", length: 20, charset: "password", bcrypt: true },
    ],
    jobs: [importJob],
    users: { job: importJob.name, command: ["/import/users.sh"] },
    ...when(starter, { assistantCheck: { job: importJob.name, command: ["/import/check.sh"] } }),
    // the runners stop after it: what runs code when it is told to stop still ends
    after: [...after, "n8n-runners"],
    // a second one needs an Enterprise licence
    fargate: { cpu: idleCpu(context), memoryMb: 1024, minTasks: 1, maxTasks: 1, single: true },
  };
};
