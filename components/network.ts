import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as ipaddr from "ipaddr.js";
import { flowLogs, type FlowLogOptions } from "./flow-logs";
import { usable } from "./usable";
import { availabilityZones } from "./zones";
import { required } from "../settings/required";

export interface NetworkArgs {
  /** Private network of /16 to /20; subnets are its /24 number 1, 2, 3 (public) and 10, 11, 12 (private). */
  readonly cidr: string;
  /** Availability zones, 1 to 3. */
  readonly azCount: number;
  /** Names of the zones, as many as `azCount`. @default the first of the region that have what is needed */
  readonly zones?: readonly string[] | undefined;
  /** NAT gateways, 0 to `azCount`; with fewer than zones the first ones serve the rest. */
  readonly natGateways: number;
  /** @default none are written */
  readonly flowLogs?: FlowLogOptions | undefined;
  /** A way to S3 from the private subnets that passes no NAT gateway; it costs nothing. @default false */
  readonly s3Endpoint?: boolean | undefined;
}

/** The /24 number `index` of a network: `subnetOf("10.0.0.0/16", 10)` is `10.0.10.0/24`. */
export function subnetOf(cidr: string, index: number): string {
  const [address] = ipaddr.IPv4.parseCIDR(cidr);
  const [a = 0, b = 0, c = 0] = address.octets;
  return `${a}.${b}.${c + index}.0/24`;
}

const zoneLetter = (index: number): string => "abc"[index] ?? String(index);

/** A VPC with a public and a private subnet in each zone; its default security group lets nothing through. */
export class Network extends pulumi.ComponentResource {
  public readonly vpcId: pulumi.Output<string>;
  /** Each known when it has its way to the internet. */
  public readonly publicSubnetIds: readonly pulumi.Output<string>[];
  /** Each known when it has its way out: by a NAT gateway, where there is one, which has its own. */
  public readonly privateSubnetIds: readonly pulumi.Output<string>[];
  /** Names of the zones that the subnets are in. */
  public readonly zones: readonly pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:network:Network", name, {}, opts);
    const inside = { parent: this };
    const zones = availabilityZones({ count: args.azCount, names: args.zones }, inside);

    const vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      { cidrBlock: args.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      inside,
    );
    this.vpcId = vpc.id;
    new aws.ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, tags: { Name: `${name}-closed` } }, inside);
    const gateway = new aws.ec2.InternetGateway(`${name}-igw`, { vpcId: vpc.id, tags: { Name: name } }, inside);

    const subnet = (tier: "public" | "private", i: number, number: number) =>
      new aws.ec2.Subnet(
        `${name}-${tier}-${zoneLetter(i)}`,
        {
          vpcId: vpc.id,
          cidrBlock: subnetOf(args.cidr, number),
          availabilityZone: required(zones, i, "zone"),
          // what must have a public address gets an Elastic IP
          mapPublicIpOnLaunch: false,
          tags: { Name: `${name}-${tier}-${zoneLetter(i)}`, Tier: tier },
        },
        // the zone of a subnet never moves: AWS may list its zones in another order one day
        { ...inside, ignoreChanges: ["availabilityZone"] },
      );
    const publicSubnets = zones.map((_, i) => subnet("public", i, 1 + i));
    const privateSubnets = zones.map((_, i) => subnet("private", i, 10 + i));
    this.zones = privateSubnets.map((s) => s.availabilityZone);

    const publicRoutes = new aws.ec2.RouteTable(
      `${name}-public`,
      { vpcId: vpc.id, tags: { Name: `${name}-public` } },
      inside,
    );
    const toInternet = new aws.ec2.Route(
      `${name}-public-internet`,
      { routeTableId: publicRoutes.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      inside,
    );
    this.publicSubnetIds = publicSubnets.map((s, i) => {
      const association = new aws.ec2.RouteTableAssociation(
        `${name}-public-${zoneLetter(i)}`,
        { routeTableId: publicRoutes.id, subnetId: s.id },
        inside,
      );
      return usable(s.id, [association, toInternet]);
    });

    const nats = this.publicSubnetIds.slice(0, args.natGateways).map((subnetId, i) => {
      const address = new aws.ec2.Eip(
        `${name}-nat-${zoneLetter(i)}`,
        { domain: "vpc", tags: { Name: `${name}-nat-${zoneLetter(i)}` } },
        inside,
      );
      return new aws.ec2.NatGateway(
        `${name}-nat-${zoneLetter(i)}`,
        { subnetId, allocationId: address.id, tags: { Name: `${name}-${zoneLetter(i)}` } },
        inside,
      );
    });
    const privateWays = privateSubnets.map((s, i) => {
      const letter = zoneLetter(i);
      const table = new aws.ec2.RouteTable(
        `${name}-private-${letter}`,
        { vpcId: vpc.id, tags: { Name: `${name}-private-${letter}` } },
        inside,
      );
      const association = new aws.ec2.RouteTableAssociation(
        `${name}-private-${letter}`,
        { routeTableId: table.id, subnetId: s.id },
        inside,
      );
      const nat = nats[Math.min(i, nats.length - 1)];
      const out =
        nat === undefined
          ? []
          : [
              new aws.ec2.Route(
                `${name}-private-${letter}-internet`,
                { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
                inside,
              ),
            ];
      return { table, subnetId: usable(s.id, [association, ...out]) };
    });
    this.privateSubnetIds = privateWays.map((way) => way.subnetId);
    if (args.s3Endpoint === true) {
      const region = aws.getRegionOutput({}, inside).region;
      new aws.ec2.VpcEndpoint(
        `${name}-s3`,
        {
          vpcId: vpc.id,
          vpcEndpointType: "Gateway",
          serviceName: pulumi.interpolate`com.amazonaws.${region}.s3`,
          routeTableIds: privateWays.map((way) => way.table.id),
          tags: { Name: `${name}-s3` },
        },
        inside,
      );
    }
    if (args.flowLogs !== undefined) flowLogs(`${name}-flow`, vpc.id, args.flowLogs, this);
    this.registerOutputs({ vpcId: this.vpcId });
  }
}
