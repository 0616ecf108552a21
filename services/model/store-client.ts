import type { Context, StoreEndpoint } from "./context";
import { inBothPlans, type HealthCheck, type Service, type Volume } from "./types";

/**
 * Whether a host has a client of a store in the store's place, as AWS runs that one. The client has the store's name, image and
 * tools: its check is the managed store's state, and backups, restores and trials run in it as they do in a store.
 */
export const isClient = ({ topology }: Pick<Context, "topology">, { tlsCaFile }: StoreEndpoint): boolean =>
  topology === "host" && tlsCaFile !== undefined;

/** Networks from which a store is reached: a managed one is outside. */
export const storeNetworks = (context: Pick<Context, "topology">, store: StoreEndpoint): Service["networks"] =>
  isClient(context, store) ? ["frontend"] : ["backend"];

/** What a client has in place of the store's own. It waits, and ends at once when it is told to. */
export const client = (
  of: Pick<Service, "environment" | "mounts" | "uses"> & {
    /** Of the store that it stands for. */
    readonly volumes: readonly Volume[];
    readonly check: readonly string[];
    /** Limit, MiB: what a dump or a restore takes. */
    readonly memoryMb: number;
  },
) =>
  ({
    entrypoint: ["sh"],
    command: ["-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"],
    environment: { HOME: "/tmp", ...of.environment },
    networks: ["frontend"],
    uses: of.uses ?? [],
    mounts: of.mounts ?? [],
    volumes: [],
    ...(of.volumes[0] === undefined ? {} : { ownVolume: of.volumes[0].name }),
    tmpfs: ["/tmp"],
    readOnlyRoot: true,
    capabilities: [],
    memoryMb: inBothPlans(of.memoryMb),
    memoryNeed: { floor: of.memoryMb / 2, idle: inBothPlans(2), source: "a shell that waits" },
    healthCheck: { command: of.check, interval: 15, timeout: 10, retries: 4, startPeriod: 30 } satisfies HealthCheck,
    stopGrace: 10,
  }) as const satisfies Partial<Service>;
