import * as pulumi from "@pulumi/pulumi";
import type { Secrets } from "../components/secrets/secrets";
import { configuredSecrets } from "../services/model/context";
import { llmProviders, type Settings } from "../settings/settings";

/** Secrets that come from the configuration, id -> value. */
export function configured(settings: Settings): Record<string, pulumi.Output<string>> {
  const { apiKeys, smtpPassword } = settings.secrets;
  // the host has a MongoDB of its own
  const mongoUri = settings.topology === "host" ? undefined : settings.secrets.mongoUri;
  const keys = llmProviders.flatMap((p) => {
    const key = apiKeys[p];
    return key === undefined ? [] : [[configuredSecrets[p], key] as const];
  });
  return {
    ...Object.fromEntries(keys),
    ...(mongoUri === undefined ? {} : { [configuredSecrets.mongo]: mongoUri }),
    ...(smtpPassword === undefined ? {} : { [configuredSecrets.smtp]: smtpPassword }),
  };
}

/** Logins and tokens for people, without the machine's own secrets. */
export function credentials(settings: Settings, urls: Record<string, pulumi.Output<string>>, secrets: Secrets) {
  const value = (id: string) => secrets.values[id];
  return pulumi.secret({
    chatwoot: {
      url: urls["chatwootUrl"],
      email: settings.adminEmail,
      password: value("chatwoot-admin-password"),
      apiAccessToken: value("chatwoot-admin-token"),
    },
    n8n: { url: urls["n8nUrl"], email: settings.adminEmail, password: value("n8n-owner-password") },
    librechat: {
      url: urls["librechatUrl"],
      email: settings.adminEmail,
      password: value("librechat-admin-password"),
    },
    data: { url: urls["dataUrl"], jupyterToken: value("jupyter-token"), apiToken: value("data-api-token") },
  });
}
