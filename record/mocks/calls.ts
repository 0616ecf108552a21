import { fakeAccount, hash } from "./fake";

type Inputs = Readonly<Record<string, unknown>>;

const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

interface Zone {
  readonly name: string;
  readonly id: string;
  readonly type: "availability-zone" | "local-zone" | "wavelength-zone";
}

/** `us-east-1` in ids of zones is `use1`, `ap-northeast-1` is `apne1`. */
const shortRegion = (region: string): string => {
  const [where = "", direction = "", ...number] = region.split("-");
  const short = direction.replace(/(north|south|east|west|central)/g, (word) => word.charAt(0));
  return `${where}${short}${number.join("")}`;
};

/** Numbers in the ids of zones by their letters, where they are not 1, 2, 3; in truth each account has its own order. */
const zoneNumbers: Readonly<Record<string, readonly number[]>> = {
  "ap-northeast-1": [3, 4, 1, 2],
  "us-east-1": [1, 2, 4, 6, 3, 5],
};

/** The zones of a region as AWS lists them, Local and Wavelength Zones first: an account may have opted in to some. */
function zonesOf(region: string): readonly Zone[] {
  const short = shortRegion(region);
  return [
    { name: `${region}-bos-1a`, id: `${short}-bos1-az1`, type: "local-zone" },
    { name: `${region}-wl1-bos-wlz-1`, id: `${short}-wl1-bos-wlz1`, type: "wavelength-zone" },
    ...(zoneNumbers[region] ?? [1, 2, 3]).map((number, i): Zone => ({
      name: `${region}${"abcdef".charAt(i)}`,
      id: `${short}-az${number}`,
      type: "availability-zone",
    })),
  ];
}

/** Whether a zone is among those that are asked for. */
function offered({ name, id, type }: Zone, inputs: Inputs): boolean {
  const list = (key: string) => (Array.isArray(inputs[key]) ? (inputs[key] as unknown[]) : []);
  if (list("excludeZoneIds").includes(id) || list("excludeNames").includes(name)) return false;
  return list("filters").every((filter) => {
    const { name: by, values } = filter as { name: string; values: readonly string[] };
    return by !== "zone-type" || values.includes(type);
  });
}

/** Answers of AWS to look-ups, by function token. */
const answers: Readonly<Record<string, (inputs: Inputs, region: string) => Record<string, unknown>>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": (inputs, region) => {
    const zones = zonesOf(region).filter((zone) => offered(zone, inputs));
    return { id: region, names: zones.map((zone) => zone.name), zoneIds: zones.map((zone) => zone.id) };
  },
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
