import type { Service } from "../services/model/types";
import { originOf, type Hosts } from "./hosts";
import { fill, template } from "./text";

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
  /** Of its card: `icon-<name>` in the page. @default app */
  readonly icon?: Service["icon"];
}

/** Services of the catalogue as the dashboard shows them. */
export const shownOnDashboard = (
  services: readonly Pick<Service, "name" | "title" | "description" | "role" | "route" | "icon">[],
  hosts: Hosts,
): DashboardService[] =>
  services.map(({ name, title, description, role, route, icon }) => ({
    name,
    title,
    description,
    role,
    ...(icon === undefined ? {} : { icon }),
    url: route === undefined ? null : `${originOf(hosts, route.host)}${route.home ?? "/"}`,
  }));

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
    icon: service.icon ?? "app",
  }));
  return `${JSON.stringify({ stack, release, topology, services }, null, 2)}\n`;
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const inBoth = ({ en, es }: LocalizedText): string =>
  `data-en="${escaped(en)}" data-es="${escaped(es)}">${escaped(en)}`;

const card = ({ name, role, icon = "app", url, title, description }: DashboardService): string =>
  `          <li class="card" data-service="${escaped(name)}" data-role="${role}" data-icon="${icon}">
            <span class="tile"><svg class="icon" aria-hidden="true"><use href="#icon-${icon}" /></svg></span>
            <h3><a href="${escaped(url ?? "")}" ${inBoth(title)}</a></h3>
            <svg class="icon go" aria-hidden="true"><use href="#icon-arrow" /></svg>
            <p class="about" ${inBoth(description)}</p>
            <p class="host"></p>
            <p class="status" data-verdict="unknown">
              <svg class="icon" aria-hidden="true"><use href="#icon-unknown" /></svg><span>Unknown</span>
            </p>
          </li>`;

/** The page. The applications' cards are in it: for browsers without JavaScript, and until the list is read. */
export function renderDashboard(services: readonly DashboardService[]): string {
  const cards = services.filter(({ role, url }) => role !== "proxy" && url !== null).map(card);
  return fill(template("dashboard/index.html"), { CARDS: cards.join("\n").trimStart() });
}
