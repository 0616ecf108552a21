import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { idleSeconds } from "../../services/model/limits";
import { usable } from "../usable";
import type { AccessLogs } from "./logs";
import type { EdgePlan } from "./routes";
import { targets, type ServiceTargets } from "./targets";

export interface LoadBalancerArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Two or more, each in a zone of its own. */
  readonly publicSubnetIds: readonly pulumi.Input<string>[];
  /** Certificate of every host name, in the stack's region. */
  readonly certificateArn: pulumi.Input<string>;
  readonly plan: EdgePlan;
  /** Values of the secret header that are accepted. */
  readonly acceptedSecrets: readonly pulumi.Input<string>[];
  readonly logs: AccessLogs;
  readonly deletionProtection: boolean;
}

/** CloudFront's addresses, kept by AWS. It counts as 55 of the 60 rules that a security group may have. */
const cloudFrontPrefixList = "com.amazonaws.global.cloudfront.origin-facing";

/**
 * The load balancer. Only CloudFront's addresses reach it, and of those only this stack's distribution gets an answer.
 * Why not an internal one as CloudFront's VPC origin: docs/decisions/3-public-load-balancer.md.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  public readonly dnsName: pulumi.Output<string>;
  /** Names it in CloudWatch. */
  public readonly arnSuffix: pulumi.Output<string>;
  public readonly listenerArn: pulumi.Output<string>;
  public readonly securityGroupId: pulumi.Output<string>;
  public readonly targetGroups: Readonly<Record<string, ServiceTargets>>;
  /** Distributions wait for them; services by way of their target groups. */
  public readonly rules: readonly aws.lb.ListenerRule[];
  private readonly ports: ReadonlyMap<string, readonly number[]>;

  constructor(
    private readonly prefix: string,
    args: LoadBalancerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ai-ecosystem:edge:LoadBalancer", prefix, {}, opts);
    const inside = { parent: this };
    if (args.publicSubnetIds.length < 2) {
      throw new pulumi.RunError("a load balancer needs subnets in two zones: set ai-ecosystem:azCount to 2 or 3");
    }
    const { id, fromCloudFront } = this.securityGroup(args.vpcId);
    this.securityGroupId = id;
    const balancer = new aws.lb.LoadBalancer(
      `${prefix}-balancer`,
      {
        namePrefix: "edge-",
        loadBalancerType: "application",
        internal: false,
        subnets: [...args.publicSubnetIds],
        securityGroups: [usable(id, [fromCloudFront])],
        // a CloudFront function has put hyphens in the place of underscores (templates/cloudfront/header-names.js)
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        // CloudFront, the only one who gets an answer, has put the visitor's address last; its own behind that would be
        // taken for the visitor's, and everybody at one of its places would share an application's limits
        xffHeaderProcessingMode: "preserve",
        // towards the applications as well, which keep their connections for longer
        idleTimeout: idleSeconds.loadBalancer,
        enableHttp2: true,
        enableDeletionProtection: args.deletionProtection,
        accessLogs: { bucket: args.logs.name, prefix: "alb", enabled: true },
        tags: { Name: prefix },
      },
      { ...inside, protect: args.deletionProtection },
    );
    const listener = new aws.lb.Listener(
      `${prefix}-https`,
      {
        loadBalancerArn: balancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificateArn: args.certificateArn,
        defaultActions: [
          {
            type: "fixed-response",
            fixedResponse: { contentType: "text/plain", messageBody: "Forbidden", statusCode: "403" },
          },
        ],
        tags: { Name: `${prefix}-https` },
      },
      inside,
    );
    const { byService, rules } = targets(
      prefix,
      {
        vpcId: args.vpcId,
        listenerArn: listener.arn,
        plan: args.plan,
        acceptedSecrets: args.acceptedSecrets,
      },
      this,
    );
    this.ports = new Map(
      Object.keys(byService).map((service) => {
        const plans = args.plan.targets.filter((t) => t.service === service);
        return [service, [...new Set(plans.flatMap((t) => [t.port, t.healthPort]))]];
      }),
    );
    this.targetGroups = byService;
    this.rules = rules;
    this.dnsName = balancer.dnsName;
    this.arnSuffix = balancer.arnSuffix;
    this.listenerArn = listener.arn;
    this.registerOutputs({});
  }

  /** Ports that the load balancer connects to, health checks included. */
  public portsOf(service: string): readonly number[] {
    const ports = this.ports.get(service);
    if (ports === undefined) throw new Error(`the edge has no route to ${service}`);
    return ports;
  }

  /** Lets the load balancer out to a service. The service's own group lets it in. */
  public allowTo(service: string, securityGroupId: pulumi.Input<string>): readonly pulumi.CustomResource[] {
    return this.portsOf(service).map(
      (port) =>
        new aws.vpc.SecurityGroupEgressRule(
          `${this.prefix}-to-${service}-${port}`,
          {
            securityGroupId: this.securityGroupId,
            referencedSecurityGroupId: securityGroupId,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            description: `Requests and health checks of ${service}`,
          },
          { parent: this },
        ),
    );
  }

  /** A group of its own, because the prefix list fills it. */
  private securityGroup(vpcId: pulumi.Input<string>) {
    const inside = { parent: this };
    const group = new aws.ec2.SecurityGroup(
      `${this.prefix}-sg`,
      { vpcId, description: "Load balancer behind CloudFront", tags: { Name: this.prefix } },
      inside,
    );
    const cloudFront = aws.ec2.getManagedPrefixListOutput({ name: cloudFrontPrefixList }, inside);
    const fromCloudFront = new aws.vpc.SecurityGroupIngressRule(
      `${this.prefix}-from-cloudfront`,
      {
        securityGroupId: group.id,
        prefixListId: cloudFront.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        description: "HTTPS from CloudFront",
      },
      inside,
    );
    return { id: group.id, fromCloudFront };
  }
}
