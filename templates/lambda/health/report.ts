/** What the dashboard shows of a service; the words are the ones of the report that the one-host topology writes, and more. */
export interface ServiceHealth {
  /** `missing`: there is none of that name; `off`: nobody wants it to run; `down`: it should run and does not. */
  readonly state: "running" | "starting" | "down" | "off" | "missing";
  /** `degraded`: fewer than wanted are ready. */
  readonly health: "healthy" | "degraded" | "starting" | "unhealthy" | "none";
  /** Tasks (or nodes of a store) that work, and how many should. */
  readonly ready?: number;
  readonly wanted?: number;
  /** It is being replaced by another version; `failing`: of which tasks have already failed. */
  readonly update?: "running" | "failing";
}

/** `health.json` of the dashboard. Everybody can read it: names and numbers, no reasons and no addresses. */
export interface HealthReport {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The page does not believe it for longer. */
  readonly staleAfterSeconds: number;
  /** A service of which nothing could be learnt is not in it. */
  readonly services: Readonly<Record<string, ServiceHealth>>;
}

/** Two reports may be late, or one fail, before the page calls the news old; CloudFront keeps each for a while, too. */
export const staleAfterSeconds = 180;
export const cacheSeconds = 15;

/** What `ready` of `wanted` parts make of the whole. `starting` tells whether more are on their way as planned. */
export function healthOf(
  ready: number,
  wanted: number,
  starting: boolean,
  update?: "running" | "failing",
): ServiceHealth {
  const counted = { ready: Math.min(ready, wanted), wanted, ...(update === undefined ? {} : { update }) };
  if (wanted === 0) return { state: "off", health: "none", ...counted };
  if (ready >= wanted) return { state: "running", health: "healthy", ...counted };
  if (ready > 0) return { state: "running", health: "degraded", ...counted };
  return starting
    ? { state: "starting", health: "starting", ...counted }
    : { state: "down", health: "unhealthy", ...counted };
}
