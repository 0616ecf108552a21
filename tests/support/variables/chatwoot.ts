import type { Application } from "./types";

const database = "config/database.yml";
const encryption = "config/application.rb";
const libpq = "https://www.postgresql.org/docs/17/libpq-envars.html";
const script = "services/chatwoot/files/admin.rb";
const mailer = "config/initializers/mailer.rb";
const withMail = { SMTP_ADDRESS: /./ };
const onS3 = { ACTIVE_STORAGE_SERVICE: /^amazon$/ };

/** chatwoot/chatwoot at v4.15.1, where no other place is named. */
export const chatwoot: Application = {
  name: "Chatwoot v4.15.1",
  containers: /^chatwoot-/,
  reads: {
    RAILS_ENV: "config/puma.rb",
    INSTALLATION_ENV: { by: "lib/chatwoot_hub.rb", when: "its daily call home says it" },
    RAILS_LOG_TO_STDOUT: "config/environments/production.rb",
    LOG_LEVEL: "config/environments/production.rb",
    FRONTEND_URL: "config/environments/production.rb",
    FORCE_SSL: "config/environments/production.rb",
    ENABLE_ACCOUNT_SIGNUP: "app/controllers/api/v1/accounts_controller.rb",
    DISABLE_TELEMETRY: { by: "lib/chatwoot_hub.rb", when: "leaves counts out of the daily call, which goes on" },
    ENABLE_PUSH_RELAY_SERVER: {
      by: "app/services/notification/push_notification_service.rb",
      when: "there are no Firebase credentials",
    },
    DISABLE_GRAVATAR: {
      by: "app/jobs/avatar/avatar_from_gravatar_job.rb",
      when: "the super administrator has said nothing of it (lib/global_config_service.rb)",
    },
    TZ: "tzset(3) by way of Ruby; docker/Dockerfile installs tzdata",
    SECRET_KEY_BASE: "config/secrets.yml",
    ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: encryption,
    ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: encryption,
    ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: encryption,
    POSTGRES_HOST: database,
    POSTGRES_PORT: database,
    POSTGRES_DATABASE: database,
    POSTGRES_USERNAME: database,
    POSTGRES_PASSWORD: database,
    POSTGRES_STATEMENT_TIMEOUT: database,
    PGSSLMODE: libpq,
    PGSSLROOTCERT: { by: libpq, needs: { PGSSLMODE: /^verify-full$/ } },
    REDIS_URL: "lib/redis/config.rb",
    REDIS_PASSWORD: "lib/redis/config.rb",
    ACTIVE_STORAGE_SERVICE: "config/environments/production.rb",
    S3_BUCKET_NAME: { by: "config/storage.yml", needs: onS3 },
    AWS_REGION: { by: "config/storage.yml", needs: onS3 },
    WEB_CONCURRENCY: { by: "config/puma.rb", when: "Puma runs" },
    RAILS_MAX_THREADS: "config/puma.rb, config/database.yml",
    SIDEKIQ_CONCURRENCY: "config/sidekiq.yml, config/database.yml",
    PUMA_PERSISTENT_TIMEOUT: "Puma 7.0.3 and later, lib/puma/configuration.rb (chatwoot/chatwoot#14670)",
    BUNDLE_FROZEN: "https://bundler.io/man/bundle-config.1.html",
    SAFE_FETCH_ALLOW_PRIVATE_NETWORK: "lib/safe_fetch.rb",
    MAILER_SENDER_EMAIL: "app/mailers/application_mailer.rb",
    SMTP_ADDRESS: mailer,
    SMTP_PORT: { by: mailer, needs: withMail },
    SMTP_DOMAIN: { by: mailer, needs: withMail },
    SMTP_ENABLE_STARTTLS_AUTO: { by: mailer, needs: withMail },
    SMTP_TLS: { by: mailer, needs: { ...withMail, SMTP_ENABLE_STARTTLS_AUTO: /^false$/ } },
    SMTP_OPENSSL_VERIFY_MODE: { by: mailer, needs: withMail },
    SMTP_AUTHENTICATION: { by: mailer, needs: { ...withMail, SMTP_USERNAME: /./ } },
    SMTP_USERNAME: { by: mailer, needs: { ...withMail, SMTP_AUTHENTICATION: /./ } },
    SMTP_PASSWORD: { by: mailer, needs: { ...withMail, SMTP_AUTHENTICATION: /./ } },
    ADMIN_EMAIL: script,
    ACCOUNT_NAME: script,
    DASHBOARD_URL: script,
    N8N_WEBHOOK_URL: script,
    CHATWOOT_ADMIN_PASSWORD: script,
    CHATWOOT_ADMIN_TOKEN: script,
    CHATWOOT_BOT_TOKEN: script,
    CHATWOOT_BOT_SECRET: script,
    CHATWOOT_AI_KEY: script,
  },
};
