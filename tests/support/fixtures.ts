import { buildCatalogue, catalogue as factories, type Catalogue, type Overrides } from "../../services/catalogue";
import type { Context, ServiceFactory } from "../../services/model/context";
import { completeSettings, parseSettings, type Settings } from "../../settings/settings";
import { hostContext } from "../../stacks/contexts";
import { inRegion } from "../../dev/docs/profiles";
import type { Hosts } from "../../templates/hosts";
import { renderRelease, type ReleaseInput, type RenderedRelease } from "../../templates/release/release";

export const address = "203.0.113.10";
export const hosts: Hosts = { apex: "203-0-113-10.sslip.io", scheme: "https", port: 443 };

/** Settings of a sandbox; values are texts, as in a stack file. Every secret key counts as encrypted. */
export function sandboxSettings(values: Readonly<Record<string, string>> = {}): Settings {
  const all = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]', ...values };
  const result = parseSettings({ values: all, secretKeys: new Set(Object.keys(all)), aws: inRegion() });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return completeSettings(result.parsed, "sandbox");
}

export const sandboxContext = (values: Readonly<Record<string, string>> = {}): Context =>
  hostContext(sandboxSettings(values));

export const sandboxCatalogue = (
  values: Readonly<Record<string, string>> = {},
  overrides: Overrides = {},
  from: readonly ServiceFactory[] = factories,
): Catalogue => buildCatalogue(from, sandboxContext(values), overrides);

/** A release of the sandbox, as the stack renders it. */
export function sandboxRelease(
  values: Readonly<Record<string, string>> = {},
  env = "",
  from: readonly ServiceFactory[] = factories,
  stores?: ReleaseInput["stores"],
): RenderedRelease {
  const settings = sandboxSettings(values);
  const context = sandboxContext(values);
  return renderRelease(
    {
      context,
      catalogue: buildCatalogue(from, context, settings.services),
      hosts,
      address,
      stores,
      plan: settings.memoryPlan,
      tls: settings.tls,
      email: settings.adminEmail,
      swapGb: settings.swapSizeGb,
      backupRetentionDays: settings.backupRetentionDays,
    },
    env,
  );
}

/** A tenth service: everything that a service needs is in this one object. */
export const demo: ServiceFactory = () => ({
  name: "demo",
  title: { en: "Demo", es: "Demostración" },
  description: { en: "A service of a test", es: "Un servicio de una prueba" },
  role: "web",
  image: "example.com/demo:1.2.3",
  environment: { DEMO_TOKEN: { parts: [{ secret: "demo-token" }] } },
  networks: ["frontend"],
  memoryMb: { compact: 10, standard: 20 },
  ports: [9000],
  healthCheck: { command: ["true"], interval: 10, timeout: 5, retries: 3, startPeriod: 10 },
  stopGrace: 10,
  keepAliveSeconds: 410,
  secrets: [{ id: "demo-token", length: 32, charset: "alphanumeric" }],
  route: {
    host: "demo",
    legacyPath: "/demo/",
    unlimited: [],
    logins: [],
    api: [],
    sockets: [],
    framable: [],
    unbuffered: false,
    healthPath: "/",
  },
});
