import { keptFor } from "../../services/kept";
import type { Route } from "../../services/types";
import { block, literal } from "./block";
import type { RoutedService, Site } from "./input";

const limits = {
  general: "limit_req zone=general burst=60 nodelay;",
  api: "limit_req zone=api burst=60 nodelay;",
  login: "limit_req zone=logins burst=5 nodelay;",
} as const;

interface Treatment {
  readonly limit: "general" | "api" | "none";
  readonly socket: boolean;
  readonly framable: boolean;
  /** Files without a hash in their names. */
  readonly briefly: boolean;
  /** Where it is not the service's first port. */
  readonly port: number | undefined;
}

/** How requests below a path are treated: by every prefix of it, whatever list that is in. */
function treatment(route: Route, path: string): Treatment {
  const below = (prefixes: readonly string[]) => prefixes.some((prefix) => path.startsWith(prefix));
  const socket = below(route.sockets);
  const port = (route.paths ?? [])
    .filter((p) => path.startsWith(p.prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0]?.port;
  return {
    limit: socket || below(route.unlimited) ? "none" : below(route.api) ? "api" : "general",
    socket,
    framable: below(route.framable),
    briefly: keptFor(path, route) === "briefly",
    port,
  };
}

function proxy(service: RoutedService, site: Site, path: string, login = false): string[] {
  const { limit, socket, framable, briefly, port } = treatment(service.route, path);
  return [
    ...(login ? [limits.login] : []),
    ...(limit === "none" ? [] : [limits[limit]]),
    ...(socket ? ["proxy_read_timeout 3600s;"] : []),
    // without the same-site headers, which are inherited otherwise
    ...(framable || briefly ? ["include snippets/headers.conf;"] : []),
    ...(briefly && !framable ? ["include snippets/same-site-frames.conf;"] : []),
    ...(briefly ? ["include snippets/briefly.conf;"] : []),
    ...(port === undefined ? [] : [`set $upstream ${site.upstream(service.name, port)};`]),
    "proxy_pass http://$upstream;",
  ];
}

/** A login answers at other spellings of its path too: `/Rest/Login/` is Express's, `/auth/sign_in.json` is Rails'. */
const loginPattern = (path: string): string => `"^${literal(path.replace(/\/$/, ""))}(?:\\.[a-z]+)?/?$"`;

/**
 * Locations of a service. Prefixes are regular expressions, the longest first: for a prefix location that ends with a
 * slash nginx would redirect the same path without one (`/api` of Chatwoot), which the application may serve itself.
 */
export function locations(service: RoutedService, site: Site): string[] {
  const { route } = service;
  const prefixes = new Set([
    ...route.unlimited,
    ...route.api,
    ...route.sockets,
    ...route.framable,
    ...(route.cached ?? []),
    ...(route.cachedBriefly ?? []),
    ...(route.paths ?? []).map((p) => p.prefix),
  ]);
  prefixes.delete("/");
  const byLength = [...prefixes].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return [
    ...(route.home === undefined ? [] : block("location = /", [`return 302 ${route.home}$is_args$args;`])),
    ...[...new Set(route.logins)].flatMap((path) =>
      block(`location ~* ${loginPattern(path)}`, proxy(service, site, path, true)),
    ),
    ...byLength.flatMap((prefix) => block(`location ~ "^${literal(prefix)}"`, proxy(service, site, prefix))),
    ...block("location /", proxy(service, site, "/")),
  ];
}
