import { renderServicesJson, type DashboardRole, type DashboardService } from "../../templates/dashboard";

const service = (
  name: string,
  role: DashboardRole,
  title: string,
  host?: string,
  icon: DashboardService["icon"] = "app",
): DashboardService => ({
  icon,
  name,
  role,
  title: { es: title, en: title },
  description: { es: `Qué hace ${title}.`, en: `What ${title} does.` },
  url: host === undefined ? null : `https://${host}.203-0-113-10.sslip.io/`,
});

/** The nine services of the sandbox. */
export const SERVICES: readonly DashboardService[] = [
  service("nginx", "proxy", "nginx"),
  service("chatwoot-web", "web", "Chatwoot", "desk", "chat"),
  service("n8n", "web", "n8n", "n8n", "flow"),
  service("chatwoot-sidekiq", "worker", "Chatwoot Sidekiq"),
  service("librechat", "web", "LibreChat", "chat", "spark"),
  {
    ...service("data-bridge", "web", "Jupyter", "data", "chart"),
    title: { es: "Puente de datos", en: "Data bridge" },
  },
  service("postgres", "store", "PostgreSQL"),
  service("mongodb", "store", "MongoDB"),
  service("redis", "store", "Redis"),
];

export const catalogue = (services: readonly DashboardService[] = SERVICES): string =>
  renderServicesJson({ stack: "sandbox", release: "3f9a1c04b7e2d856", topology: "host", services });

export interface Health {
  readonly state: string;
  readonly health: string;
}

/** A report of everything healthy, `ageMs` old, with exceptions; undefined leaves a service out. */
export function report(exceptions: Readonly<Record<string, Health | undefined>> = {}, ageMs = 2_000): string {
  const healthy = Object.fromEntries(SERVICES.map(({ name }) => [name, { state: "running", health: "healthy" }]));
  return JSON.stringify({
    time: new Date(Date.now() - ageMs).toISOString(),
    services: { ...healthy, ...exceptions },
  });
}
