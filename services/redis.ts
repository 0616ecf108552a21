import type { ServiceFactory } from "./model/context";
import { client, isClient } from "./model/store-client";
import { inBothPlans, type Service } from "./model/types";
import { secret } from "./model/values";

/** The server in its container. */
const server = {
  // the password goes in on standard input: arguments can be read by every process of the host
  command: [
    "sh",
    "-c",
    `exec redis-server /etc/redis/redis.conf --maxmemory $REDIS_MAXMEMORY - <<EOF\nrequirepass $REDIS_PASSWORD\nEOF`,
  ],
  environment: {
    REDIS_PASSWORD: secret("redis-password"),
    // read by redis-cli, in the health check and in backups
    REDISCLI_AUTH: secret("redis-password"),
  },
  networks: ["backend"],
  volumes: [{ name: "ai-eco-redis", path: "/data", uid: 999, gid: 1000, backup: "redis" }],
  mounts: [{ source: "redis/redis.conf", target: "/etc/redis/redis.conf" }],
  tmpfs: ["/tmp"],
  readOnlyRoot: true,
  capabilities: [],
  memoryMb: { compact: 64, standard: 112 },
  memoryNeed: { floor: 32, idle: inBothPlans(10), measured: "8.0", source: "Redis 8.0" },
  // the rest is for the fork that writes to disk
  fromMemory: (limitMb) => ({ REDIS_MAXMEMORY: `${Math.floor(limitMb * 0.7)}mb` }),
  healthCheck: {
    command: ["sh", "-c", "redis-cli ping | grep -q PONG"],
    interval: 10,
    timeout: 5,
    retries: 5,
    startPeriod: 30,
  },
  stopGrace: 30,
} as const satisfies Partial<Service>;

/** Redis: queues (Sidekiq, Bull) and live updates. Queues are data: nothing is evicted, everything is on disk. */
export const redis: ServiceFactory = (context) => ({
  name: "redis",
  title: { en: "Redis", es: "Redis" },
  description: { en: "Queues and live updates", es: "Colas y actualizaciones en vivo" },
  role: "store",
  managed: "Valkey",
  image: "redis:7.4.11-alpine",
  user: "999:1000",
  ...(isClient(context, context.redis)
    ? client({
        volumes: server.volumes,
        // read by redis-cli
        environment: { REDISCLI_AUTH: secret("redis-password"), REDIS_HOST: context.redis.host },
        uses: ["redis"],
        // its certificate is publicly trusted
        check: ["sh", "-c", 'redis-cli --tls -h "$REDIS_HOST" ping | grep -q PONG'],
        memoryMb: 32,
      })
    : server),
  ports: [6379],
  secrets: [{ id: "redis-password", length: 32, charset: "alphanumeric" }],
});
