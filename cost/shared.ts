import { floorLine, usageLine } from "./money";
import type { PriceList } from "../settings/prices/prices";
import type { FloorLine, UsageLine } from "./types";

/** Lines of either topology. */

export const zoneLine = (prices: PriceList): FloorLine =>
  floorLine(prices, "hosted-zone", "route53.zone", 1, { en: "Hosted zone", es: "Zona de DNS" });

export const queriesLine = (prices: PriceList, millions: number, minQuantity = 0): UsageLine =>
  usageLine(
    prices,
    "dns",
    "route53.queries",
    millions,
    { en: "DNS queries", es: "Consultas de DNS" },
    {
      minQuantity,
      free: { en: "alias records to AWS", es: "registros alias hacia AWS" },
    },
  );

export const natLines = (prices: PriceList, n: number): FloorLine[] => [
  floorLine(prices, "nat", "vpc.nat", n * prices.hoursPerMonth, `NAT gateways (${n})`),
  floorLine(prices, "nat-ipv4", "vpc.ipv4", n * prices.hoursPerMonth, {
    en: `Public IPv4 of the NAT gateways (${n})`,
    es: `IPv4 públicas de los NAT gateways (${n})`,
  }),
];

export const natDataLine = (
  prices: PriceList,
  gb: number,
  extra?: Pick<UsageLine, "free" | "minQuantity">,
): UsageLine =>
  usageLine(
    prices,
    "nat-data",
    "vpc.nat.data",
    gb,
    { en: "Data through the NAT gateways", es: "Datos por los NAT gateways" },
    extra,
  );
