import { increase, quotaOf, type QuotaName } from "../quota";
import { toMake, type Answer, type Check, type Question } from "../types";

/** What the account has of something that it may have only some of. */
interface Counted {
  readonly type: string;
  readonly quota: QuotaName;
  readonly operation: string;
  /** Key of the list in AWS's answer. */
  readonly list: string;
}

const counted =
  ({ type, quota, operation, list }: Counted) =>
  async ({ plan, ask }: Question): Promise<Answer> => {
    const wanted = toMake(plan, type);
    if (wanted === 0) return { state: "good", says: "none to make" };
    const [{ Value }, found] = await Promise.all([quotaOf(ask, quota), ask("ec2", operation)]);
    const used = ((found as Readonly<Record<string, readonly unknown[] | undefined>>)[list] ?? []).length;
    const says = `${Value} allowed in the Region; ${used} there, ${wanted} to make`;
    if (used + wanted <= Value) return { state: "good", says };
    return { state: "missing", says, hint: increase(quota, used + wanted, plan.settings.region) };
  };

interface Gateways {
  readonly NatGateways?: readonly { readonly SubnetId?: string; readonly State?: string }[];
}
interface Subnets {
  readonly Subnets?: readonly { readonly SubnetId?: string; readonly AvailabilityZone?: string }[];
}

/** NAT gateways count in each zone: which zones the network takes is decided when it is made. */
async function natGateways({ plan, ask }: Question): Promise<Answer> {
  const wanted = toMake(plan, "aws:ec2/natGateway:NatGateway");
  if (wanted === 0) return { state: "good", says: "none to make" };
  const quota = { service: "vpc", code: "L-FE5A380F" };
  const [{ Value }, gateways, subnets] = await Promise.all([
    quotaOf(ask, quota),
    ask("ec2", "describe-nat-gateways") as Promise<Gateways>,
    ask("ec2", "describe-subnets") as Promise<Subnets>,
  ]);
  const zones = new Map((subnets.Subnets ?? []).map((s) => [s.SubnetId, s.AvailabilityZone ?? ""]));
  const used = new Map<string, number>();
  for (const { SubnetId, State } of gateways.NatGateways ?? []) {
    if (State === "deleted" || State === "failed") continue;
    const zone = zones.get(SubnetId) ?? "a zone";
    used.set(zone, (used.get(zone) ?? 0) + 1);
  }
  const full = [...used].filter(([, n]) => n + 1 > Value).map(([zone]) => zone);
  const most = Math.max(0, ...used.values());
  const says = `${Value} allowed in a zone; at most ${most} there, ${wanted} to make`;
  if (full.length === 0) return { state: "good", says };
  return {
    state: "warning",
    says: `${says}; full: ${full.join(", ")}`,
    hint: increase(quota, most + 1, plan.settings.region),
  };
}

/** Quotas of the network. Codes: `aws service-quotas list-service-quotas --service-code vpc` (and ec2). */
export const networkChecks: readonly Check[] = [
  {
    name: "vpcs",
    title: "VPCs",
    asks: "whether the Region has room for one more network",
    topologies: ["host", "fargate"],
    severity: "blocking",
    ask: counted({
      type: "aws:ec2/vpc:Vpc",
      quota: { service: "vpc", code: "L-F678F1CE" },
      operation: "describe-vpcs",
      list: "Vpcs",
    }),
  },
  {
    name: "elastic-ips",
    title: "Elastic IPs",
    asks: "whether the Region has room for the addresses of the host or of the NAT gateways",
    topologies: ["host", "fargate"],
    severity: "blocking",
    ask: counted({
      type: "aws:ec2/eip:Eip",
      quota: { service: "ec2", code: "L-0263D0A3" },
      operation: "describe-addresses",
      list: "Addresses",
    }),
  },
  {
    name: "nat-gateways",
    title: "NAT gateways",
    asks: "whether each zone has room for one more",
    topologies: ["host", "fargate"],
    severity: "warning",
    ask: natGateways,
  },
];
