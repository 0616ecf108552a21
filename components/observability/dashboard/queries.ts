import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { globalRegion } from "../alarm";
import type { ObservedService } from "../services";

interface Query {
  /** In the name of the resource. */
  readonly role: string;
  /** In the console's list. */
  readonly title: string;
  /** The logs that it reads; `waf`: the firewall's. */
  readonly reads: readonly ObservedService[] | "waf";
  readonly lines: readonly string[];
}

/** Expressions for the lines that tell of one. */
const failedJobs = ({ logs }: ObservedService): string[] =>
  (logs.filters ?? []).filter((s) => s.kind === "failed-jobs").map((s) => s.expression);

/** For CloudWatch Logs Insights, as a human looks for things at night. */
const queriesOf = (services: readonly ObservedService[]): readonly Query[] => [
  {
    role: "errors",
    title: "Errors by service",
    reads: services,
    lines: [
      'filter @message like /ERROR|FATAL|"level":"error"|Error:|Traceback/',
      "stats count(*) as errors, latest(@timestamp) as last by @log",
      "sort errors desc",
    ],
  },
  {
    role: "last-errors",
    title: "Last errors in full",
    reads: services,
    lines: [
      "fields @timestamp, @log, @message",
      'filter @message like /ERROR|FATAL|"level":"error"|Error:|Traceback/',
      "sort @timestamp desc",
      "limit 100",
    ],
  },
  ...services.flatMap((service) => (service.logs.queries ?? []).map((query) => ({ ...query, reads: [service] }))),
  {
    role: "webhook-failures",
    title: "Webhooks that failed",
    reads: services.filter((s) => s.logs.webhooks === true),
    lines: [
      "fields @timestamp, @log, @message",
      "filter @message like /(?i)webhook/ and @message like /(?i)(error|exception|invalid|fail|refused|timed? ?out)/",
      "sort @timestamp desc",
      "limit 100",
    ],
  },
  {
    role: "failed-jobs",
    title: "Jobs that failed",
    reads: services.filter((s) => failedJobs(s).length > 0),
    lines: [
      "fields @timestamp, @log, @message",
      `filter @message like /${[...new Set(services.flatMap(failedJobs))].join("|")}/`,
      "sort @timestamp desc",
      "limit 100",
    ],
  },
  {
    role: "waf-blocks",
    title: "Requests that the firewall blocked",
    reads: "waf",
    lines: [
      "filter action = 'BLOCK'",
      "stats count(*) as blocked by terminatingRuleId, httpRequest.clientIp, httpRequest.country, httpRequest.uri",
      "sort blocked desc",
      "limit 50",
    ],
  },
];

export interface QueriesArgs {
  readonly stack: string;
  readonly services: readonly ObservedService[];
  /** In us-east-1; absent: the firewall writes no log. */
  readonly wafLogGroup?: pulumi.Input<string> | undefined;
}

/** Saved queries, in the folder `ai-ecosystem/<stack>` of Logs Insights. One of services that are off is left out. */
export function savedQueries(name: string, args: QueriesArgs, parent: pulumi.Resource): void {
  for (const { role, title, reads, lines } of queriesOf(args.services)) {
    const waf = reads === "waf";
    const groups = waf ? [args.wafLogGroup].filter((group) => group !== undefined) : reads.map((s) => s.logGroup);
    if (groups.length === 0) continue;
    new aws.cloudwatch.QueryDefinition(
      `${name}-${role}`,
      {
        ...(waf ? { region: globalRegion } : {}),
        name: `ai-ecosystem/${args.stack}/${title}`,
        // Insights takes 50 at most
        logGroupNames: groups.slice(0, 50),
        queryString: lines.join("\n| "),
      },
      { parent },
    );
  }
}
