/** Reports older than this say nothing about now. */
const STALE_AFTER_MS = 60_000;

/**
 * A report that can be trusted to have the right shape, or null.
 * `serverNow` is the host's clock at the moment of the answer: the visitor's own clock may be wrong.
 */
export function readReport(body, serverNow, receivedAt) {
  const time = typeof body?.time === "string" ? Date.parse(body.time) : NaN;
  if (Number.isNaN(time) || typeof body.services !== "object" || body.services === null) return null;
  return { time, ageOnArrival: serverNow - time, receivedAt, services: body.services };
}

/** "fresh", "stale" or "missing". A report from the future is no evidence either. */
export function freshness(report, now) {
  if (report === null) return "missing";
  return Math.abs(report.ageOnArrival + (now - report.receivedAt)) > STALE_AFTER_MS ? "stale" : "fresh";
}

const HEALTH = new Map([
  ["healthy", "healthy"],
  ["starting", "starting"],
  ["unhealthy", "unhealthy"],
  ["none", "unchecked"],
]);

/** What the report says of one service; only "running" with a passed check is "healthy". */
export function verdictOf(report, name) {
  const entry = Object.hasOwn(report.services, name) ? report.services[name] : null;
  switch (entry?.state) {
    case "running":
      return HEALTH.get(entry.health) ?? "unknown";
    case "created":
      return "starting";
    case "restarting": // Docker's word for a container that keeps failing
      return "unhealthy";
    case "paused":
    case "exited":
    case "dead":
    case "removing":
      return "stopped";
    default:
      return "unknown";
  }
}

/** The worst first: it colours the summary and opens its sentence. */
const URGENCY = [
  ["attention", ["stopped", "unhealthy"]],
  ["unknown", ["unknown"]],
  ["starting", ["starting"]],
  ["unchecked", ["unchecked"]],
];

/** Groups of services that are not plainly healthy: `[{ group, names, verdict }]`, most urgent first. */
export function concerns(verdicts) {
  return URGENCY.map(([group, members]) => {
    const found = [...verdicts].filter(([, verdict]) => members.includes(verdict));
    return { group, names: found.map(([name]) => name), verdict: found[0]?.[1] };
  }).filter(({ names }) => names.length > 0);
}
