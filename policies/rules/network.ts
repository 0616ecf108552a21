import { list } from "../engine/inputs";
import { defaultSecurityGroup } from "../engine/openings";
import type { Rule } from "../engine/types";

const vpc = "aws:ec2/vpc:Vpc";

/** The VPC and what it is made of. */
export const networkRules: readonly Rule[] = [
  {
    id: "AIE-NET-08",
    severity: "error",
    title: "The VPC's default security group is closed",
    reason: "Whatever is started without a group gets this one, and as AWS makes it, it trusts all its members.",
    remedy:
      "Declare an aws.ec2.DefaultSecurityGroup for the VPC with neither ingress nor egress (components/network.ts).",
    references: ["FSBP EC2.2", "CKV2_AWS_12", "AVD-AWS-0173", "CIS 5.5"],
    types: [vpc],
    scope: "stack",
    check: (resource, stack) => {
      const groups = stack.usersOf(resource, defaultSecurityGroup);
      if (groups.length === 0) return ["leaves its default security group as AWS makes it"];
      return groups
        .filter((g) => ["ingress", "egress"].some((d) => list(g.inputs[d]).length > 0))
        .map((g) => `has an open default security group (${g.name})`);
    },
  },
  {
    id: "AIE-NET-10",
    severity: "error",
    title: "Subnets give no public addresses by themselves",
    reason: "A machine would be on the internet because of where it was started, not because someone decided so.",
    remedy: "Set mapPublicIpOnLaunch: false and give an Elastic IP to what must be reached (components/network.ts).",
    references: ["FSBP EC2.15", "CKV_AWS_130", "AVD-AWS-0164"],
    types: ["aws:ec2/subnet:Subnet"],
    scope: "resource",
    check: (resource) => (resource.inputs["mapPublicIpOnLaunch"] === true ? ["maps public addresses on launch"] : []),
  },
];
