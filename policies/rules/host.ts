import { at, differs, isMasked, isMissing, isObject, isOpaque, list, numeric, strings } from "../engine/inputs";
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
    remedy: "Set metadataOptions.httpPutResponseHopLimit: 1, as it is without ai-ecosystem:bedrock.",
    references: ["CKV_AWS_341"],
    scope: "resource",
    check: (r) => (at(r.inputs, "metadataOptions.httpPutResponseHopLimit") === 2 ? ["has a hop limit of 2"] : []),
  },
  {
    ...host,
    id: "AIE-EC2-04",
    severity: "error",
    title: "The instance's volumes are encrypted",
    reason: "A snapshot or a discarded disk must not be readable.",
    remedy: "Set encrypted: true in rootBlockDevice and in each of ebsBlockDevices.",
    references: ["FSBP EC2.3", "CKV_AWS_8", "AVD-AWS-0131"],
    scope: "resource",
    check: (r) => [
      ...(differs(r, "rootBlockDevice.encrypted", true) ? ["has an unencrypted root volume"] : []),
      ...blocks(r, "ebsBlockDevices")
        .filter((b) => !isOpaque(b["encrypted"]) && b["encrypted"] !== true)
        .map((b) => `has an unencrypted device ${strings(b["deviceName"])[0] ?? "of no name"}`),
    ],
  },
  {
    ...host,
    id: "AIE-EC2-06",
    severity: "error",
    title: "The instance has no public address",
    reason: "Each open port and each flaw of its services can be tried by anybody.",
    remedy: "Put a load balancer in front (ai-ecosystem:topology fargate).",
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
