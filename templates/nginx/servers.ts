import { hostName, originOf } from "../hosts";
import { block, file, literal } from "./block";
import type { RoutedService, Site } from "./input";
import { locations } from "./locations";

const acme = "include snippets/acme.conf;";
const legacy = "include snippets/legacy-paths.conf;";
const server = (lines: readonly string[]) => block("server", lines);
const plain = (site: Site, name: string) => [`listen ${site.ports.http};`, `server_name ${name};`, acme];
const secure = (site: Site, name: string) => [`listen ${site.ports.https} ssl;`, "http2 on;", `server_name ${name};`];

/** The server that does the work of a name; with TLS another one on port 80 leads to it. */
function serverBlocks(
  site: Site,
  label: string,
  lines: readonly string[],
  onEveryPort: readonly string[] = [],
): string[] {
  const name = hostName(site.hosts, label);
  if (!site.tls) return server([...plain(site, name), ...onEveryPort, "", ...lines]);
  // 308 keeps the method, so that a form or an API call is not turned into a GET
  const away = block("location /", [`return 308 ${originOf(site.hosts, label)}$request_uri;`]);
  return [
    ...server([...plain(site, name), ...onEveryPort, "", ...away]),
    "",
    ...server([...secure(site, name), ...onEveryPort, "", ...lines]),
  ];
}

/** `conf.d/<service>.conf` */
export const serviceServers = (service: RoutedService, site: Site): string =>
  file(serverBlocks(site, service.route.host, ["include snippets/unavailable.conf;", "", ...locations(service)]));

/** `conf.d/00-dashboard.conf`: the apex. */
export const dashboardServers = (site: Site): string =>
  file([
    ...block("map $uri $dashboard_cache", ["/health.json no-store;", "default no-cache;"]),
    "",
    ...serverBlocks(
      site,
      "",
      [
        `root ${site.folders.dashboard};`,
        "charset utf-8;",
        "charset_types text/css text/javascript text/plain application/json;",
        "# all files of a release bear the same date: one of equal length would pass for unchanged",
        "etag off;",
        "if_modified_since off;",
        "# the files of a release do not change, and a reload forgets them: opening them is a third of what they cost",
        "open_file_cache max=64 inactive=1h;",
        "include snippets/headers.conf;",
        "add_header X-Frame-Options SAMEORIGIN always;",
        `add_header Content-Security-Policy "default-src 'self'; frame-ancestors 'self'; base-uri 'self'; object-src 'none'" always;`,
        "add_header Cache-Control $dashboard_cache always;",
        "include snippets/dotfiles.conf;",
        "include snippets/no-bodies.conf;",
        "",
        ...block("location = /health.json", ["open_file_cache off;", `alias ${site.folders.status}/health.json;`]),
        ...block("location = /", ["limit_req zone=general burst=60 nodelay;", "try_files /index.html =404;"]),
        ...block("location /", ["limit_req zone=general burst=60 nodelay;", "try_files $uri =404;"]),
      ],
      [legacy],
    ),
  ]);

/** `conf.d/00-default.conf`: the bare address, names that are not ours, and the health check. */
export function defaultServers(site: Site): string {
  const { ports, tls, address } = site;
  const toDashboard = [legacy, "", ...block("location /", [`return 302 ${originOf(site.hosts, "")}/;`])];
  return file([
    "# names that are not ours get no answer",
    ...server([`listen ${ports.http} default_server;`, acme, ...block("location /", ["return 444;"])]),
    ...(tls ? server([`listen ${ports.https} ssl default_server;`, "http2 on;", "return 444;"]) : []),
    "",
    ...server([...plain(site, address), ...toDashboard]),
    ...(tls ? server([...secure(site, address), ...toDashboard]) : []),
    "",
    ...server([
      `listen 127.0.0.1:${ports.health};`,
      "access_log off;",
      ...block("location = /healthz", ["default_type text/plain;", 'return 200 "ok\\n";']),
      ...block("location /", ["return 404;"]),
    ]),
  ]);
}

/** `snippets/legacy-paths.conf`: paths of the first version, when all applications shared one address. */
export const legacyPaths = (site: Site): string =>
  file(
    site.services.flatMap(({ route }) => {
      const { legacyPath: path } = route;
      if (path === undefined) return [];
      const origin = originOf(site.hosts, route.host);
      // an application that still lives below that path keeps it
      const stays = [route.home, ...(route.paths ?? []).map((p) => p.prefix)].some((p) => p?.startsWith(path));
      const rest = stays ? `"^/(${literal(path.slice(1))}[^?].*)$"` : `"^${literal(path)}(.+)$"`;
      return [
        ...block(`location = ${path.slice(0, -1)}`, [`return 302 ${origin}/;`]),
        ...block(`location ^~ ${path}`, [
          ...block(`if ($request_uri ~ ${rest})`, [`return 302 ${origin}/$1;`]),
          `return 302 ${origin}/;`,
        ]),
      ];
    }),
  );
