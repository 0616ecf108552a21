import type { Waiver } from "./waivers";

const until = "2027-11-30";

const managedKey = (what: string): string =>
  `The key that AWS manages is free and encrypts as well; ${what} is not shared with other accounts.`;

/** What production accepts, and why. */
export const productionWaivers: readonly Waiver[] = [
  {
    rule: "AIE-ALB-08",
    resource: "*-edge-alb-balancer",
    reason:
      "CloudFront reaches it by its public address. Only CloudFront's addresses are admitted (AIE-ALB-11), and of those only this stack's distribution, by its secret header, gets an answer (AIE-ALB-10).",
    expires: until,
  },
  {
    rule: "AIE-ALB-09",
    resource: "*-edge-alb-*",
    reason: "Inside the VPC, where the services' groups admit the load balancer alone; the applications speak no TLS.",
    expires: until,
  },
  {
    rule: "AIE-ACM-03",
    resource: "*-edge-certificate-*",
    reason: "Every name below the domain is this stack's: a further service gets its host without a new certificate.",
    expires: until,
  },
  {
    rule: "AIE-CDN-01",
    resource: "*-edge-cdn",
    reason: "Applications answer at the root, not files of a bucket; the dashboard's distribution has its page.",
    expires: until,
  },
  {
    rule: "AIE-CDN-04",
    resource: "*-edge-*cdn",
    reason: "Both origins are in several zones themselves; a second one would need the same databases.",
    expires: until,
  },
  {
    rule: "AIE-CDN-12",
    resource: "*-edge-*cdn",
    reason: "Customers write from wherever they are; whom to serve is the desk's choice, not the program's.",
    expires: until,
  },
  {
    rule: "AIE-RDS-05",
    resource: "*-data-postgres-instance",
    reason: "Performance Insights shows the load of the machine by query; enhanced monitoring is billed by its logs.",
    expires: until,
  },
  {
    rule: "AIE-RDS-10",
    resource: "*-data-postgres-instance",
    reason: "Chatwoot and n8n can use a password only, not a token that changes every 15 minutes.",
    expires: until,
  },
  {
    rule: "AIE-RDS-15",
    resource: "*-data-postgres-instance",
    reason: "Nothing but the services' own security groups reaches the port, whatever its number is.",
    expires: until,
  },
  {
    rule: "AIE-RDS-18",
    resource: "*-data-postgres-instance",
    reason:
      "Alarms on storage, CPU, memory and connections, and on errors of the site, tell of what matters to the desk.",
    expires: until,
  },
  ...[
    { rule: "AIE-DOCDB-07", resource: "*-data-mongodb-cluster", what: "the cluster" },
    { rule: "AIE-CACHE-08", resource: "*-data-redis-group", what: "the group" },
    { rule: "AIE-LAMBDA-06", resource: "*-function", what: "what a function is told, which holds no secret," },
    { rule: "AIE-RDS-21", resource: "*-data-postgres-instance", what: "what it shows" },
    { rule: "AIE-S3-07", resource: "*", what: "the bucket" },
    { rule: "AIE-SM-02", resource: "*", what: "the secret" },
    { rule: "AIE-LOG-03", resource: "*", what: "the log" },
  ].map(({ rule, resource, what }) => ({ rule, resource, reason: managedKey(what), expires: until })),
  ...["chatwoot-web", "chatwoot-sidekiq", "n8n", "n8n-worker", "n8n-webhook", "librechat"].map((service) => ({
    rule: "AIE-SM-01",
    resource: `*-services-${service}-secrets-secret`,
    reason: "Holds keys that data is encrypted with: with another one that data is lost. Its database login is apart.",
    expires: until,
  })),
  {
    rule: "AIE-SM-01",
    resource: "*-services-data-bridge-secrets-secret",
    reason: "Tokens that people and their programs were given: replaced by hand when one leaks, and handed out anew.",
    expires: until,
  },
  ...["setup", "queues"].map((owner) => ({
    rule: "AIE-SM-01",
    resource: `*-services-${owner}-secrets-secret`,
    reason: "Passwords within DocumentDB and Valkey: a deployment changes store and users of it together.",
    expires: until,
  })),
  {
    rule: "AIE-SM-01",
    resource: "*-observability-slack-webhook",
    reason: "Slack makes the address: a new one is made there and put into the settings.",
    expires: until,
  },
  ...["health", "services-queues"].map((name) => ({
    rule: "AIE-LAMBDA-01",
    resource: `*-${name}-function`,
    reason: "Called anew each minute: what it failed to tell is out of date by then, and an alarm tells of silence.",
    expires: until,
  })),
  {
    rule: "AIE-LAMBDA-01",
    resource: "*-rotation-*-function",
    reason:
      "An alarm tells of every failure, the runbook how to repeat it; until then both logins of a user stay good.",
    expires: until,
  },
  {
    rule: "AIE-LAMBDA-02",
    resource: "*-function",
    reason:
      "New accounts have ten executions at a time and none to reserve; all are called by the clock, or a few times a day.",
    expires: until,
  },
  {
    rule: "AIE-LAMBDA-03",
    resource: "*-function",
    reason: "Each does one thing and writes what it did into its log; nothing calls one while somebody waits.",
    expires: until,
  },
  {
    rule: "AIE-LAMBDA-04",
    resource: "*-function",
    reason:
      "The code comes from this program. Only the deploy role may change it, and that role may change the signing, too.",
    expires: until,
  },
  ...["health", "rotation-redeployer", "observability-slack"].map((name) => ({
    rule: "AIE-LAMBDA-05",
    resource: `*-${name}-function`,
    reason:
      "It calls AWS or Slack on the internet and nothing in the VPC; there it would need the NAT gateway to work.",
    expires: until,
  })),
  {
    rule: "AIE-S3-08",
    resource: "*",
    reason:
      "The loss of a whole region is not what this installation survives; it would need its databases there, too.",
    expires: until,
  },
  {
    rule: "AIE-S3-09",
    resource: "*",
    reason:
      "Versions are kept for weeks, and no task may delete one; a lock would keep what customers ask to be erased.",
    expires: until,
  },
  {
    rule: "AIE-S3-10",
    resource: "*",
    reason: "Nothing waits for files: the applications write and read them themselves.",
    expires: until,
  },
  {
    rule: "AIE-LOG-02",
    resource: "*",
    reason: "Logs hold what customers wrote and from where: they go after the days that logRetentionDays says.",
    expires: until,
  },
  {
    rule: "AIE-ECS-07",
    resource: "*-services-cluster",
    reason: "The economy profile does without: CPU and memory of every service are free, and the alarms use those.",
    expires: until,
  },
  {
    rule: "AIE-ACCT-02",
    resource: "*-services-cluster",
    reason:
      "Guardrails switches each plan off by name, as AWS bills them by volume, apart from the basic one, which watches the account's keys and network. An account that wants them makes its own detector (guardDuty: existing).",
    expires: until,
  },
  ...["AIE-ACCT-04", "AIE-ACCT-05"].map((rule) => ({
    rule,
    resource: "*-services-cluster",
    reason: "One per account, for everything in it: it is made where the account is, and outlives this stack.",
    expires: until,
  })),
  {
    rule: "AIE-ACCT-06",
    resource: "*-services-cluster",
    reason: "Databases, cache and bucket each keep their own backups or versions; a vault is a choice of the account.",
    expires: until,
  },
];
