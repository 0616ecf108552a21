import { at, differs, isMasked, isMissing, isObject, isOpaque, list, numeric, strings } from "../engine/inputs";
import { statementsOf } from "../engine/documents";
import { assignsSecret, secretsIn } from "../engine/secret-text";
import type { RecordedResource, Rule } from "../engine/types";

const instance = "aws:ec2/instance:Instance";
const host = { types: [instance] } as const;

/** User data as the machine sees it. */
function scripts(resource: RecordedResource): readonly string[] {
  const encoded = strings(resource.inputs["userDataBase64"]).map((t) => Buffer.from(t, "base64").toString("utf8"));
  return [...strings(resource.inputs["userData"]), ...encoded];
}

const blocks = (resource: RecordedResource, key: string) => list(resource.inputs[key]).filter(isObject);

/** Rights by which the SSM agent reports itself and opens sessions. */
const ssmRights = ["ssm:UpdateInstanceInformation", "ssmmessages:CreateDataChannel"];

/** EC2 instances. */
export const hostRules: readonly Rule[] = [
  {
    ...host,
    id: "AIE-EC2-01",
    severity: "error",
    title: "Instance metadata needs a session token (IMDSv2)",
    reason: "With version 1 a single forged request from any container hands out the role's credentials.",
    remedy: 'Set metadataOptions.httpTokens: "required" on the instance.',
    references: ["FSBP EC2.8", "CKV_AWS_79", "AVD-AWS-0028", "CIS 5.7"],
    scope: "resource",
    check: (r) =>
      at(r.inputs, "metadataOptions.httpEndpoint") !== "disabled" &&
      differs(r, "metadataOptions.httpTokens", "required")
        ? ["answers metadata requests without a token"]
        : [],
  },
  {
    ...host,
    id: "AIE-EC2-02",
    severity: "error",
    title: "The hop limit of instance metadata is set, at most 2",
    reason: "Unset, the image decides; above 2, metadata can be had from networks behind the host.",
    remedy: "Set metadataOptions.httpPutResponseHopLimit to 1, or 2 where a container needs the role.",
    references: ["CKV_AWS_341"],
    scope: "resource",
    check: (r) => {
      const limit = at(r.inputs, "metadataOptions.httpPutResponseHopLimit");
      if (isOpaque(limit)) return [];
      if (isMissing(limit)) return ["leaves the hop limit to the image"];
      return numeric(limit) <= 2 ? [] : [`has a hop limit of ${JSON.stringify(limit)}`];
    },
  },
  {
    ...host,
    id: "AIE-EC2-03",
    severity: "warning",
    title: "Containers do not reach the instance's role",
    reason: "With a hop limit of 2 every container on a bridge network can act with the host's rights.",
    remedy: "Set metadataOptions.httpPutResponseHopLimit: 1, or waive it where a container needs the role.",
    references: ["CKV_AWS_341"],
    scope: "resource",
    check: (r) => (at(r.inputs, "metadataOptions.httpPutResponseHopLimit") === 2 ? ["has a hop limit of 2"] : []),
  },
  {
    ...host,
    id: "AIE-EC2-04",
    severity: "error",
    title: "The root volume is encrypted",
    reason: "A snapshot or a discarded disk must not be readable.",
    remedy: "Set rootBlockDevice.encrypted: true on the instance.",
    references: ["FSBP EC2.3", "CKV_AWS_8", "AVD-AWS-0131"],
    scope: "resource",
    check: (r) => (differs(r, "rootBlockDevice.encrypted", true) ? ["has an unencrypted root volume"] : []),
  },
  {
    ...host,
    id: "AIE-EC2-05",
    severity: "error",
    title: "Further volumes of the instance are encrypted",
    reason: "A snapshot or a discarded disk must not be readable.",
    remedy: "Set encrypted: true in each of ebsBlockDevices, or use an aws.ebs.Volume of its own.",
    references: ["FSBP EC2.3", "CKV_AWS_8", "AVD-AWS-0131"],
    scope: "resource",
    check: (r) =>
      blocks(r, "ebsBlockDevices")
        .filter((b) => !isOpaque(b["encrypted"]) && b["encrypted"] !== true)
        .map((b) => `has an unencrypted device ${strings(b["deviceName"])[0] ?? "of no name"}`),
  },
  {
    ...host,
    id: "AIE-EC2-06",
    severity: "error",
    title: "The instance has no public address",
    reason: "Each open port and each flaw of its services can be tried by anybody.",
    remedy: "Put a load balancer in front (ai-ecosystem:topology fargate), or waive it where the host is the entrance.",
    references: ["FSBP EC2.9", "CKV_AWS_88", "AVD-AWS-0009"],
    scope: "stack",
    check: (r, stack) => {
      const addresses = stack.usersOf(r, "aws:ec2/eipAssociation:EipAssociation", "aws:ec2/eip:Eip");
      const elastic = addresses.length > 0 ? ["has an Elastic IP"] : [];
      return r.inputs["associatePublicIpAddress"] === true ? [...elastic, "is given a public address"] : elastic;
    },
  },
  {
    ...host,
    id: "AIE-EC2-07",
    severity: "error",
    title: "User data holds no secret",
    reason: "Every process on the host, and everybody who may describe instances, can read it.",
    remedy:
      "Keep templates/host/user-data.sh free of values; secrets go with the release, over SSH to a file of mode 0600.",
    references: ["CKV_AWS_46", "AVD-AWS-0029"],
    scope: "resource",
    check: (r) => {
      const secret = [r.inputs["userData"], r.inputs["userDataBase64"]].some(isMasked);
      const found = scripts(r).flatMap(secretsIn);
      const assigned = scripts(r).some(assignsSecret) ? ["a secret set to a literal value"] : [];
      return [...(secret ? ["a secret output"] : []), ...found, ...assigned].map(
        (what) => `holds ${what} in user data`,
      );
    },
  },
  {
    ...host,
    id: "AIE-EC2-08",
    severity: "warning",
    title: "The instance has a role",
    reason: "Without one, programs on it need long-lived keys, and Session Manager cannot reach it.",
    remedy: "Set iamInstanceProfile on the instance.",
    references: ["CKV2_AWS_41"],
    scope: "resource",
    check: (r) => (isMissing(r.inputs["iamInstanceProfile"]) ? ["has no instance profile"] : []),
  },
  {
    ...host,
    id: "AIE-EC2-09",
    severity: "warning",
    title: "Systems Manager can manage the instance",
    reason: "It is the way in when SSH is not, and it logs who used it.",
    remedy: `Let the instance's role do ${ssmRights.join(" and ")}, or attach AmazonSSMManagedInstanceCore.`,
    references: ["FSBP SSM.1"],
    scope: "stack",
    check: (r, stack) => {
      const roles = stack
        .usedBy(r, "aws:iam/instanceProfile:InstanceProfile")
        .flatMap((profile) => stack.usedBy(profile, "aws:iam/role:Role"));
      const policies = roles.flatMap((role) => [
        role,
        ...stack.usersOf(role, "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"),
      ]);
      const managed = policies.some((p) =>
        [...strings(p.inputs["policyArn"]), ...strings(p.inputs["managedPolicyArns"])].some((arn) =>
          arn.endsWith(":policy/AmazonSSMManagedInstanceCore"),
        ),
      );
      // a policy that is not known yet may grant it
      const open = policies.some((p) => isOpaque(p.inputs["policy"]) || isOpaque(p.inputs["policyArn"]));
      const granted = new Set(policies.flatMap((p) => statementsOf(p)).flatMap((s) => s.actions));
      const own = ssmRights.every((right) => granted.has(right));
      return managed || open || own ? [] : ["has no role that lets Systems Manager manage it"];
    },
  },
  {
    ...host,
    id: "AIE-EC2-10",
    severity: "warning",
    title: "Detailed monitoring is on",
    reason: "Metrics come each minute and not every five, so alarms notice sooner.",
    remedy: "Set monitoring: true on the instance (about 2 USD a month).",
    references: ["CKV_AWS_126"],
    scope: "resource",
    check: (r) => (differs(r, "monitoring", true) ? ["is measured every five minutes only"] : []),
  },
  {
    ...host,
    id: "AIE-EC2-11",
    severity: "warning",
    title: "The instance is EBS-optimised",
    reason: "Disk and network traffic otherwise compete, and a backup slows the desk down.",
    remedy: "Set ebsOptimized: true on the instance (no charge on T3, T3a and T4g).",
    references: ["CKV_AWS_135"],
    scope: "resource",
    check: (r) => (differs(r, "ebsOptimized", true) ? ["is not EBS-optimised"] : []),
  },
  {
    ...host,
    id: "AIE-EC2-12",
    severity: "error",
    title: "The image comes from AWS's public parameters",
    reason: "Anybody may publish an image under any name; a look-up by name alone can return a stranger's.",
    remedy: "Read the image from /aws/service/ami-amazon-linux-latest/ by aws.ssm.getParameterOutput.",
    references: ["CKV_AWS_386", "AVD-AWS-0344"],
    scope: "resource",
    // an id that a look-up returned does not say where it came from: only the parameter's path can be judged
    check: (r) =>
      strings(r.inputs["ami"])
        .filter((ami) => ami.startsWith("resolve:ssm:") && !ami.startsWith("resolve:ssm:/aws/service/"))
        .map((ami) => `takes its image from ${ami.slice("resolve:ssm:".length)}`),
  },
  {
    ...host,
    id: "AIE-EC2-13",
    severity: "error",
    title: "A new image or new user data never replaces the instance",
    reason: "AWS publishes images every few weeks; the next `pulumi up` would throw the running host away.",
    remedy: 'Set ignoreChanges: ["ami", "userData"] and leave userDataReplaceOnChange off.',
    references: [],
    scope: "resource",
    check: (r) => [
      ...(r.ignoreChanges.includes("ami") || r.ignoreChanges.includes("*")
        ? []
        : ["is replaced when the image changes"]),
      ...(r.inputs["userDataReplaceOnChange"] === true ? ["is replaced when the user data changes"] : []),
    ],
  },
];
