import type { Application } from "./types";

/** `@n8n/config`, which the tests ask itself. */
export const config = "@n8n/config";
const node = "https://nodejs.org/api/cli.html";
const credentials = "services/n8n/files/credentials.js";
const settings = { by: config } as const;
const postgres = { by: config, needs: { DB_TYPE: /^postgresdb$/ } } as const;
const owner = { by: config, needs: { N8N_INSTANCE_OWNER_MANAGED_BY_ENV: /^true$/ } } as const;
const broker = { by: config, needs: { N8N_RUNNERS_MODE: /^external$/ } } as const;
const queue = { by: config, needs: { EXECUTIONS_MODE: /^queue$/ } } as const;
const mail = { by: config, needs: { N8N_EMAIL_MODE: /^smtp$/, N8N_SMTP_HOST: /./, N8N_SMTP_SENDER: /./ } } as const;
const login = { by: config, needs: { ...mail.needs, N8N_SMTP_USER: /./, N8N_SMTP_PASS: /./ } } as const;

/** n8n 2.41.3, the newest that npm serves, where no other place is named. */
export const n8n: Application = {
  name: "n8n 2.41.3",
  containers: /^n8n(?!-runners)/,
  reads: {
    N8N_ENCRYPTION_KEY: settings,
    N8N_HOST: settings,
    N8N_PORT: settings,
    N8N_PROTOCOL: settings,
    N8N_EDITOR_BASE_URL: settings,
    N8N_WEBHOOK_URL: settings,
    N8N_PROXY_HOPS: settings,
    N8N_SECURE_COOKIE: settings,
    DB_TYPE: settings,
    DB_POSTGRESDB_HOST: postgres,
    DB_POSTGRESDB_PORT: postgres,
    DB_POSTGRESDB_DATABASE: postgres,
    DB_POSTGRESDB_USER: postgres,
    DB_POSTGRESDB_PASSWORD: postgres,
    DB_POSTGRESDB_POOL_SIZE: postgres,
    DB_POSTGRESDB_SSL_ENABLED: postgres,
    DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: { by: config, needs: { DB_POSTGRESDB_SSL_ENABLED: /^true$/ } },
    NODE_EXTRA_CA_CERTS: { by: `${node}#node_extra_ca_certsfile`, needs: { DB_POSTGRESDB_SSL_ENABLED: /^true$/ } },
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: owner,
    N8N_INSTANCE_OWNER_EMAIL: owner,
    N8N_INSTANCE_OWNER_FIRST_NAME: owner,
    N8N_INSTANCE_OWNER_LAST_NAME: owner,
    N8N_INSTANCE_OWNER_PASSWORD_HASH: owner,
    EXECUTIONS_MODE: queue,
    QUEUE_BULL_REDIS_HOST: queue,
    QUEUE_BULL_REDIS_PORT: queue,
    QUEUE_BULL_REDIS_DB: queue,
    QUEUE_BULL_PREFIX: queue,
    QUEUE_BULL_REDIS_USERNAME: queue,
    QUEUE_BULL_REDIS_PASSWORD: queue,
    QUEUE_BULL_REDIS_TLS: queue,
    QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: queue,
    QUEUE_HEALTH_CHECK_ACTIVE: queue,
    OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: { by: "dist/workflow-runner.js", needs: queue.needs },
    N8N_LOG_FORMAT: settings,
    N8N_DEFAULT_BINARY_DATA_MODE: "n8n-core, dist/binary-data/binary-data.config.js",
    N8N_DIAGNOSTICS_ENABLED: settings,
    N8N_VERSION_NOTIFICATIONS_ENABLED: settings,
    N8N_PERSONALIZATION_ENABLED: settings,
    N8N_TEMPLATES_ENABLED: settings,
    N8N_PUBLIC_API_SWAGGERUI_DISABLED: settings,
    N8N_BLOCK_ENV_ACCESS_IN_NODE: "n8n-workflow, dist/cjs/workflow-data-proxy-env-provider.js",
    N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: settings,
    N8N_COMMUNITY_PACKAGES_ENABLED: "dist/modules/community-packages/community-packages.config.js",
    N8N_GRACEFUL_SHUTDOWN_TIMEOUT: settings,
    EXECUTIONS_DATA_PRUNE: settings,
    EXECUTIONS_DATA_MAX_AGE: { by: config, needs: { EXECUTIONS_DATA_PRUNE: /^true$/ } },
    EXECUTIONS_DATA_PRUNE_MAX_COUNT: { by: config, needs: { EXECUTIONS_DATA_PRUNE: /^true$/ } },
    N8N_PAYLOAD_SIZE_MAX: settings,
    N8N_FORMDATA_FILE_SIZE_MAX: settings,
    N8N_CONCURRENCY_PRODUCTION_LIMIT: { by: config, when: "there is no queue" },
    N8N_EMAIL_MODE: mail,
    N8N_SMTP_HOST: mail,
    N8N_SMTP_PORT: mail,
    N8N_SMTP_SENDER: mail,
    N8N_SMTP_SSL: mail,
    N8N_SMTP_STARTTLS: { by: config, needs: mail.needs, when: "N8N_SMTP_SSL is false" },
    N8N_SMTP_USER: login,
    N8N_SMTP_PASS: login,
    GENERIC_TIMEZONE: settings,
    TZ: `${node}#tz`,
    N8N_RUNNERS_MODE: settings,
    N8N_RUNNERS_AUTH_TOKEN: broker,
    N8N_RUNNERS_BROKER_PORT: broker,
    N8N_RUNNERS_BROKER_LISTEN_ADDRESS: broker,
    N8N_RUNNERS_TASK_TIMEOUT: settings,
    N8N_PYTHON_ENABLED: settings,
    NODES_EXCLUDE: { by: config, replaces: true },
    NODE_OPTIONS: `${node}#node_optionsoptions`,
    KEEP_ALIVE_SECONDS: { by: "templates/node/keep-alive.js", needs: { NODE_OPTIONS: /--require \S+keep-alive\.js/ } },
    N8N_USERS_URL: "services/n8n/files/users.js",
    CHECK_BRIDGE_URL: "services/n8n/files/check.js",
    CHATWOOT_BOT_TOKEN: credentials,
    CHATWOOT_BOT_SECRET: credentials,
    DATA_API_TOKEN: credentials,
    OPENAI_API_KEY: credentials,
    ANTHROPIC_API_KEY: credentials,
    GOOGLE_API_KEY: credentials,
    OPENROUTER_API_KEY: credentials,
  },
};

const runner = "@n8n/task-runner 2.41.1, dist/config";

/** The launcher hands on to the runner what its configuration allows. */
export const n8nRunners: Application = {
  name: "n8nio/runners: task-runner-launcher 1.4.7, @n8n/task-runner 2.41.1",
  containers: /^n8n-runners$/,
  reads: {
    N8N_RUNNERS_AUTH_TOKEN: "task-runner-launcher, internal/config/config.go",
    N8N_RUNNERS_TASK_BROKER_URI: "task-runner-launcher, internal/config/config.go",
    N8N_RUNNERS_AUTO_SHUTDOWN_TIMEOUT: `${runner}/base-runner-config.js`,
    N8N_RUNNERS_TASK_TIMEOUT: `${runner}/base-runner-config.js`,
    N8N_RUNNERS_MAX_CONCURRENCY: `${runner}/base-runner-config.js`,
    GENERIC_TIMEZONE: `${runner}/base-runner-config.js`,
    TZ: `${node}#tz`,
    NODE_OPTIONS: `${node}#node_optionsoptions`,
  },
};
