import type { Application } from "./types";

const server = "api/server/index.js";
const startUp = "api/server/routes/config.js";
const crypto = "packages/data-schemas/src/crypto/index.ts";
const logs = "packages/data-schemas/src/config/winston.ts";
const timeouts = "packages/api/src/app/server.ts";
const mail = "api/server/utils/sendEmail.js";
const withMail = { EMAIL_HOST: /./, EMAIL_FROM: /./ };
const withLogin = { ...withMail, EMAIL_USERNAME: /./, EMAIL_PASSWORD: /./ };
const provider = "api/server/socialLogins.js";
const withProvider = { ALLOW_SOCIAL_LOGIN: /^true$/ };
const cache = "packages/api/src/cache/cacheConfig.ts";
const withRedis = { USE_REDIS: /^true$/ };
const s3 = "librechat.yaml says fileStrategy: s3";
const script = "services/librechat/files/create-admin.js";
const telemetry = "https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/";
const tracing = { OTEL_TRACING_ENABLED: /^true$/ };

/** danny-avila/LibreChat at v0.8.7 and 0.8.8-rc1, where no other place is named. */
export const librechat: Application = {
  name: "LibreChat 0.8.8-rc1",
  containers: /^librechat/,
  reads: {
    NODE_ENV: logs,
    NODE_OPTIONS: "https://nodejs.org/api/cli.html#node_optionsoptions",
    NODE_PATH: "https://nodejs.org/api/modules.html#loading-from-the-global-folders",
    TZ: "https://nodejs.org/api/cli.html#tz",
    HOST: server,
    PORT: server,
    TRUST_PROXY: server,
    ALLOW_SOCIAL_LOGIN: server,
    ALLOW_SOCIAL_REGISTRATION: { by: "api/strategies/socialLogin.js", needs: withProvider },
    OPENID_ISSUER: { by: provider, needs: withProvider },
    OPENID_CLIENT_ID: { by: provider, needs: withProvider },
    OPENID_CLIENT_SECRET: { by: provider, needs: withProvider },
    OPENID_SCOPE: { by: provider, needs: withProvider },
    OPENID_SESSION_SECRET: { by: provider, needs: withProvider },
    OPENID_CALLBACK_URL: { by: "api/strategies/openidStrategy.js", needs: withProvider },
    OPENID_BUTTON_LABEL: startUp,
    DOMAIN_CLIENT: server,
    DOMAIN_SERVER: startUp,
    ALLOW_EMAIL_LOGIN: startUp,
    APP_TITLE: startUp,
    MONGO_URI: "api/db/connect.js",
    CONFIG_PATH: "api/server/services/Config/loadCustomConfig.js",
    CREDS_KEY: crypto,
    CREDS_IV: crypto,
    JWT_SECRET: "api/strategies/jwtStrategy.js",
    JWT_REFRESH_SECRET: "api/server/controllers/AuthController.js",
    ALLOW_REGISTRATION: "api/server/middleware/validateRegistration.js",
    SEARCH: "api/db/indexSync.js",
    NO_INDEX: "api/server/middleware/noIndex.js",
    DEBUG_LOGGING: logs,
    CONSOLE_JSON: logs,
    LOG_TO_FILE: logs,
    HTTP_KEEP_ALIVE_TIMEOUT_MS: timeouts,
    HTTP_HEADERS_TIMEOUT_MS: timeouts,
    EMAIL_HOST: { by: mail, needs: withMail },
    EMAIL_PORT: { by: mail, needs: withMail },
    EMAIL_FROM: { by: mail, needs: withMail },
    EMAIL_FROM_NAME: { by: mail, needs: withMail },
    EMAIL_ENCRYPTION: { by: mail, needs: withMail },
    EMAIL_USERNAME: { by: mail, needs: withLogin },
    EMAIL_PASSWORD: { by: mail, needs: withLogin },
    ALLOW_PASSWORD_RESET: { by: "api/server/middleware/validatePasswordReset.js", needs: withMail },
    ENDPOINTS: { by: "librechat-data-provider", replaces: true },
    OPENAI_API_KEY: { by: "packages/api/src/endpoints/openai/initialize.ts", needs: { ENDPOINTS: /\bopenAI\b/ } },
    ANTHROPIC_API_KEY: {
      by: "packages/api/src/endpoints/anthropic/initialize.ts",
      needs: { ENDPOINTS: /\banthropic\b/ },
    },
    GOOGLE_KEY: { by: "packages/api/src/endpoints/google/initialize.ts", needs: { ENDPOINTS: /\bgoogle\b/ } },
    OPENROUTER_KEY: {
      by: "services/librechat/config-file.ts",
      when: "librechat.yaml names it",
      needs: { ENDPOINTS: /\bcustom\b/ },
    },
    DATA_MCP_TOKEN: { by: "services/librechat/config-file.ts", when: "librechat.yaml names it" },
    BEDROCK_AWS_DEFAULT_REGION: {
      by: "api/server/services/Config/EndpointService.js",
      needs: { ENDPOINTS: /\bbedrock\b/ },
    },
    USE_REDIS: { by: cache, needs: { REDIS_URI: /./ } },
    REDIS_URI: { by: cache, needs: withRedis },
    REDIS_KEY_PREFIX: { by: cache, needs: withRedis },
    AWS_REGION: { by: "packages/api/src/cdn/s3.ts", when: s3 },
    AWS_BUCKET_NAME: { by: "packages/api/src/storage/s3/s3Config.ts", when: s3 },
    S3_URL_EXPIRY_SECONDS: { by: "packages/api/src/storage/s3/s3Config.ts", when: s3 },
    OTEL_TRACING_ENABLED: "packages/api/src/telemetry/config.ts",
    OTEL_SERVICE_NAME: { by: "packages/api/src/telemetry/config.ts", needs: tracing },
    OTEL_EXPORTER_OTLP_ENDPOINT: { by: telemetry, needs: tracing },
    OTEL_LOGS_EXPORTER: { by: telemetry, needs: tracing },
    OTEL_METRICS_EXPORTER: { by: telemetry, needs: tracing },
    OTEL_TRACES_EXPORTER: { by: telemetry, needs: tracing },
    ADMIN_EMAIL: script,
    LIBRECHAT_ADMIN_PASSWORD: script,
  },
};
