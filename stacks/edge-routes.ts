import type { EdgeRoute } from "../components/edge/edge";
import { canBeBlueGreen } from "../services/model/blue-green";
import type { Catalogue } from "../services/catalogue";
import type { Context } from "../services/model/context";
import type { Service } from "../services/model/types";
import type { Hosts } from "../templates/hosts";
import { renderDashboard, renderServicesJson, shownOnDashboard } from "../templates/dashboard";
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
  const behind = services.flatMap(({ name, ports: [port], keepAliveSeconds, answersFor }): EdgeRoute[] => {
    const route = services.find((s) => s.name === answersFor?.service)?.route;
    if (answersFor === undefined || route === undefined || port === undefined) return [];
    const { host, healthPath } = route;
    const only = answersFor.prefixes;
    return [{ host, healthPath, only, unlimited: [], logins: [], framable: [], service: name, port, keepAliveSeconds }];
  });
  return [...own, ...behind];
}

/** Stores that AWS runs for this stack, by the names that AWS has for them. */
const managedStores = ({ stores, whole }: Catalogue): readonly Service[] =>
  whole
    .filter((s) => (stores as readonly string[]).includes(s.name))
    .map((store) =>
      store.managed === undefined ? store : { ...store, title: { en: store.managed, es: store.managed } },
    );

/** Files of the dashboard: path -> text. It lists the services of the catalogue, and the managed stores. */
export function dashboardFiles(
  catalogue: Catalogue,
  hosts: Hosts,
  { stack, topology }: Context,
): Record<string, string> {
  const services = shownOnDashboard([...catalogue.services, ...managedStores(catalogue)], hosts);
  return {
    ...Object.fromEntries(templateFiles("dashboard").map((path) => [path, template(`dashboard/${path}`)])),
    "index.html": renderDashboard(services),
    "services.json": renderServicesJson({ stack, topology, release: "", services }),
  };
}
