import { edge } from "./edge";
import { fakeAccount, fakeHex, fakePassword, hash } from "./fake";
import { platform } from "./platform";
import { stores } from "./stores";

/** What a resource looks like after it was made, without what its inputs already say. */
export interface Made {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

export type Inputs = Readonly<Record<string, unknown>>;
export type Maker = (name: string, inputs: Inputs, region: string) => Made;

/** An address of the documentation: it belongs to nobody. */
export const fakeAddress = "203.0.113.10";

const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
const count = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

/** Prefixes of AWS ids that people know by sight. */
const prefixes: Readonly<Record<string, string>> = {
  "aws:ec2/vpc:Vpc": "vpc",
  "aws:ec2/subnet:Subnet": "subnet",
  "aws:ec2/internetGateway:InternetGateway": "igw",
  "aws:ec2/natGateway:NatGateway": "nat",
  "aws:ec2/routeTable:RouteTable": "rtb",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc",
  "aws:ec2/route:Route": "r",
  "aws:ec2/securityGroup:SecurityGroup": "sg",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "sg",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "sgr",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "sgr",
  "aws:ec2/instance:Instance": "i",
  "aws:ec2/eip:Eip": "eipalloc",
  "aws:ec2/eipAssociation:EipAssociation": "eipassoc",
  "aws:ebs/volume:Volume": "vol",
  "aws:ec2/volumeAttachment:VolumeAttachment": "vai",
  "aws:dlm/lifecyclePolicy:LifecyclePolicy": "policy",
  "aws:ec2/flowLog:FlowLog": "fl",
};

/** Services whose ARNs carry no region. */
const global = new Set(["iam", "route53", "cloudfront"]);

const awsId: Maker = (name) => ({ id: name, state: {} });

function awsResource(type: string, name: string, region: string): Made {
  const [, moduleAndFile = "", kind = ""] = type.split(":");
  const service = moduleAndFile.split("/")[0] ?? "";
  const prefix = prefixes[type];
  const id = prefix === undefined ? name : `${prefix}-${hash(type + name, 17)}`;
  const path = service === "iam" ? kind.toLowerCase() : kind.replace(/^./, (c) => c.toLowerCase());
  const where = global.has(service) ? "" : region;
  return { id, state: { arn: `arn:aws:${service}:${where}:${fakeAccount}:${path}/${id}`, region } };
}

const makers: Readonly<Record<string, Maker>> = {
  "aws:ec2/eip:Eip": (name) => {
    const id = `eipalloc-${hash(name, 17)}`;
    return {
      id,
      state: { allocationId: id, publicIp: fakeAddress, publicDns: `ec2-203-0-113-10.compute-1.amazonaws.com` },
    };
  },
  "aws:ec2/instance:Instance": (name) => ({
    id: `i-${hash(name, 17)}`,
    state: {
      privateIp: "10.0.1.10",
      publicIp: "",
      instanceState: "running",
      primaryNetworkInterfaceId: `eni-${hash(name, 17)}`,
    },
  }),
  "aws:ec2/keyPair:KeyPair": (name) => ({ id: name, state: { keyName: name, keyPairId: `key-${hash(name, 17)}` } }),
  "aws:iam/role:Role": (name) => ({ id: name, state: { name, uniqueId: `AROA${hash(name, 16).toUpperCase()}` } }),
  "aws:iam/group:Group": (name) => ({ id: name, state: { name } }),
  "aws:iam/instanceProfile:InstanceProfile": (name) => ({ id: name, state: { name } }),
  "tls:index/privateKey:PrivateKey": (name) => {
    const body = Buffer.from(fakeHex(name, 96)).toString("base64");
    const pem = (label: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
    return {
      id: hash(name, 40),
      state: {
        privateKeyPem: pem("PRIVATE KEY"),
        privateKeyOpenssh: pem("OPENSSH PRIVATE KEY"),
        publicKeyPem: pem("PUBLIC KEY"),
        publicKeyOpenssh: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${hash(name, 43)} ${name}`,
        publicKeyFingerprintSha256: `SHA256:${hash(name, 43)}`,
      },
    };
  },
  "random:index/randomPassword:RandomPassword": (name, inputs) => {
    const symbols = inputs["special"] === false ? "" : text(inputs["overrideSpecial"], "!");
    return {
      id: "none",
      state: {
        result: fakePassword(name, count(inputs["length"], 16), symbols),
        bcryptHash: `$2a$10$${fakeHex(name, 53)}`,
      },
    };
  },
  "random:index/randomString:RandomString": (name, inputs) => {
    const result = fakeHex(name, count(inputs["length"], 16));
    return { id: result, state: { result } };
  },
  "random:index/randomBytes:RandomBytes": (name, inputs) => {
    const hex = fakeHex(name, 2 * count(inputs["length"], 16));
    return { id: "none", state: { hex, base64: Buffer.from(hex, "hex").toString("base64") } };
  },
  "random:index/randomId:RandomId": (name, inputs) => {
    // no secret: it is part of names
    const hex = hash(name, 2 * count(inputs["byteLength"], 8));
    const b64Std = Buffer.from(hex, "hex").toString("base64");
    return { id: b64Std, state: { hex, b64Std, b64Url: b64Std.replaceAll("+", "-").replaceAll("/", "_") } };
  },
  ...edge,
  ...stores,
  ...platform,
  "command:remote:Command": (name) => ({
    id: hash(name, 16),
    // the first connection returns the host's key
    state: { stdout: name.endsWith("-ready") ? `ssh-ed25519 ${hash(name, 68)}\n` : "", stderr: "" },
  }),
  "command:local:Command": (name) => ({ id: hash(name, 16), state: { stdout: "", stderr: "" } }),
};

/** A plausible, always equal outcome of making a resource. Nothing in it was ever a real value. */
export function make(type: string, name: string, inputs: Inputs, region: string): Made {
  const own = makers[type];
  const general = type.startsWith("aws:") ? awsResource(type, name, region) : awsId(name, inputs, region);
  if (own === undefined) return general;
  const special = own(name, inputs, region);
  return { id: special.id, state: { ...general.state, ...special.state } };
}
