import { both, some, type Need, type On, type RightsTable } from "./rights";

const ec2 = (type: string): On => some("ec2", type, `${type}-0a1b2c3d`);
const group = ec2("security-group");
const rule = ec2("security-group-rule");
const routeTable = ec2("route-table");
const gateway = ec2("internet-gateway");
const vpc = ec2("vpc");
const subnet = ec2("subnet");

/** EC2 checks the tags of a new resource as an action of their own, which names the one that makes it. */
const tagged = (action: string, on: On): Need => ({
  actions: "ec2:CreateTags",
  on,
  with: { "ec2:CreateAction": action },
});
const retag = "ec2:CreateTags DeleteTags";

/** A rule belongs to a group that is there, and that the stack's tag tells. */
function securityRule(kind: "Ingress" | "Egress") {
  return {
    own: rule,
    create: [`ec2:AuthorizeSecurityGroup${kind}`, tagged(`AuthorizeSecurityGroup${kind}`, rule)],
    change: [
      { actions: `ec2:AuthorizeSecurityGroup${kind} RevokeSecurityGroup${kind} ModifySecurityGroupRules`, on: group },
      `ec2:ModifySecurityGroupRules`,
      retag,
    ],
    read: "ec2:DescribeSecurityGroupRules",
  };
}

/** VPC and everything in it, scaling of networks aside. */
export const networkRights: RightsTable = {
  "aws:ec2/vpc:Vpc": {
    own: vpc,
    create: ["ec2:CreateVpc", tagged("CreateVpc", vpc)],
    change: ["ec2:ModifyVpcAttribute DeleteVpc", retag],
    read: "ec2:DescribeVpcs DescribeVpcAttribute DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups",
  },
  "aws:ec2/subnet:Subnet": {
    own: subnet,
    create: [{ actions: "ec2:CreateSubnet", on: both(subnet, vpc) }, tagged("CreateSubnet", subnet)],
    change: ["ec2:ModifySubnetAttribute DeleteSubnet", retag],
    read: "ec2:DescribeSubnets DescribeNetworkInterfaces",
  },
  "aws:ec2/internetGateway:InternetGateway": {
    own: gateway,
    create: ["ec2:CreateInternetGateway", tagged("CreateInternetGateway", gateway)],
    change: [
      { actions: "ec2:AttachInternetGateway DetachInternetGateway", on: both(gateway, vpc) },
      "ec2:DeleteInternetGateway",
      retag,
    ],
    read: "ec2:DescribeInternetGateways",
  },
  "aws:ec2/eip:Eip": {
    own: ec2("elastic-ip"),
    create: ["ec2:AllocateAddress", tagged("AllocateAddress", ec2("elastic-ip"))],
    change: ["ec2:DisassociateAddress ReleaseAddress", retag],
    read: "ec2:DescribeAddresses DescribeAddressesAttribute",
  },
  "aws:ec2/natGateway:NatGateway": {
    own: ec2("natgateway"),
    create: [
      { actions: "ec2:CreateNatGateway", on: both(ec2("natgateway"), ec2("elastic-ip"), subnet, vpc) },
      tagged("CreateNatGateway", ec2("natgateway")),
    ],
    change: ["ec2:DeleteNatGateway", retag],
    read: "ec2:DescribeNatGateways",
  },
  "aws:ec2/routeTable:RouteTable": {
    own: routeTable,
    create: [{ actions: "ec2:CreateRouteTable", on: both(routeTable, vpc) }, tagged("CreateRouteTable", routeTable)],
    change: ["ec2:DeleteRouteTable DisassociateRouteTable", retag],
    read: "ec2:DescribeRouteTables",
  },
  "aws:ec2/route:Route": {
    own: routeTable,
    create: [],
    change: "ec2:CreateRoute ReplaceRoute DeleteRoute",
    read: "ec2:DescribeRouteTables",
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    own: both(routeTable, subnet),
    create: [],
    change: "ec2:AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation",
    read: "ec2:DescribeRouteTables",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    own: ec2("vpc-endpoint"),
    create: [
      { actions: "ec2:CreateVpcEndpoint", on: both(ec2("vpc-endpoint"), vpc, routeTable) },
      tagged("CreateVpcEndpoint", ec2("vpc-endpoint")),
    ],
    change: [
      { actions: "ec2:ModifyVpcEndpoint", on: both(ec2("vpc-endpoint"), routeTable) },
      "ec2:DeleteVpcEndpoints",
      retag,
    ],
    read: "ec2:DescribeVpcEndpoints DescribePrefixLists",
  },
  "aws:ec2/flowLog:FlowLog": {
    own: ec2("vpc-flow-log"),
    create: [
      { actions: "ec2:CreateFlowLogs", on: both(ec2("vpc-flow-log"), vpc) },
      tagged("CreateFlowLogs", ec2("vpc-flow-log")),
    ],
    change: ["ec2:DeleteFlowLogs", retag],
    read: "ec2:DescribeFlowLogs",
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    own: group,
    create: [{ actions: "ec2:CreateSecurityGroup", on: both(group, vpc) }, tagged("CreateSecurityGroup", group)],
    change: [
      // AWS gives a new group a rule, which goes
      "ec2:RevokeSecurityGroupEgress RevokeSecurityGroupIngress DeleteSecurityGroup",
      retag,
      // what functions have left in it
      { actions: "ec2:DeleteNetworkInterface", on: ec2("network-interface") },
    ],
    read: "ec2:DescribeSecurityGroups DescribeNetworkInterfaces",
  },
  // it comes with the VPC, without a tag
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    own: group,
    create: "ec2:CreateTags",
    change: ["ec2:RevokeSecurityGroupEgress RevokeSecurityGroupIngress", retag],
    read: "ec2:DescribeSecurityGroups",
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityRule("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityRule("Egress"),
};

/** Invokes of the program that only look. */
export const lookups =
  "ec2:DescribeAvailabilityZones DescribeManagedPrefixLists GetManagedPrefixListEntries; sts:GetCallerIdentity; " +
  "route53:ListHostedZones; iam:ListOpenIDConnectProviders";
