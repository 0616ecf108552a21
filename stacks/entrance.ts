import type { EdgeRoute } from "../components/edge/edge";
import type { Catalogue } from "../services/catalogue";
import type { Service } from "../services/types";
import type { Hosts } from "../templates/hosts";
import { servicesJson } from "../templates/release";
import { template, templateFiles } from "../templates/text";
import type { Settings } from "./settings";

/** Two sets of tasks side by side, and one rule of the load balancer between which it chooses. */
const canBeBlueGreen = ({ route, fargate }: Service): boolean =>
  route?.paths === undefined && fargate?.single !== true && fargate?.spot !== true;

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
            cached: s.route.cached ?? [],
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
  return [...own, { ...route, service: webhooks.name, port: webhooks.ports[0] }];
}

/** Files of the dashboard: path -> text. */
export const dashboardFiles = (catalogue: Catalogue, hosts: Hosts, stack: string): Record<string, string> => ({
  ...Object.fromEntries(templateFiles("dashboard").map((path) => [path, template(`dashboard/${path}`)])),
  "services.json": servicesJson(catalogue, hosts, stack, ""),
});
