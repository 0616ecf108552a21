/** Reports older than this say nothing about now, unless they say themselves how often they come: up to ten minutes. */
const STALE_AFTER_MS = 60_000;
const STALE_AT_MOST_MS = 600_000;

function staleAfter(seconds) {
  const ms = typeof seconds === "number" ? seconds * 1000 : NaN;
  return ms >= STALE_AFTER_MS ? Math.min(ms, STALE_AT_MOST_MS) : STALE_AFTER_MS;
}

/**
 * A report that can be trusted to have the right shape, or null.
 * `serverNow` is the server's clock at the moment of the answer: the visitor's own clock may be wrong.
 */
export function readReport(body, serverNow, receivedAt) {
  const time = typeof body?.time === "string" ? Date.parse(body.time) : NaN;
  if (Number.isNaN(time) || typeof body.services !== "object" || body.services === null) return null;
  const staleAfterMs = staleAfter(body.staleAfterSeconds);
  return {
    time,
    ageOnArrival: serverNow - time,
    receivedAt,
    staleAfterMs,
    services: body.services,
    backup: body.backup,
  };
}

/** "fresh", "stale" or "missing". A report from the future is no evidence either. */
export function freshness(report, now) {
  if (report === null) return "missing";
  return Math.abs(report.ageOnArrival + (now - report.receivedAt)) > report.staleAfterMs ? "stale" : "fresh";
}

const HEALTH = new Map([
  ["healthy", "healthy"],
  ["degraded", "degraded"],
  ["starting", "starting"],
  ["unhealthy", "unhealthy"],
  ["none", "unchecked"],
]);

const entryOf = (report, name) => (Object.hasOwn(report.services, name) ? report.services[name] : null);

/**
 * What the report says of one service; only "running" with a passed check is "healthy". The states are Docker's, and those
 * of a service of several tasks.
 */
export function verdictOf(report, name) {
  const entry = entryOf(report, name);
  switch (entry?.state) {
    case "running":
      return HEALTH.get(entry.health) ?? "unknown";
    case "created":
    case "starting":
      return "starting";
    case "down":
    case "off":
      return entry.state;
    case "restarting": // Docker's word for a container that keeps failing
      return "unhealthy";
    case "paused":
    case "exited":
    case "dead":
    case "removing":
      return "stopped";
    case "missing": // it ought to be there, and nobody has it
      return "down";
    default:
      return "unknown";
  }
}

const isCount = (value) => Number.isInteger(value) && value >= 0;

/** How many of its parts are ready, and whether it is being updated: `{ ready, wanted, update }`, null where unknown. */
export function detailOf(report, name) {
  const { ready, wanted, update } = entryOf(report, name) ?? {};
  const counted = isCount(ready) && isCount(wanted);
  return {
    ready: counted ? ready : null,
    wanted: counted ? wanted : null,
    update: update === "running" || update === "failing" ? update : null,
  };
}

/** The worst first: it colours the summary and opens its sentence. */
const URGENCY = [
  ["attention", ["down", "stopped", "unhealthy"]],
  ["degraded", ["degraded"]],
  ["unknown", ["unknown"]],
  ["starting", ["starting"]],
  ["unchecked", ["unchecked"]],
  ["off", ["off"]],
];

/** Groups of services that are not plainly healthy: `[{ group, names, verdict }]`, most urgent first. */
export function concerns(verdicts) {
  return URGENCY.map(([group, members]) => {
    const found = [...verdicts].filter(([, verdict]) => members.includes(verdict));
    return { group, names: found.map(([name]) => name), verdict: found[0]?.[1] };
  }).filter(({ names }) => names.length > 0);
}

/** Without a new one for so long, a night was missed. */
const BACKUP_OLD_MS = 36 * 3_600_000;

/**
 * The last backup: `{ verdict, key, time, away }`. `key` is one of `none`, `failed`, `old`, `proved`, `made`; times are in ms,
 * `away` that of the last one outside the host or null. Null where nobody tells of backups.
 */
export function backupOf(report) {
  if (typeof report?.backup !== "object" || report.backup === null) return null;
  const { time, proof, s3 } = report.backup;
  const made = Date.parse(time ?? "");
  const away = Number.isNaN(Date.parse(s3 ?? "")) ? null : Date.parse(s3);
  if (Number.isNaN(made)) return { verdict: "unchecked", key: "none", time: null, away };
  if (proof === "failed") return { verdict: "unhealthy", key: "failed", time: made, away };
  if (report.time - made > BACKUP_OLD_MS) return { verdict: "unhealthy", key: "old", time: made, away };
  return proof === "proved"
    ? { verdict: "healthy", key: "proved", time: made, away }
    : { verdict: "unchecked", key: "made", time: made, away };
}
