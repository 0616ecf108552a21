/** What the scanner finds and this program leaves as it is. */
export interface Accepted {
  readonly check: string;
  /** Address in the plan; `*` stands for any characters. */
  readonly resource: string;
  readonly reason: string;
}

const accept = (reason: string, ...found: readonly (readonly [check: string, resource: string])[]): Accepted[] =>
  found.map(([check, resource]) => ({ check, resource, reason }));

/** A finding that is in no entry fails the suite, and so does an entry that meets no finding. */
export const accepted: readonly Accepted[] = [
  ...accept(
    "The key that AWS manages is free and encrypts as well; nothing of it is shared with other accounts.",
    ["CKV_AWS_145", "aws_s3_bucket.*"],
    ["CKV_AWS_149", "aws_secretsmanager_secret.*"],
    ["CKV_AWS_158", "aws_cloudwatch_log_group.*"],
    ["CKV_AWS_173", "aws_lambda_function.*"],
    ["CKV_AWS_182", "aws_docdb_cluster.*-data-mongodb-cluster"],
    ["CKV_AWS_189", "aws_ebs_volume.*-host-data"],
    ["CKV_AWS_191", "aws_elasticache_replication_group.*-data-redis-group"],
    ["CKV_AWS_354", "aws_db_instance.*-data-postgres-instance"],
  ),
  ...accept("The host alone writes to it, and its journal has each archive; a log would be a second bucket to keep.", [
    "CKV_AWS_18",
    "aws_s3_bucket.*-host-backups",
  ]),
  ...accept(
    "The nightly dump alone writes to it, and its log has each archive; a log would be a second bucket to keep.",
    ["CKV_AWS_18", "aws_s3_bucket.*-data-backups"],
  ),
  ...accept("One host with one security group; the logs would cost more than they tell.", [
    "CKV2_AWS_11",
    "aws_vpc.ai-ecosystem-sandbox-network-vpc",
  ]),
  ...accept("The host reports its own health each minute; metrics every five minutes are enough besides.", [
    "CKV_AWS_126",
    "aws_instance.*-host-instance",
  ]),
  ...accept("Port 80 redirects to HTTPS and answers Let's Encrypt's challenges, nothing else (AIE-NET-04).", [
    "CKV_AWS_260",
    "aws_vpc_security_group_ingress_rule.*-host-in-80",
  ]),
  ...accept(
    "Actions that AWS cannot limit to a resource; policies/rules/unscoped-actions.ts says it of each (AIE-IAM-03).",
    ["CKV_AWS_290", "aws_iam_role_policy.*-host-role-policy"],
    ["CKV_AWS_290", "aws_iam_policy.*-delivery-github-boundary"],
    ["CKV_AWS_290", "aws_iam_policy.*-delivery-github-deploy-edge"],
    ["CKV_AWS_355", "aws_iam_role_policy.*-host-role-policy"],
    ["CKV_AWS_355", "aws_iam_role_policy.*-on-call-policy"],
    ["CKV_AWS_355", "aws_iam_policy.*-delivery-github-*"],
  ),
  ...accept(
    "People of this account take it, with a second factor, and only those whom the operators' group lets (on-call.test.ts).",
    ["CKV_AWS_61", "aws_iam_role.*-on-call"],
  ),
  ...accept("Its target is a distribution, which the record names by its domain; the scanner looks for a reference.", [
    "CKV2_AWS_23",
    "aws_route53_record.*-edge-dns-*-a",
  ]),
  ...accept("The firewall is on the distribution in front, which alone gets an answer (AIE-ALB-10, 11, AIE-CDN-06).", [
    "CKV2_AWS_28",
    "aws_lb.*-edge-alb-balancer",
  ]),
  ...accept("Is on; the scanner wants a configuration of an AWS organization, which is not this stack's.", [
    "CKV2_AWS_3",
    "aws_guardduty_detector.*-guardrails-detector",
  ]),
  ...accept("Log4j's inputs are refused (CKV_AWS_192). It wants a second list, which refuses customers behind a VPN.", [
    "CKV2_AWS_47",
    "aws_cloudfront_distribution.*-edge-*cdn",
  ]),
  ...accept(
    "Keys that data is encrypted with, tokens that people were given, passwords within stores: another one loses data or locks out. Database logins are apart, and rotated.",
    ["CKV2_AWS_57", "aws_secretsmanager_secret.*-services-*-secrets-secret"],
  ),
  ...accept("Slack makes the address: a new one is made there and put into the settings.", [
    "CKV2_AWS_57",
    "aws_secretsmanager_secret.*-observability-slack-webhook",
  ]),
  ...accept("Nothing waits for files: the applications write and read them themselves.", [
    "CKV2_AWS_62",
    "aws_s3_bucket.*",
  ]),
  ...accept("Every name below the domain is this stack's: a further service needs no new certificate.", [
    "CKV2_AWS_71",
    "aws_acm_certificate.*-edge-certificate-*",
  ]),
  ...accept("New accounts have ten executions at a time and none to reserve; all are called by the clock or rarely.", [
    "CKV_AWS_115",
    "aws_lambda_function.*",
  ]),
  ...accept(
    "An alarm tells of every failure. What is called each minute is out of date by then; the rest is repeated.",
    ["CKV_AWS_116", "aws_lambda_function.*"],
  ),
  ...accept(
    "Calls AWS or Slack on the internet and nothing in the VPC; there it would need the NAT gateway to work.",
    ["CKV_AWS_117", "aws_lambda_function.*-health-function"],
    ["CKV_AWS_117", "aws_lambda_function.*-rotation-redeployer-function"],
    ["CKV_AWS_117", "aws_lambda_function.*-observability-slack-function"],
  ),
  ...accept("The code comes from this program; who may change it, the deploy role, may change the signing, too.", [
    "CKV_AWS_272",
    "aws_lambda_function.*",
  ]),
  ...accept("Each does one thing and writes what it did into its log; nobody waits for one.", [
    "CKV_AWS_50",
    "aws_lambda_function.*",
  ]),
  ...accept("Performance Insights shows the load of the machine by query; enhanced monitoring is billed by its logs.", [
    "CKV_AWS_118",
    "aws_db_instance.*-data-postgres-instance",
  ]),
  ...accept("The applications can use a password only, not a token that changes every 15 minutes.", [
    "CKV_AWS_161",
    "aws_db_instance.*-data-postgres-instance",
  ]),
  ...accept(
    "The loss of a whole region is not what this installation survives; it would need its databases there, too.",
    ["CKV_AWS_144", "aws_s3_bucket.*"],
  ),
  ...accept("Says it for a year; `preload` is for the domain's owner to decide, for every name below it.", [
    "CKV_AWS_259",
    "aws_cloudfront_response_headers_policy.*-edge-*",
  ]),
  ...accept("Applications answer at the root, not files of a bucket; the dashboard's distribution has its page.", [
    "CKV_AWS_305",
    "aws_cloudfront_distribution.*-edge-cdn",
  ]),
  ...accept("Both origins are in several zones themselves; a second one would need the same databases.", [
    "CKV_AWS_310",
    "aws_cloudfront_distribution.*-edge-*cdn",
  ]),
  ...accept("Logs hold what customers wrote and from where: they go after the days that logRetentionDays says.", [
    "CKV_AWS_338",
    "aws_cloudwatch_log_group.*",
  ]),
  ...accept("Customers write from wherever they are; whom to serve is the desk's choice, not the program's.", [
    "CKV_AWS_374",
    "aws_cloudfront_distribution.*-edge-*cdn",
  ]),
  ...accept(
    "Inside the VPC, where the services' groups admit the load balancer alone; the applications speak no TLS.",
    ["CKV_AWS_378", "aws_lb_target_group.*-edge-alb-*"],
  ),
  ...accept("Logs by a delivery of CloudWatch Logs, which the scanner does not know.", [
    "CKV_AWS_86",
    "aws_cloudfront_distribution.*-edge-*cdn",
  ]),
];
