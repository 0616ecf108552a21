import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { globalRegion } from "../alarm";
import type { ObservedService } from "../services";

interface Query {
  /** In the name of the resource. */
  readonly role: string;
  /** In the console's list. */
  readonly title: string;
  /** Services whose logs it reads; absent: all of them. `waf`: the firewall's. */
  readonly reads?: readonly string[] | "waf";
  readonly lines: readonly string[];
}

const n8n = ["n8n", "n8n-webhook", "n8n-worker"];

/** For CloudWatch Logs Insights, as a human looks for things at night. */
const queries: readonly Query[] = [
  {
    role: "errors",
    title: "Errors by service",
    lines: [
      'filter @message like /ERROR|FATAL|"level":"error"|Error:|Traceback/',
      "stats count(*) as errors, latest(@timestamp) as last by @log",
      "sort errors desc",
    ],
  },
  {
    role: "last-errors",
    title: "Last errors in full",
    lines: [
      "fields @timestamp, @log, @message",
      'filter @message like /ERROR|FATAL|"level":"error"|Error:|Traceback/',
      "sort @timestamp desc",
      "limit 100",
    ],
  },
  {
    role: "slow-requests",
    title: "Slow requests of Chatwoot",
    reads: ["chatwoot-web"],
    lines: [
      "filter @message like /Completed \\d{3}/",
      "parse @message /\\[(?<request>[0-9a-f-]{36})\\] Completed (?<status>\\d{3}) .* in (?<ms>\\d+)ms/",
      "filter ms > 1000",
      "fields @timestamp, ms, status, request",
      "sort ms desc",
      "limit 50",
    ],
  },
  {
    role: "webhook-failures",
    title: "Webhooks that failed",
    reads: ["chatwoot-sidekiq", ...n8n],
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
    reads: ["chatwoot-sidekiq", "n8n-worker"],
    lines: [
      "fields @timestamp, @log, @message",
      'filter @message like /Error performing|Worker errored while running execution|"success":false/',
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
  for (const { role, title, reads, lines } of queries) {
    const waf = reads === "waf";
    const groups = waf
      ? [args.wafLogGroup].filter((group) => group !== undefined)
      : args.services.filter((s) => reads === undefined || reads.includes(s.name)).map((s) => s.logGroup);
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
