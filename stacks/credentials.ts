import * as pulumi from "@pulumi/pulumi";
import type { Secrets } from "../components/secrets/secrets";
import type { Catalogue } from "../services/catalogue";
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

/** Outputs with the addresses of the services: name of the service -> output. */
const urlOutputs: Readonly<Record<string, string>> = {
  "chatwoot-web": "chatwootUrl",
  n8n: "n8nUrl",
  librechat: "librechatUrl",
  "data-bridge": "dataUrl",
};

type Urls = Readonly<Record<string, pulumi.Output<string>>>;

/** Where everything is that is on. `url` makes the address of a label and a path. */
export const urlsOf = ({ services }: Catalogue, url: (label: string, path: string) => pulumi.Output<string>): Urls => ({
  dashboardUrl: url("", "/"),
  ...Object.fromEntries(
    Object.entries(urlOutputs).flatMap(([name, output]) => {
      const route = services.find((s) => s.name === name)?.route;
      return route === undefined ? [] : [[output, url(route.host, route.host === "data" ? "/data/" : "/")]];
    }),
  ),
});

/** Logins and tokens for people, of what is on, without the machine's own secrets. */
export function credentials(settings: Settings, urls: Urls, secrets: Secrets) {
  const value = (id: string) => secrets.values[id];
  const email = settings.adminEmail;
  const logins: Readonly<Record<string, readonly [string, object]>> = {
    chatwootUrl: [
      "chatwoot",
      { email, password: value("chatwoot-admin-password"), apiAccessToken: value("chatwoot-admin-token") },
    ],
    n8nUrl: ["n8n", { email, password: value("n8n-owner-password") }],
    librechatUrl: ["librechat", { email, password: value("librechat-admin-password") }],
    dataUrl: ["data", { jupyterToken: value("jupyter-token"), apiToken: value("data-api-token") }],
  };
  return pulumi.secret(
    Object.fromEntries(
      Object.entries(logins).flatMap(([output, [name, login]]) => {
        const url = urls[output];
        return url === undefined ? [] : [[name, { url, ...login }]];
      }),
    ),
  );
}
