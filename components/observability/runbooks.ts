/** The alerts, each with its page `docs/runbooks/<name>.md`. Alarms of one kind (one per service) share a page. */
export const runbooks = [
  "site-errors",
  "dashboard-errors",
  "load-balancer-errors",
  "waf-blocked",
  "certificate",
  "service-errors",
  "service-latency",
  "service-unhealthy",
  "service-tasks",
  "service-cpu",
  "service-memory",
  "application-errors",
  "failed-jobs",
  "postgres-storage",
  "postgres-cpu",
  "postgres-connections",
  "postgres-memory",
  "rotation",
  "mongodb-cpu",
  "mongodb-connections",
  "mongodb-storage",
  "redis-memory",
  "redis-evictions",
  "redis-connections",
  "live-health",
  "slack-undelivered",
  // the budget tells, not an alarm: CloudWatch's estimate covers the whole account, the budget this stack
  "cost",
  // of the sandbox
  "host-system",
  "host-instance",
  "host-credits",
  "host-backup",
] as const;

/** One of these, or the page of a service's queue. */
export type Runbook = (typeof runbooks)[number] | `queue-${string}`;
