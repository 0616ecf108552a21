import { Edge, type EdgeArgs, type EdgeRoute } from "../../../components/edge/edge";
import { record, type RecordedResource } from "../../../record/record";

export const domain = "example.com";

/** Routes like the catalogue's, with everything that the edge can be asked for. */
export const edgeRoutes: readonly EdgeRoute[] = [
  {
    service: "chatwoot-web",
    port: 3000,
    keepAliveSeconds: 410,
    host: "desk",
    legacyPath: "/chatwoot/",
    cached: ["/vite/", "/assets/"],
    cachedBriefly: ["/packs/"],
    unlimited: ["/vite/", "/packs/", "/assets/", "/cable"],
    logins: ["/auth/sign_in", "/super_admin/sign_in"],
    framable: ["/widget", "/packs/", "/vite/", "/survey/", "/hc/"],
    healthPath: "/health",
  },
  {
    service: "n8n",
    port: 5678,
    keepAliveSeconds: 410,
    host: "n8n",
    legacyPath: "/n8n/",
    unlimited: ["/assets/", "/rest/push"],
    logins: ["/rest/login"],
    framable: [],
    healthPath: "/healthz",
  },
  {
    service: "n8n-webhook",
    port: 5678,
    keepAliveSeconds: 410,
    host: "n8n",
    only: ["/webhook/", "/webhook-waiting/", "/form/", "/form-waiting/"],
    unlimited: [],
    logins: [],
    framable: [],
    healthPath: "/healthz",
  },
  {
    service: "librechat",
    port: 3080,
    keepAliveSeconds: 410,
    host: "chat",
    legacyPath: "/chat/",
    unlimited: ["/assets/"],
    logins: ["/api/auth/login"],
    framable: [],
    healthPath: "/readyz",
  },
  {
    service: "data-bridge",
    port: 8888,
    keepAliveSeconds: 410,
    host: "data",
    legacyPath: "/data/",
    home: "/data/jupyter/",
    paths: [
      { prefix: "/data/api/", port: 8000 },
      { prefix: "/data/health", port: 8000 },
    ],
    unlimited: ["/data/jupyter/static/"],
    logins: ["/data/jupyter/login"],
    framable: [],
    healthPath: "/data/health",
  },
];

export type Inputs = Record<string, unknown>;

export const edgeArgs = (changes: Partial<EdgeArgs> = {}): EdgeArgs => ({
  vpcId: "vpc-1",
  publicSubnetIds: ["subnet-1", "subnet-2"],
  domain,
  hostedZone: domain,
  routes: edgeRoutes,
  dashboardFiles: { "index.html": "<p>Hello</p>", "services.json": "{}" },
  deletionProtection: true,
  logRetentionDays: 30,
  ...changes,
});

export const recordEdge = (changes: Partial<EdgeArgs> = {}, preview = false) =>
  record(() => new Edge("edge", edgeArgs(changes)), { preview });
export const ofKind = (resources: readonly RecordedResource[], kind: string) =>
  resources.filter((r) => r.type.endsWith(`:${kind}`));
export const one = (resources: readonly RecordedResource[], name: string): RecordedResource => {
  const found = resources.filter((r) => r.name === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources ${name}`);
  return found[0];
};
export const list = (value: unknown): Inputs[] => value as Inputs[];
