import { check } from "./nginx/checks";
import { forwardedHeaders } from "./nginx/forwarded";
import { siteOf, type NginxInput, type Site } from "./nginx/input";
import { upstreams } from "./nginx/upstreams";
import { dashboardServers, defaultServers, legacyPaths, serviceServers } from "./nginx/servers";
import { fill, template, templateFiles } from "./text";

export { containerFolders, containerPorts, type NginxFolders, type NginxInput, type NginxPorts } from "./nginx/input";

const year = 31_536_000;

/** Holes of the static files; each file has some of them. */
const holes = (site: Site): Readonly<Record<string, string>> => ({
  ACME: site.folders.acme,
  CACHE: site.folders.cache,
  HSTS: site.hsts ? `max-age=${year}` : "",
  PAGES: site.folders.pages,
  RESOLVER: site.resolver,
  RUN: site.folders.run,
  SPOOL: site.folders.spool,
  STATUS: site.folders.status,
  TLS: site.folders.tls,
  TLS_INCLUDE: site.tls ? "include snippets/tls.conf;" : "",
  WORKER_CONNECTIONS: String(site.workerConnections),
  // each connection is a file, and there are logs, certificates, spooled answers
  WORKER_FILES: String(2 * site.workerConnections + 256),
});

function staticFiles(site: Site): Record<string, string> {
  const values = holes(site);
  const files: Record<string, string> = {};
  for (const path of templateFiles("nginx")) {
    if (path.endsWith(".ts") || (path === "snippets/tls.conf" && !site.tls)) continue;
    const text = template(`nginx/${path}`);
    const used = Object.entries(values).filter(([name]) => text.includes(`@@${name}@@`));
    files[`nginx/${path}`] = fill(text, Object.fromEntries(used));
  }
  return files;
}

/**
 * The proxy's files: path in the release -> text. The same services give the same bytes, in whatever order they come.
 * @throws Error that names every value that nginx could not take as it stands.
 */
export function renderNginx(input: NginxInput): Record<string, string> {
  const site = siteOf(input);
  check(site);
  return {
    ...staticFiles(site),
    "nginx/snippets/forwarded.conf": forwardedHeaders(site.hosts),
    "nginx/snippets/upstreams.conf": upstreams(site),
    "nginx/snippets/legacy-paths.conf": legacyPaths(site),
    "nginx/conf.d/00-default.conf": defaultServers(site),
    "nginx/conf.d/00-dashboard.conf": dashboardServers(site),
    ...Object.fromEntries(site.services.map((s) => [`nginx/conf.d/${s.name}.conf`, serviceServers(s, site)])),
  };
}
