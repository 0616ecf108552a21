/** What a service is for, as shown on the dashboard. */
export type DashboardRole = "proxy" | "web" | "worker" | "store";

/** A text in the dashboard's two languages. */
export interface LocalizedText {
  readonly es: string;
  readonly en: string;
}

/** One long-running service, as the dashboard shows it. */
export interface DashboardService {
  /** Compose service name, unique: the key of the live health report. */
  readonly name: string;
  readonly title: LocalizedText;
  /** One short sentence. */
  readonly description: LocalizedText;
  readonly role: DashboardRole;
  /** Absolute public address, or null when the service has none. A service with one gets a card, except the proxy. */
  readonly url: string | null;
}

/** The content of the dashboard's `/services.json`. */
export interface DashboardInput {
  /** Pulumi stack name. */
  readonly stack: string;
  /** Release id; empty where there is none. */
  readonly release: string;
  /** Decides what the page advises when something fails. */
  readonly topology: "host" | "fargate";
  readonly services: readonly DashboardService[];
}

/** The order in which the page lists the services. */
const ROLES: readonly DashboardRole[] = ["web", "worker", "proxy", "store"];

const byRoleThenName = (a: DashboardService, b: DashboardService): number =>
  ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || (a.name < b.name ? -1 : 1);

const localized = ({ es, en }: LocalizedText): LocalizedText => ({ es, en });

/** `/services.json` of the dashboard: the same bytes for the same services, in whatever order they come. */
export function renderServicesJson(input: DashboardInput): string {
  const names = input.services.map((service) => service.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`dashboard: service "${repeated}" is listed twice`);

  const { stack, release, topology } = input;
  const services = [...input.services].sort(byRoleThenName).map((service) => ({
    name: service.name,
    title: localized(service.title),
    description: localized(service.description),
    role: service.role,
    url: service.url,
  }));
  return `${JSON.stringify({ stack, release, topology, services }, null, 2)}\n`;
}
