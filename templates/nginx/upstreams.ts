import { block, file } from "./block";
import type { RoutedService, Site } from "./input";

/** What `proxy_pass` calls a port of a service. */
export const upstreamName = (service: RoutedService, port: number): string => `${service.name}-${port}`;

const portsOf = ({ ports, route }: RoutedService): number[] => [
  ...new Set([ports[0] ?? 0, ...(route.paths ?? []).map((p) => p.port)]),
];

/**
 * Seconds. Shorter than the application's own (Node's is 5): a request on a connection that it closes at that moment
 * would be lost.
 */
const idle = ({ keepAliveSeconds = 5 }: RoutedService): number => Math.max(1, Math.min(60, keepAliveSeconds - 1));

/**
 * `snippets/upstreams.conf`: connections to the applications, which stay open for the next request. nginx starts without
 * an application (`resolve`), and follows a container to its new address.
 */
export function upstreams(site: Site): string {
  // Each request takes a connection to the visitor too, and one slow application shall leave some to the others. By the
  // zone it is the number of all workers: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server
  const most = Math.max(1, Math.floor(site.workerConnections / 2));
  return file(
    site.services.flatMap((service) =>
      portsOf(service).flatMap((port) =>
        block(`upstream ${upstreamName(service, port)}`, [
          `zone ${upstreamName(service, port)} 64k;`,
          `server ${site.upstream(service.name, port)} resolve max_fails=0 max_conns=${most};`,
          "keepalive 32;",
          `keepalive_timeout ${idle(service)}s;`,
        ]),
      ),
    ),
  );
}
