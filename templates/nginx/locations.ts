import { keptFor } from "../../services/model/kept";
import type { Route } from "../../services/model/types";
import { block, literal } from "./block";
import type { RoutedService } from "./input";
import { upstreamName } from "./upstreams";

/** A limit of a location takes the place of the server's and of http's, so each has all that shall hold there. */
const limits = {
  general: ["limit_req zone=general burst=60 nodelay;", "limit_conn requests 64;"],
  api: ["limit_req zone=api burst=60 nodelay;", "limit_conn requests 64;"],
  // some hundreds at once are usual after a mailing, or when the sender was cut off for a while
  webhooks: ["limit_req zone=webhooks burst=500 nodelay;", "limit_conn requests 250;"],
  // a page's files come all at once
  none: ["limit_conn requests 250;"],
} as const;
const sockets = ["limit_req zone=sockets burst=30 nodelay;", "limit_conn sockets_at_once 30;"];
const login = "limit_req zone=logins burst=30 nodelay;";

interface Treatment {
  readonly limit: keyof typeof limits;
  readonly socket: boolean;
  readonly framable: boolean;
  readonly bodiless: boolean;
  /** Whether the application's answers are to reach the visitor part by part. */
  readonly streams: boolean;
  /** Files without a hash in their names. */
  readonly briefly: boolean;
  /** Where it is not the service's first port. */
  readonly port: number | undefined;
}

/** How requests below a path are treated: by every prefix of it, whatever list that is in. */
function treatment(route: Route, path: string): Treatment {
  const below = (prefixes: readonly string[] = []) => prefixes.some((prefix) => path.startsWith(prefix));
  const socket = below(route.sockets);
  const unlimited = socket || below(route.unlimited);
  const port = (route.paths ?? [])
    .filter((p) => path.startsWith(p.prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0]?.port;
  return {
    limit: unlimited ? "none" : below(route.webhooks) ? "webhooks" : below(route.api) ? "api" : "general",
    socket,
    framable: below(route.framable),
    bodiless: below(route.bodiless),
    streams: route.unbuffered && (socket || !below(route.unlimited)),
    briefly: keptFor(path, route) === "briefly",
    port,
  };
}

function proxy(service: RoutedService, path: string, isLogin = false): string[] {
  const { limit, socket, framable, briefly, bodiless, streams, port } = treatment(service.route, path);
  return [
    ...(isLogin ? [login] : []),
    ...limits[limit],
    ...sockets,
    // events may be an hour apart
    ...(streams ? ["proxy_buffering off;"] : []),
    ...(streams || socket ? ["proxy_read_timeout 3600s;"] : []),
    ...(limit === "webhooks" && !bodiless ? ["client_max_body_size 1m;"] : []),
    // taken whole, in memory: a slow sender holds nothing of the application
    ...(bodiless ? ["client_max_body_size 1k;", "proxy_request_buffering on;"] : []),
    // without the same-site headers, which are inherited otherwise
    ...(framable || briefly ? ["include snippets/headers.conf;"] : []),
    ...(briefly && !framable ? ["include snippets/same-site-frames.conf;"] : []),
    ...(briefly ? ["include snippets/briefly.conf;"] : []),
    `proxy_pass http://${upstreamName(service, port ?? service.ports[0] ?? 0)};`,
  ];
}

/** A login answers at other spellings of its path too: `/Rest/Login/` is Express's, `/auth/sign_in.json` is Rails'. */
const loginPattern = (path: string): string => `"^${literal(path.replace(/\/$/, ""))}(?:\\.[a-z]+)?/?$"`;

/**
 * Locations of a service. Prefixes are regular expressions, the longest first: for a prefix location that ends with a
 * slash nginx would redirect the same path without one (`/api`), which the application may serve itself.
 * In any case of letters, as Express has it: no spelling shall get round a limit.
 */
export function locations(service: RoutedService): string[] {
  const { route } = service;
  const prefixes = new Set([
    ...route.unlimited,
    ...route.api,
    ...(route.webhooks ?? []),
    ...(route.bodiless ?? []),
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
      block(`location ~* ${loginPattern(path)}`, proxy(service, path, true)),
    ),
    ...byLength.flatMap((prefix) => block(`location ~* "^${literal(prefix)}"`, proxy(service, prefix))),
    ...block("location /", proxy(service, "/")),
  ];
}
