import { fakeAccount, hash } from "./fake";

type Inputs = Readonly<Record<string, unknown>>;

const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

/** Answers of AWS to look-ups, by function token. */
const answers: Readonly<Record<string, (inputs: Inputs, region: string) => Record<string, unknown>>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, region) => ({
    id: region,
    names: ["a", "b", "c"].map((letter) => `${region}${letter}`),
    zoneIds: [1, 2, 3].map((n) => `use1-az${n}`),
  }),
  "aws:index/getRegion:getRegion": (_, region) => ({ id: region, name: region, region }),
  "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: fakeAccount,
    accountId: fakeAccount,
    arn: `arn:aws:iam::${fakeAccount}:user/offline`,
    userId: "AIDAOFFLINE",
  }),
  // the public parameters that name the current AMI of each architecture
  "aws:ssm/getParameter:getParameter": (inputs) => {
    const name = text(inputs["name"], "parameter");
    return {
      id: name,
      name,
      type: "String",
      version: 1,
      value: `ami-${hash(name, 17)}`,
      insecureValue: `ami-${hash(name, 17)}`,
    };
  },
  "aws:ec2/getAmi:getAmi": (inputs) => {
    const id = `ami-${hash(JSON.stringify(inputs), 17)}`;
    return { id, imageId: id };
  },
  "aws:route53/getZone:getZone": (inputs) => {
    const name = text(inputs["name"], "example.com");
    const zoneId = text(inputs["zoneId"], `Z${hash(name, 16).toUpperCase()}`);
    return { id: zoneId, zoneId, name, arn: `arn:aws:route53:::hostedzone/${zoneId}`, nameServers: [] };
  },
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": (inputs) => {
    const url = text(inputs["url"], "example.com").replace("https://", "");
    const arn = `arn:aws:iam::${fakeAccount}:oidc-provider/${url}`;
    return { id: arn, arn, url, clientIdLists: ["sts.amazonaws.com"], thumbprintLists: [], tags: {} };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": (inputs) => ({
    id: hash(JSON.stringify(inputs), 8),
    json: JSON.stringify({ Version: "2012-10-17", Statement: inputs["statements"] ?? [] }),
  }),
  "aws:guardduty/getDetector:getDetector": (_, region) => ({ id: hash(`detector ${region}`, 32) }),
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": (inputs) => ({
    ...inputs,
    id: `pl-${hash(JSON.stringify(inputs), 8)}`,
  }),
};

/** The answer to a look-up; an unknown one gets its own question back. */
export const answer = (token: string, inputs: Inputs, region: string): Record<string, unknown> => ({
  ...inputs,
  ...answers[token]?.(inputs, region),
});
