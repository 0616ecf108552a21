import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { idleSeconds } from "../../services/model/limits";
import { cdn } from "./cdn";
import { Certificates } from "./certificates";
import { dashboard } from "./dashboard-site";
import { aliasRecords } from "./dns";
import { LoadBalancer } from "./load-balancer";
import { accessLogs, distributionLogs } from "./logs";
import { originSecret } from "./origin-secret";
import { planEdge, type EdgeRoute } from "./routes";
import type { ServiceTargets } from "./targets";
import { Waf } from "./waf";

export type { EdgeRoute } from "./routes";
export type { ServiceTargets, Target } from "./targets";

export interface EdgeArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Two or more, each in a zone of its own. */
  readonly publicSubnetIds: readonly pulumi.Input<string>[];
  /** Host name of the dashboard; the applications are one label below it. */
  readonly domain: string;
  /** Zone id (`Z…`) or zone name. */
  readonly hostedZone: string;
  /** Services that have a route, in any order. */
  readonly routes: readonly EdgeRoute[];
  /** The dashboard's files: path -> text. */
  readonly dashboardFiles: Readonly<Record<string, pulumi.Input<string>>>;
  /** Keep load balancer and logs from being deleted. */
  readonly deletionProtection: boolean;
  readonly logRetentionDays: number;
  /** How the names of the buckets begin whose access logs it takes. @default as the edge's own */
  readonly loggedBuckets?: string;
  /** Counted up by one to change the secret between CloudFront and the load balancer. @default 1 */
  readonly originSecretGeneration?: number;
}

/** The entrance from the internet: DNS, certificates, CloudFront with WAF, and the load balancer behind it. */
export class Edge extends pulumi.ComponentResource {
  public readonly albSecurityGroupId: pulumi.Output<string>;
  public readonly albDnsName: pulumi.Output<string>;
  /** Names the load balancer in CloudWatch. */
  public readonly albArnSuffix: pulumi.Output<string>;
  public readonly listenerArn: pulumi.Output<string>;
  /** By service. */
  public readonly targetGroups: Readonly<Record<string, ServiceTargets>>;
  /** Address of the applications' distribution. */
  public readonly cloudFrontDomain: pulumi.Output<string>;
  /** The applications' distribution. */
  public readonly distributionId: pulumi.Output<string>;
  public readonly dashboardDistributionId: pulumi.Output<string>;
  /** Whoever reports live health writes `health.json` here. */
  public readonly dashboardBucket: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
  public readonly webAclName: pulumi.Output<string>;
  /** Names the web ACL in CloudWatch, in us-east-1. */
  public readonly webAclMetricName: string;
  /** In us-east-1. */
  public readonly wafLogGroupName: pulumi.Output<string>;
  /** Takes the access logs of buckets as well, below `s3/`; known when its policy admits them. */
  public readonly logBucketName: pulumi.Output<string>;
  /** ACM renews them; an alarm on `DaysToExpiry` tells when it did not. */
  public readonly certificateArns: {
    readonly regional: pulumi.Output<string>;
    readonly cloudFront: pulumi.Output<string>;
  };
  private readonly balancer: LoadBalancer;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:edge:Edge", name, {}, opts);
    const inside = { parent: this };
    const plan = planEdge(args.routes, args.domain);
    for (const { service, keepAliveSeconds } of args.routes) {
      if (keepAliveSeconds !== undefined) continue;
      void pulumi.log.warn(
        `${service} does not say how long it keeps idle connections (keepAliveSeconds): if that is less than the load ` +
          `balancer's ${idleSeconds.loadBalancer} s, some requests are answered with 502`,
        this,
      );
    }
    const zoneId = args.hostedZone.includes(".")
      ? aws.route53.getZoneOutput({ name: args.hostedZone }, inside).zoneId
      : pulumi.output(args.hostedZone);
    const forceDestroy = !args.deletionProtection;

    const certificates = new Certificates(`${name}-certificate`, { domain: args.domain, zoneId }, inside);
    const logs = accessLogs(
      `${name}-logs`,
      { retentionDays: args.logRetentionDays, forceDestroy, loggedBuckets: args.loggedBuckets ?? `${name}-` },
      this,
    );
    const secret = originSecret(name, args.originSecretGeneration ?? 1, this);
    this.balancer = new LoadBalancer(
      `${name}-alb`,
      {
        vpcId: args.vpcId,
        publicSubnetIds: args.publicSubnetIds,
        certificateArn: certificates.regionalArn,
        plan,
        acceptedSecrets: secret.accepted,
        logs,
        deletionProtection: args.deletionProtection,
      },
      inside,
    );
    const waf = new Waf(
      `${name}-waf`,
      {
        logins: args.routes.flatMap((r) => r.logins),
        unlimited: args.routes.flatMap((r) => r.unlimited),
        logRetentionDays: args.logRetentionDays,
      },
      inside,
    );
    const seenAs = { certificateArn: certificates.cloudFrontArn, webAclArn: waf.arn, domain: args.domain };
    const applications = cdn(
      name,
      { ...seenAs, routes: args.routes, plan, balancer: this.balancer, secret: secret.sent },
      this,
    );
    const pages = dashboard(
      `${name}-dashboard`,
      { ...seenAs, routes: args.routes, files: args.dashboardFiles, logs, forceDestroy },
      this,
    );
    distributionLogs(`${name}-access`, { applications, dashboard: pages.distribution }, logs, this);
    aliasRecords(`${name}-dns`, zoneId, plan.hosts, applications, this);
    aliasRecords(`${name}-dns`, zoneId, [args.domain], pages.distribution, this);

    this.albSecurityGroupId = this.balancer.securityGroupId;
    this.albDnsName = this.balancer.dnsName;
    this.albArnSuffix = this.balancer.arnSuffix;
    this.listenerArn = this.balancer.listenerArn;
    this.targetGroups = this.balancer.targetGroups;
    this.cloudFrontDomain = applications.domainName;
    this.distributionId = applications.id;
    this.dashboardDistributionId = pages.distribution.id;
    this.dashboardBucket = { name: pages.bucket.bucket, arn: pages.bucket.arn };
    this.webAclName = waf.webAclName;
    this.webAclMetricName = waf.metricName;
    this.wafLogGroupName = waf.logGroupName;
    this.logBucketName = logs.name;
    this.certificateArns = { regional: certificates.regionalArn, cloudFront: certificates.cloudFrontArn };
    this.registerOutputs({});
  }

  /**
   * Lets the load balancer out to a service, on every port that its routes and health checks need. The owner of the
   * service's group lets it in, on the same ports (`portsOf`), from `albSecurityGroupId`.
   * @returns the load balancer's rules
   */
  public allowTo(service: string, securityGroupId: pulumi.Input<string>): readonly pulumi.CustomResource[] {
    return this.balancer.allowTo(service, securityGroupId);
  }

  /** Ports of a service that the load balancer connects to. */
  public portsOf(service: string): readonly number[] {
    return this.balancer.portsOf(service);
  }
}
