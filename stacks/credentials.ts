import type * as pulumi from "@pulumi/pulumi";
import { configuredSecrets } from "../services/model/context";
import { llmProviders, type Settings } from "../settings/settings";

/** Secrets that come from the configuration, id -> value. */
export function configured(settings: Settings): Record<string, pulumi.Output<string>> {
  const { apiKeys, smtpPassword, oidcClientSecret } = settings.secrets;
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
    ...(oidcClientSecret === undefined ? {} : { [configuredSecrets.oidc]: oidcClientSecret }),
  };
}
