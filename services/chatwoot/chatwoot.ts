import { caFile, caMounts, has, idleCpu, mailServers, when, type Context, type ServiceFactory } from "../model/context";
import { mailLogin, mailSecurity } from "../model/mail";
import { mailbox } from "../../settings/formats/mailbox";
import { databasePassword, databaseUser } from "../model/database-users";
import { idleSeconds } from "../model/limits";
import { firstBucket, type Files } from "../model/files";
import type { LogQuery } from "../model/logs";
import type { WorkQueue } from "../model/queue";
import { type Container, type Job, type Service, inBothPlans } from "../model/types";
import { interpolate, secret, type EnvValue } from "../model/values";

// -ce: the plain tag carries the enterprise code under another licence
const image = "chatwoot/chatwoot:v4.18.0-ce";
const entrypoint = ["docker/entrypoints/rails.sh"];

/** No image that runs here has measured it. */
const perProcess = "Puma and Sidekiq take 300 to 350 a process: chatwoot/chatwoot#13280";

/**
 * Keys of ActiveStorage are random and at the top of the bucket; its S3 service takes no prefix. So what it may write cannot be told
 * by the key, and no other application shares the bucket. Its pages fetch what is downloaded (chatwoot/chatwoot#15911).
 */
const storage = { name: "ai-eco-chatwoot", path: "/app/storage", uid: 0, gid: 0, backup: "files" } as const;
const files: Files = {
  bucket: firstBucket,
  shownOn: ["desk"],
  onHost: [{ prefix: "", volume: storage, spread: true }],
};

export const chatwootDatabase = {
  role: "chatwoot",
  name: "chatwoot_production",
  extensions: ["plpgsql", "pg_stat_statements", "pg_trgm", "pgcrypto", "vector"],
  // its maintainers: "sequentially" (chatwoot/chatwoot#6135), #12088 is what a jump does to accounts with people
  migrations: { table: "schema_migrations", step: "minor" },
  used: "SELECT (SELECT count(*) FROM contacts) + (SELECT count(*) FROM messages)",
} as const;

const sidekiqJobs: WorkQueue = {
  id: "sidekiq",
  kind: "sidekiq",
  database: 0,
  work: { en: "jobs", es: "trabajos" },
  label: { en: "Chatwoot: seconds the oldest job waits", es: "Chatwoot: segundos que espera el más viejo" },
  // mail may wait half a minute
  target: 30,
  alarm: {
    above: 300,
    meaning: {
      en: "Chatwoot's oldest job has waited for more than 5 minutes: mail, webhooks and messages go out late.",
      es: "El trabajo más viejo de Chatwoot espera desde hace más de 5 minutos: correos, webhooks y mensajes salen tarde.",
    },
  },
};

const environment = (context: Context): Record<string, EnvValue> => {
  const kept = context.bucket?.(files.bucket);
  const compact = context.plan === "compact";
  return {
    RAILS_ENV: "production",
    INSTALLATION_ENV: "docker",
    RAILS_LOG_TO_STDOUT: "true",
    LOG_LEVEL: "info",
    FRONTEND_URL: context.origin("desk"),
    // TLS ends in front; true would redirect health checks and sockets
    FORCE_SSL: "false",
    ENABLE_ACCOUNT_SIGNUP: "false",
    // leaves out the counts of the daily call to hub.2.chatwoot.com, which goes on (lib/chatwoot_hub.rb)
    DISABLE_TELEMETRY: "true",
    // true by default: who wrote what would reach phones by way of Chatwoot's own server
    ENABLE_PUSH_RELAY_SERVER: String(context.pushRelay),
    // gravatar.com would be asked for the picture of each contact and colleague, by a hash of the address
    DISABLE_GRAVATAR: "true",
    TZ: context.timezone,
    SECRET_KEY_BASE: secret("chatwoot-secret-key-base"),
    ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: secret("chatwoot-encryption-primary-key"),
    ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: secret("chatwoot-encryption-deterministic-key"),
    ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: secret("chatwoot-encryption-salt"),
    POSTGRES_HOST: context.postgres.host,
    POSTGRES_PORT: String(context.postgres.port),
    POSTGRES_DATABASE: chatwootDatabase.name,
    POSTGRES_USERNAME: databaseUser(context.postgres, chatwootDatabase.role),
    POSTGRES_PASSWORD: databasePassword(chatwootDatabase.role),
    ...when(context.postgres.tlsCaFile !== undefined, { PGSSLMODE: "verify-full", PGSSLROOTCERT: caFile }),
    // certificates of ElastiCache are publicly trusted
    REDIS_URL: interpolate`${context.redis.tlsCaFile === undefined ? "redis" : "rediss"}://${context.redis.host}:${context.redis.port}/${sidekiqJobs.database}`,
    REDIS_PASSWORD: secret("redis-password"),
    ...(kept === undefined
      ? { ACTIVE_STORAGE_SERVICE: "local" }
      : // no keys: the task role
        {
          ACTIVE_STORAGE_SERVICE: "amazon",
          S3_BUCKET_NAME: kept.name,
          AWS_REGION: kept.region,
        }),
    WEB_CONCURRENCY: "0",
    RAILS_MAX_THREADS: compact ? "3" : "5",
    SIDEKIQ_CONCURRENCY: compact ? "3" : "5",
    // the entrypoint's bundle install would otherwise touch Gemfile.lock, which fails where the image is read-only
    ...when(context.topology === "fargate", { BUNDLE_FROZEN: "true" }),
    // since 4.14 webhooks to private addresses are refused, and n8n is reached by one
    ...when(context.topology === "host" && has(context, "n8n"), { SAFE_FETCH_ALLOW_PRIVATE_NETWORK: "true" }),
    ...outgoingMail(context),
  };
};

/** config/initializers/mailer.rb: without SMTP_TLS it never begins with TLS. */
function outgoingMail(context: Context): Record<string, EnvValue> {
  const { smtp } = context;
  if (smtp === undefined) return {};
  const security = mailSecurity(smtp);
  return {
    MAILER_SENDER_EMAIL: smtp.from,
    SMTP_ADDRESS: smtp.host,
    SMTP_PORT: String(smtp.port),
    SMTP_DOMAIN: mailbox(smtp.from)?.address.split("@")[1] ?? smtp.host,
    SMTP_ENABLE_STARTTLS_AUTO: String(security === "starttls"),
    ...when(security === "tls", { SMTP_TLS: "true" }),
    SMTP_OPENSSL_VERIFY_MODE: security === "none" ? "none" : "peer",
    ...when(smtp.user !== undefined, { SMTP_AUTHENTICATION: "login" }),
    ...mailLogin(context, "SMTP_USERNAME", "SMTP_PASSWORD"),
  };
}

const rails = (context: Context) =>
  ({
    image,
    entrypoint,
    environment: environment(context),
    // both: Sidekiq calls n8n, mail servers and channels
    networks: ["frontend", "backend"],
    uses: ["postgres", "redis"],
    files,
    mounts: caMounts(context.postgres),
    volumes: context.bucket === undefined ? [storage] : [],
    // docker/Dockerfile empties tmp/ and makes log/; bootsnap, Puma, uploads and image variants write to tmp/ and /tmp
    tmpfs: context.topology === "host" ? ["/app/tmp", "/tmp"] : ["/app/log", "/app/tmp", "/tmp"],
    // on the host not before somebody has seen the real image run so
    readOnlyRoot: context.topology === "fargate",
    capabilities: [],
  }) satisfies Partial<Container>;

const application = { id: "chatwoot", title: "Chatwoot" } as const;

/** Its webhooks refuse private addresses that have no dot (lib/safe_fetch), so on Fargate n8n is called by its public one. */
const webhooks = (context: Context): EnvValue =>
  context.topology === "host" ? context.internalUrl("n8n", 5678) : context.origin("n8n");

const slowRequests: LogQuery = {
  role: "slow-requests",
  title: "Slow requests of Chatwoot",
  lines: [
    "filter @message like /Completed \\d{3}/",
    "parse @message /\\[(?<request>[0-9a-f-]{36})\\] Completed (?<status>\\d{3}) .* in (?<ms>\\d+)ms/",
    "filter ms > 1000",
    "fields @timestamp, ms, status, request",
    "sort ms desc",
    "limit 50",
  ],
};

/** Chatwoot's web server: desk, API, widget, sockets. */
export const chatwootWeb: ServiceFactory = (context): Service => {
  const base = rails(context);
  const prepare: Job = {
    ...base,
    name: "chatwoot-prepare",
    purpose: "schema and migrations",
    command: ["bundle", "exec", "rails", "db:chatwoot_prepare"],
    // migrations inherit Chatwoot's 14 s otherwise
    environment: { ...base.environment, POSTGRES_STATEMENT_TIMEOUT: "600s" },
    memoryMb: { compact: 768, standard: 1000 },
    after: ["postgres-setup", "redis"],
  };
  const admin: Job = {
    ...base,
    name: "chatwoot-admin",
    purpose: "first administrator, bot and inbox",
    command: ["bundle", "exec", "rails", "runner", "/scripts/admin.rb"],
    environment: {
      ...base.environment,
      ADMIN_EMAIL: context.adminEmail,
      ACCOUNT_NAME: "AI Ecosystem",
      DASHBOARD_URL: context.origin(""),
      // without it the bot has nobody to ask, and leaves the conversations to people
      ...when(has(context, "n8n"), { N8N_WEBHOOK_URL: interpolate`${webhooks(context)}/webhook/chatwoot-bot` }),
      CHATWOOT_ADMIN_PASSWORD: secret("chatwoot-admin-password"),
      CHATWOOT_ADMIN_TOKEN: secret("chatwoot-admin-token"),
      CHATWOOT_BOT_TOKEN: secret("chatwoot-bot-token"),
      CHATWOOT_BOT_SECRET: secret("chatwoot-bot-secret"),
      ...when(context.deskAi === true && context.llm.includes("openai"), {
        CHATWOOT_AI_KEY: secret("openai-api-key"),
      }),
    },
    mounts: [
      ...base.mounts,
      { source: "chatwoot/admin.rb", target: "/scripts/admin.rb" },
      { source: "chatwoot/ai.rb", target: "/scripts/ai.rb" },
      { source: "chatwoot/users.rb", target: "/scripts/users.rb" },
    ],
    memoryMb: { compact: 512, standard: 768 },
    after: ["chatwoot-prepare"],
  };
  return {
    ...base,
    name: "chatwoot-web",
    aliases: ["chatwoot-web.internal"],
    title: { en: "Chatwoot", es: "Chatwoot" },
    description: { en: "Conversations with your customers", es: "Conversaciones con sus clientes" },
    icon: "chat",
    role: "web",
    application,
    logs: {
      // `FATAL` lines are requests that failed, also those to addresses that never existed: the load balancer's 5xx count says it better
      filters: [{ kind: "application-errors", pattern: '"ERROR --"', expression: "ERROR --" }],
      queries: [slowRequests],
    },
    access: {
      name: "chatwoot",
      email: true,
      secrets: { password: "chatwoot-admin-password", apiAccessToken: "chatwoot-admin-token" },
    },
    // Puma reads it since 7.0.3; Chatwoot has 7.2 since June 2026 (chatwoot/chatwoot#14670)
    environment: { ...base.environment, PUMA_PERSISTENT_TIMEOUT: String(idleSeconds.application) },
    keepAliveSeconds: idleSeconds.application,
    internet: mailServers(context),
    command: ["bundle", "exec", "rails", "s", "-p", "3000", "-b", "0.0.0.0"],
    memoryMb: { compact: 384, standard: 672 },
    memoryNeed: { floor: 352, idle: inBothPlans(350), source: perProcess },
    ports: [3000],
    // wget: there is no curl in the image
    healthCheck: {
      command: ["wget", "-q", "--spider", "--header=X-Forwarded-Proto: https", "http://127.0.0.1:3000/health"],
      interval: 15,
      timeout: 10,
      retries: 5,
      startPeriod: 240,
    },
    stopGrace: 60,
    route: {
      host: "desk",
      legacyPath: "/chatwoot/",
      unlimited: ["/vite/", "/packs/", "/assets/", "/brand-assets/", "/audio/", "/cable"],
      cached: ["/vite/", "/assets/"],
      // the widget's /packs/js/sdk.js on customers' sites (vite.lib.config.ts); Rails says a year for all of public/
      cachedBriefly: ["/packs/"],
      logins: ["/auth/sign_in", "/super_admin/sign_in"],
      api: ["/api/", "/public/api/", "/platform/api/", "/rails/active_storage/"],
      webhooks: ["/webhooks/"],
      sockets: ["/cable"],
      framable: ["/widget", "/packs/", "/vite/", "/survey/", "/hc/"],
      unbuffered: false,
      healthPath: "/health",
    },
    database: chatwootDatabase,
    secrets: [
      { id: "chatwoot-secret-key-base", length: 128, charset: "alphanumeric", fixed: true },
      { id: "chatwoot-encryption-primary-key", length: 32, charset: "alphanumeric", fixed: true },
      { id: "chatwoot-encryption-deterministic-key", length: 32, charset: "alphanumeric", fixed: true },
      { id: "chatwoot-encryption-salt", length: 32, charset: "alphanumeric", fixed: true },
      { id: "chatwoot-admin-password", length: 20, charset: "password" },
      { id: "chatwoot-admin-token", length: 32, charset: "alphanumeric" },
      { id: "chatwoot-bot-token", length: 32, charset: "alphanumeric" },
      { id: "chatwoot-bot-secret", length: 48, charset: "alphanumeric" },
    ],
    jobs: [prepare, admin],
    users: { job: admin.name, command: ["bundle", "exec", "rails", "runner", "/scripts/users.rb"] },
    firstSteps: ["the code of the chat for your site is in Settings > Inboxes > Website > Configuration"],
    after: ["chatwoot-admin", "redis"],
    fargate: { cpu: 0.5, memoryMb: 1024, minTasks: 2, maxTasks: 6, scaling: "requests" },
  };
};

/** Chatwoot's worker: mail, webhooks, channels. */
export const chatwootSidekiq: ServiceFactory = (context): Service => ({
  ...rails(context),
  name: "chatwoot-sidekiq",
  title: { en: "Chatwoot worker", es: "Procesos de Chatwoot" },
  description: { en: "Mail, webhooks and channels of Chatwoot", es: "Correo, webhooks y canales de Chatwoot" },
  partOf: "chatwoot-web",
  needed: "Chatwoot sends mail, messages and webhooks by it",
  role: "worker",
  application,
  logs: {
    // Active Job says it at each attempt
    filters: [{ kind: "failed-jobs", pattern: '"Error performing"', expression: "Error performing" }],
    webhooks: true,
  },
  internet: { ...mailServers(context), 80: "Webhooks without TLS" },
  command: ["bundle", "exec", "sidekiq", "-C", "config/sidekiq.yml"],
  memoryMb: { compact: 352, standard: 560 },
  memoryNeed: { floor: 352, idle: inBothPlans(330), source: perProcess },
  ports: [],
  // Sidekiq's own title: the entrypoint, which may wait for ever, has the word among its arguments
  healthCheck: { command: ["pgrep", "-f", "^sidekiq [0-9]"], interval: 15, timeout: 5, retries: 3, startPeriod: 120 },
  // Sidekiq hands unfinished jobs back when it is given the time
  stopGrace: 150,
  after: ["chatwoot-admin", "redis"],
  fargate: { cpu: idleCpu(context), memoryMb: 1024, minTasks: 1, maxTasks: 4, queue: sidekiqJobs },
});
