import type { ServiceFactory } from "./context";

/** The entrance of the host: TLS, routing by host name, rate limits, the dashboard. Fargate has an ALB instead. */
export const nginx: ServiceFactory = () => ({
  name: "nginx",
  title: { en: "Entrance", es: "Entrada" },
  description: { en: "TLS, routing and the dashboard", es: "TLS, enrutamiento y el panel" },
  role: "proxy",
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
  tmpfs: ["/var/cache/nginx", "/var/run", "/run", "/tmp"],
  readOnlyRoot: true,
  // the master opens ports below 1024 and gives its workers another user
  capabilities: ["CHOWN", "NET_BIND_SERVICE", "SETGID", "SETUID"],
  // all 1,280 connections with headers that never end: measured, 14 MB and 57 kB for each
  memoryMb: { compact: 96, standard: 96 },
  memoryNeed: { floor: 40, idle: 8, source: "nginx 1.30 with two workers" },
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
