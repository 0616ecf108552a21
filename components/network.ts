import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as ipaddr from "ipaddr.js";
import { flowLogs, type FlowLogOptions } from "./flow-logs";

export interface NetworkArgs {
  /** Private network of /16 to /20; subnets are its /24 number 1, 2, 3 (public) and 10, 11, 12 (private). */
  readonly cidr: string;
  /** Availability zones, 1 to 3. */
  readonly azCount: number;
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
  public readonly publicSubnetIds: readonly pulumi.Output<string>[];
  public readonly privateSubnetIds: readonly pulumi.Output<string>[];
  /** Names of the zones in use. */
  public readonly zones: readonly pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:network:Network", name, {}, opts);
    const inside = { parent: this };
    const available = aws.getAvailabilityZonesOutput({ state: "available" }, inside);
    const indices = Array.from({ length: args.azCount }, (_, i) => i);
    this.zones = indices.map((i) => available.names.apply((names) => names[i % names.length] ?? ""));

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
          availabilityZone: this.zones[i] ?? "",
          // what must have a public address gets an Elastic IP
          mapPublicIpOnLaunch: false,
          tags: { Name: `${name}-${tier}-${zoneLetter(i)}`, Tier: tier },
        },
        // the zone of a subnet never moves: AWS may list its zones in another order one day
        { ...inside, ignoreChanges: ["availabilityZone"] },
      );
    const publicSubnets = indices.map((i) => subnet("public", i, 1 + i));
    const privateSubnets = indices.map((i) => subnet("private", i, 10 + i));
    this.publicSubnetIds = publicSubnets.map((s) => s.id);
    this.privateSubnetIds = privateSubnets.map((s) => s.id);

    const publicRoutes = new aws.ec2.RouteTable(
      `${name}-public`,
      { vpcId: vpc.id, tags: { Name: `${name}-public` } },
      inside,
    );
    new aws.ec2.Route(
      `${name}-public-internet`,
      { routeTableId: publicRoutes.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      inside,
    );
    publicSubnets.forEach((s, i) => {
      new aws.ec2.RouteTableAssociation(
        `${name}-public-${zoneLetter(i)}`,
        { routeTableId: publicRoutes.id, subnetId: s.id },
        inside,
      );
    });

    const nats = publicSubnets.slice(0, args.natGateways).map((s, i) => {
      const address = new aws.ec2.Eip(
        `${name}-nat-${zoneLetter(i)}`,
        { domain: "vpc", tags: { Name: `${name}-nat-${zoneLetter(i)}` } },
        inside,
      );
      return new aws.ec2.NatGateway(
        `${name}-nat-${zoneLetter(i)}`,
        { subnetId: s.id, allocationId: address.id, tags: { Name: `${name}-${zoneLetter(i)}` } },
        { ...inside, dependsOn: [gateway] },
      );
    });
    const privateTables = privateSubnets.map((s, i) => {
      const letter = zoneLetter(i);
      const table = new aws.ec2.RouteTable(
        `${name}-private-${letter}`,
        { vpcId: vpc.id, tags: { Name: `${name}-private-${letter}` } },
        inside,
      );
      new aws.ec2.RouteTableAssociation(
        `${name}-private-${letter}`,
        { routeTableId: table.id, subnetId: s.id },
        inside,
      );
      const nat = nats[Math.min(i, nats.length - 1)];
      if (nat !== undefined) {
        new aws.ec2.Route(
          `${name}-private-${letter}-internet`,
          { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
          inside,
        );
      }
      return table;
    });
    if (args.s3Endpoint === true) {
      const region = aws.getRegionOutput({}, inside).region;
      new aws.ec2.VpcEndpoint(
        `${name}-s3`,
        {
          vpcId: vpc.id,
          vpcEndpointType: "Gateway",
          serviceName: pulumi.interpolate`com.amazonaws.${region}.s3`,
          routeTableIds: privateTables.map((t) => t.id),
          tags: { Name: `${name}-s3` },
        },
        inside,
      );
    }
    if (args.flowLogs !== undefined) flowLogs(`${name}-flow`, vpc.id, args.flowLogs, this);
    this.registerOutputs({ vpcId: this.vpcId });
  }
}
