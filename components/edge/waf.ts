import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bodyMegabytes } from "../../services/model/limits";
import { iamPolicy } from "../iam-policy";
import { cloudFrontRegion } from "./certificates";
import { blocking, bodySize, managed, perAddress, refusals } from "./waf-rules";

export interface WafArgs {
  /** Paths of the logins. */
  readonly logins: readonly string[];
  /** Prefixes that the general rate does not count: static files and sockets. */
  readonly unlimited: readonly string[];
  readonly logRetentionDays: number;
  /** Requests of one address in five minutes. @default 9,000: nginx's 30 a second of the one-host topology */
  readonly ratePerAddress?: number;
  /** Logins of one address in five minutes. @default 55: nginx's 5 a minute and a burst of 30 */
  readonly loginsPerAddress?: number;
}

/** Headers that carry credentials. */
const secretHeaders = ["authorization", "cookie", "api_access_token", "api-access-token", "x-api-key"];

/** The web ACL of the distributions, with a log of what it stops. */
export class Waf extends pulumi.ComponentResource {
  /** For a distribution's `webAclId`. */
  public readonly arn: pulumi.Output<string>;
  /** Names it in CloudWatch's metrics, which are in us-east-1. */
  public readonly metricName: string;
  public readonly webAclName: pulumi.Output<string>;
  public readonly logGroupName: pulumi.Output<string>;

  constructor(
    private readonly prefix: string,
    args: WafArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ai-ecosystem:edge:Waf", prefix, {}, opts);
    const rules = [
      managed("ip-reputation", "AWSManagedRulesAmazonIpReputationList"),
      ...(args.logins.length === 0
        ? []
        : [perAddress("login-rate", args.loginsPerAddress ?? 55, { logins: args.logins })]),
      perAddress("rate", args.ratePerAddress ?? 9000, { except: args.unlimited }),
      bodySize("body-size", bodyMegabytes),
      managed("known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet"),
      managed("common", "AWSManagedRulesCommonRuleSet"),
    ];
    this.metricName = `${prefix}-acl`;
    const acl = new aws.wafv2.WebAcl(
      `${prefix}-acl`,
      {
        region: cloudFrontRegion,
        scope: "CLOUDFRONT",
        description: "Entrance of the ecosystem",
        defaultAction: { allow: {} },
        customResponseBodies: Object.entries(refusals).map(([key, refusal]) => ({ key, ...refusal })),
        rules: rules.map((rule, i) => ({ ...rule, priority: i })),
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: this.metricName, sampledRequestsEnabled: true },
        tags: { Name: prefix },
      },
      { parent: this },
    );
    this.arn = acl.arn;
    this.webAclName = acl.name;
    this.logGroupName = this.log(acl, args.logRetentionDays);
    this.registerOutputs({});
  }

  private log(acl: aws.wafv2.WebAcl, retentionInDays: number): pulumi.Output<string> {
    const inside = { parent: this };
    const group = new aws.cloudwatch.LogGroup(
      `${this.prefix}-log`,
      // WAF takes no other beginning of the name: https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
      { region: cloudFrontRegion, name: `aws-waf-logs-${this.prefix}`, retentionInDays, tags: { Name: this.prefix } },
      inside,
    );
    const account = aws.getCallerIdentityOutput({}, inside).accountId;
    const writable = new aws.cloudwatch.LogResourcePolicy(
      `${this.prefix}-log-policy`,
      {
        region: cloudFrontRegion,
        policyName: `aws-waf-logs-${this.prefix}`,
        policyDocument: iamPolicy([
          {
            Sid: "WafLogs",
            Effect: "Allow",
            Principal: { Service: "delivery.logs.amazonaws.com" },
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${group.arn}:*`,
            Condition: {
              ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:aws:logs:${cloudFrontRegion}:${account}:*` },
              StringEquals: { "aws:SourceAccount": account },
            },
          },
        ]),
      },
      inside,
    );
    new aws.wafv2.WebAclLoggingConfiguration(
      `${this.prefix}-logging`,
      {
        region: cloudFrontRegion,
        resourceArn: acl.arn,
        logDestinationConfigs: [group.arn],
        // what passed is in CloudFront's log
        loggingFilter: {
          defaultBehavior: "DROP",
          filters: [
            {
              behavior: "KEEP",
              requirement: "MEETS_ANY",
              conditions: blocking.map((action) => ({ actionCondition: { action } })),
            },
          ],
        },
        // widgets and notebooks carry tokens in the query
        redactedFields: [...secretHeaders.map((name) => ({ singleHeader: { name } })), { queryString: {} }],
      },
      { ...inside, dependsOn: [writable] },
    );
    return group.name;
  }
}
