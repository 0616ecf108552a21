import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { required } from "../settings/required";

/**
 * Zones without Fargate or NAT gateways, by their ids, as letters differ from account to account.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html (usw1-az2, apne1-az3),
 * https://github.com/aws/aws-cdk/issues/5847 (apne1-az3); the others are old, full, and lack most newer instance types,
 * https://github.com/eksctl-io/eksctl/issues/817 (use1-az3).
 */
const unfit = ["apne1-az3", "cac1-az3", "use1-az3", "usw1-az2"];

export interface ZonesArgs {
  /** How many, 1 to 3. */
  readonly count: number;
  /** Names, in order; as many as `count`. @default the first that are fit */
  readonly names?: readonly string[] | undefined;
}

/**
 * The zones for a network's subnets, of those that the account has.
 * @throws pulumi.RunError when there are fewer than that, or none of such a name.
 */
export function chooseZones(region: string, offered: readonly string[], { count, names }: ZonesArgs): string[] {
  const available = offered.filter(isAvailabilityZone);
  const has = available.length === 0 ? "none" : available.join(", ");
  const unknown = (names ?? []).filter((name) => !available.includes(name));
  if (unknown.length > 0) {
    throw new pulumi.RunError(
      `ai-ecosystem:zones: ${region} has no zone ${unknown.join(", ")} with Fargate and NAT gateways for this account; it has ${has}.`,
    );
  }
  const chosen = names ?? available;
  if (chosen.length < count) {
    throw new pulumi.RunError(
      `ai-ecosystem:azCount is ${count}, and ${region} has ${available.length} zones with Fargate and NAT gateways for this account (${has}): choose ${available.length} at most, or another region.`,
    );
  }
  return chosen.slice(0, count);
}

/** `us-east-1a`; not `us-east-1-bos-1a` or `us-east-1-wl1-bos-wlz-1`, whatever the answer holds. */
const isAvailabilityZone = (name: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/.test(name) && !/-\d+-/.test(name);

/** Names of the zones: no Local or Wavelength Zone, which sort before the others and have hardly any service. */
export function availabilityZones(args: ZonesArgs, opts: pulumi.InvokeOptions): readonly pulumi.Output<string>[] {
  const found = aws.getAvailabilityZonesOutput(
    {
      state: "available",
      filters: [{ name: "zone-type", values: ["availability-zone"] }],
      excludeZoneIds: unfit,
    },
    opts,
  );
  const chosen = pulumi.all([found.id, found.names]).apply(([region, names]) => chooseZones(region, names, args));
  return Array.from({ length: args.count }, (_, i) => chosen.apply((zones) => required(zones, i, "zone")));
}
