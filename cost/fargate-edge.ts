import type { Service } from "../services/model/types";
import { floorLine, usageLine } from "./money";
import type { PriceList } from "../settings/prices/prices";
import type { CostLines, CostSettings, FloorLine, UsageLine } from "./types";

/** Groups of rules that the firewall has without a rate for logins, which it has when a service has a login. */
const firewallRules = 5;

/** What a small desk of 3 to 5 agents sends and asks in a month, and what a busy one does. */
const volumes = {
  lcuShare: { quiet: 0.2, heavy: 1 },
  natGb: { quiet: 20, heavy: 100 },
  requestsM: { quiet: 1, heavy: 10 },
  queriesM: { quiet: 1, heavy: 5 },
  zonesGb: { quiet: 20, heavy: 200 },
  cloudFrontGb: 300,
} as const;
const freeCloudFront = { gb: 1000, requestsM: 10 };

/** From the internet to the tasks, and from the tasks out. */
export function edgeLines(settings: CostSettings, services: readonly Service[], prices: PriceList): CostLines {
  const hours = prices.hoursPerMonth;
  const { azCount: zones, natGateways: nats } = settings;
  const rules = firewallRules + (services.some((s) => (s.route?.logins.length ?? 0) > 0) ? 1 : 0);
  const floor: FloorLine[] = [
    floorLine(prices, "alb", "alb", hours, "Load balancer"),
    floorLine(prices, "alb-ipv4", "vpc.ipv4", zones * hours, `Public IPv4 of the load balancer (${zones})`),
    floorLine(prices, "waf", "waf.acl", 1, "Firewall (WAF)"),
    floorLine(prices, "waf-rules", "waf.rule", rules, "Firewall, rules and managed groups"),
    floorLine(prices, "hosted-zone", "route53.zone", 1, "Hosted zone"),
    floorLine(prices, "nat", "vpc.nat", nats * hours, `NAT gateways (${nats})`),
    floorLine(prices, "nat-ipv4", "vpc.ipv4", nats * hours, `Public IPv4 of the NAT gateways (${nats})`),
  ];
  const { lcuShare, natGb, requestsM, queriesM, zonesGb, cloudFrontGb } = volumes;
  const usage: UsageLine[] = [
    usageLine(prices, "alb-lcu", "alb.lcu", lcuShare.heavy * hours, "Load balancer, capacity units", {
      minQuantity: lcuShare.quiet * hours,
      note: `${lcuShare.quiet} to ${lcuShare.heavy} of a unit all month`,
    }),
    usageLine(prices, "cloudfront", "cloudfront.out", Math.max(0, cloudFrontGb - freeCloudFront.gb), "CloudFront", {
      free: `${freeCloudFront.gb} GB and ${freeCloudFront.requestsM} million requests of each month`,
      note: `a heavy month has ${cloudFrontGb} GB`,
    }),
    usageLine(prices, "waf-requests", "waf.requests", requestsM.heavy, "Firewall, requests", {
      minQuantity: requestsM.quiet,
    }),
    usageLine(prices, "dns", "route53.queries", queriesM.heavy, "DNS queries", {
      minQuantity: queriesM.quiet,
      free: "alias records to AWS",
    }),
    usageLine(prices, "zones", "transfer.zones", 2 * zonesGb.heavy, "Data between zones, out and in", {
      minQuantity: 2 * zonesGb.quiet,
      free: "what the databases copy to their standby",
    }),
    usageLine(prices, "nat-data", "vpc.nat.data", natGb.heavy, "Data through the NAT gateways", {
      minQuantity: natGb.quiet,
      free: "S3 and the layers of images, which take the gateway endpoint",
    }),
  ];
  return { floor, usage };
}
