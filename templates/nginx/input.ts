import type { Route, Service } from "../../services/model/types";
import type { Hosts } from "../hosts";

/** Where nginx finds things; the defaults are the container's. */
export interface NginxFolders {
  readonly dashboard: string;
  /** Static pages of nginx itself. */
  readonly pages: string;
  /** Webroot of the certificate authority's challenges. */
  readonly acme: string;
  /** Holds `health.json`. */
  readonly status: string;
  /** Holds `live.crt` and `live.key`. */
  readonly tls: string;
  readonly cache: string;
  /** Answers that a visitor reads more slowly than the application gives them: on a disk, others are in memory. */
  readonly spool: string;
  readonly run: string;
}

export const containerFolders: NginxFolders = {
  // through the link: nginx's own prefix for static files is fixed when it is compiled
  dashboard: "/releases/current/dashboard",
  pages: "/releases/current/nginx/pages",
  acme: "/acme",
  status: "/status",
  tls: "/tls",
  cache: "/var/cache/nginx",
  spool: "/var/spool/nginx",
  run: "/run",
};

/** Ports inside the container. */
export interface NginxPorts {
  readonly http: number;
  readonly https: number;
  /** On the loopback address, for the container's own health check. */
  readonly health: number;
}

export const containerPorts: NginxPorts = { http: 80, https: 443, health: 8080 };

export interface NginxInput {
  /** Those without a route are left out. */
  readonly services: readonly Service[];
  /** Scheme `http` makes a proxy without TLS, on one port. */
  readonly hosts: Hosts;
  /** IPv4 address whose paths lead to the applications, as they did in the first version of the product. */
  readonly address: string;
  /** Ask browsers to insist on https. Not with a certificate that they do not trust. */
  readonly hsts: boolean;
  /** Connections of each of the two workers, to clients and to upstreams. @default 640 */
  readonly workerConnections?: number;
  readonly ports?: NginxPorts;
  readonly folders?: NginxFolders;
  /** Parameters of `resolver`. @default Docker's, asked again every 2 s */
  readonly resolver?: string;
  /** `host:port` of a service's port. @default the service's name */
  readonly upstream?: (service: string, port: number) => string;
}

export type RoutedService = Service & { readonly route: Route };

/** The input with its defaults, services with a route only, by name. */
export interface Site extends Required<Omit<NginxInput, "services">> {
  readonly services: readonly RoutedService[];
  readonly tls: boolean;
}

export function siteOf(input: NginxInput): Site {
  return {
    workerConnections: 640,
    ports: containerPorts,
    folders: containerFolders,
    resolver: "127.0.0.11 valid=2s ipv6=off",
    upstream: (service, port) => `${service}:${port}`,
    ...input,
    tls: input.hosts.scheme === "https",
    services: input.services
      .filter((s): s is RoutedService => s.route !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
