import type { EdgeRoute } from "../components/edge/edge";
import { canBeBlueGreen } from "../services/model/blue-green";
import type { Catalogue } from "../services/catalogue";
import type { Context, ServiceFactory } from "../services/model/context";
import type { Service } from "../services/model/types";
import type { Hosts } from "../templates/hosts";
import { servicesJson } from "../templates/release";
import { template, templateFiles } from "../templates/text";
import type { Settings } from "../settings/settings";

/** Routes of the catalogue as the load balancer and CloudFront need them. */
export function routesOf({ services }: Catalogue, deployment: Settings["deployment"]): EdgeRoute[] {
  const own = services.flatMap((s): EdgeRoute[] => {
    const [port] = s.ports;
    return s.route === undefined || port === undefined
      ? []
      : [
          {
            ...s.route,
            service: s.name,
            port,
            keepAliveSeconds: s.keepAliveSeconds,
            cached: s.route.cached ?? [],
            cachedBriefly: s.route.cachedBriefly ?? [],
            blueGreen: deployment === "blueGreen" && canBeBlueGreen(s),
          },
        ];
  });
  const n8n = services.find((s) => s.name === "n8n");
  const webhooks = services.find((s) => s.name === "n8n-webhook");
  if (n8n?.route === undefined || webhooks?.ports[0] === undefined) return own;
  // webhooks are taken while the editor, which is there once only, is being replaced
  const only = ["/webhook/", "/webhook-waiting/", "/form/", "/form-waiting/"];
  const { host, healthPath } = n8n.route;
  const route = { host, healthPath, only, unlimited: [], logins: [], framable: [] };
  return [
    ...own,
    { ...route, service: webhooks.name, port: webhooks.ports[0], keepAliveSeconds: webhooks.keepAliveSeconds },
  ];
}

/** What AWS and the runbooks call a store, where it has another name. */
const managedNames: Readonly<Record<string, string>> = { mongodb: "DocumentDB", redis: "Valkey" };

/** Stores that AWS runs for this stack. */
const managedStores = (
  { stores }: Catalogue,
  factories: readonly ServiceFactory[],
  context: Context,
): readonly Service[] =>
  factories
    .map((factory) => factory(context))
    .filter((s) => (stores as readonly string[]).includes(s.name))
    .map((store) => {
      const name = managedNames[store.name];
      return name === undefined ? store : { ...store, title: { en: name, es: name } };
    });

/** Files of the dashboard: path -> text. It lists the services of the catalogue, and the managed stores. */
export const dashboardFiles = (
  catalogue: Catalogue,
  factories: readonly ServiceFactory[],
  hosts: Hosts,
  context: Context,
): Record<string, string> => ({
  ...Object.fromEntries(templateFiles("dashboard").map((path) => [path, template(`dashboard/${path}`)])),
  "services.json": servicesJson([...catalogue.services, ...managedStores(catalogue, factories, context)], hosts, {
    stack: context.stack,
    release: "",
    topology: context.topology,
  }),
});
