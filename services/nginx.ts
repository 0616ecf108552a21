import { inBothPlans } from "./model/types";
import type { ServiceFactory } from "./model/context";

/** The entrance of the host: TLS, routing by host name, rate limits, the dashboard. Fargate has an ALB instead. */
export const nginx: ServiceFactory = () => ({
  name: "nginx",
  title: { en: "Entrance", es: "Entrada" },
  description: { en: "TLS, routing and the dashboard", es: "TLS, enrutamiento y el panel" },
  role: "proxy",
  needed: "nothing on the host is reached without it",
  image: "nginx:1.30.4-alpine",
  // the link `current` lies inside the mounted folder: switching it and a reload is a new configuration
  command: ["nginx", "-c", "/releases/current/nginx/nginx.conf", "-g", "daemon off;"],
  environment: {},
  networks: ["frontend"],
  hostMounts: [
    { source: "releases", target: "/releases", readOnly: true },
    { source: "data/tls", target: "/tls", readOnly: true },
    { source: "data/acme", target: "/acme", readOnly: true },
    { source: "data/status", target: "/status", readOnly: true },
    // not on the data volume: whatever visitors ask for, the stores have their space
    { source: "spool", target: "/var/spool/nginx", readOnly: false },
  ],
  // The image's own `nginx`, master and workers, without any capability: in the mounted releases lies `.env`, which is
  // root's alone. Docker lets every user open ports below 1024 (net.ipv4.ip_unprivileged_port_start, since 20.10).
  user: "101:101",
  tmpfs: ["/var/cache/nginx:uid=101,gid=101", "/run:uid=101,gid=101", "/tmp"],
  readOnlyRoot: true,
  capabilities: [],
  memoryMb: { compact: 96, standard: 96 },
  memoryNeed: {
    // less, and whoever opens all connections ends the entrance
    floor: 72,
    idle: inBothPlans(8),
    measured: "1.30.6",
    source: "nginx 1.30.6 with two workers, under 1,013 half-sent requests",
  },
  ports: [80, 443],
  published: { 80: 80, 443: 443 },
  healthCheck: {
    command: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"],
    interval: 10,
    timeout: 5,
    retries: 3,
    startPeriod: 20,
  },
  stopGrace: 30,
});
