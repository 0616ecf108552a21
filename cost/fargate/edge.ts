import { number } from "../../services/model/text";
import type { Service } from "../../services/model/types";
import { floorLine, usageLine } from "../money";
import { natDataLine, natLines, queriesLine, zoneLine } from "../shared";
import type { PriceList } from "../../settings/prices/prices";
import type { CostLines, CostSettings, FloorLine, UsageLine } from "../types";

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
    floorLine(prices, "alb", "alb", hours, { en: "Load balancer", es: "Balanceador de carga" }),
    floorLine(prices, "alb-ipv4", "vpc.ipv4", zones * hours, {
      en: `Public IPv4 of the load balancer (${zones})`,
      es: `IPv4 públicas del balanceador (${zones})`,
    }),
    floorLine(prices, "waf", "waf.acl", 1, { en: "Firewall (WAF)", es: "Cortafuegos (WAF)" }),
    floorLine(prices, "waf-rules", "waf.rule", rules, {
      en: "Firewall, rules and managed groups",
      es: "Cortafuegos, reglas y grupos gestionados",
    }),
    zoneLine(prices),
    ...natLines(prices, nats),
  ];
  const { lcuShare, natGb, requestsM, queriesM, zonesGb, cloudFrontGb } = volumes;
  const usage: UsageLine[] = [
    usageLine(
      prices,
      "alb-lcu",
      "alb.lcu",
      lcuShare.heavy * hours,
      { en: "Load balancer, capacity units", es: "Balanceador de carga, unidades de capacidad" },
      {
        minQuantity: lcuShare.quiet * hours,
        note: {
          en: `${lcuShare.quiet} to ${lcuShare.heavy} of a unit all month`,
          es: `de ${number(lcuShare.quiet).es} a ${lcuShare.heavy} unidades todo el mes`,
        },
      },
    ),
    usageLine(prices, "cloudfront", "cloudfront.out", Math.max(0, cloudFrontGb - freeCloudFront.gb), "CloudFront", {
      free: {
        en: `${freeCloudFront.gb} GB and ${freeCloudFront.requestsM} million requests of each month`,
        es: `${freeCloudFront.gb} GB y ${freeCloudFront.requestsM} millones de peticiones de cada mes`,
      },
      note: { en: `a heavy month has ${cloudFrontGb} GB`, es: `un mes de mucho uso tiene ${cloudFrontGb} GB` },
    }),
    usageLine(
      prices,
      "waf-requests",
      "waf.requests",
      requestsM.heavy,
      { en: "Firewall, requests", es: "Cortafuegos, peticiones" },
      {
        minQuantity: requestsM.quiet,
      },
    ),
    queriesLine(prices, queriesM.heavy, queriesM.quiet),
    usageLine(
      prices,
      "zones",
      "transfer.zones",
      2 * zonesGb.heavy,
      { en: "Data between zones, out and in", es: "Datos entre zonas, ida y vuelta" },
      {
        minQuantity: 2 * zonesGb.quiet,
        free: { en: "what the databases copy to their standby", es: "lo que las bases de datos copian a su reserva" },
      },
    ),
    natDataLine(prices, natGb.heavy, {
      minQuantity: natGb.quiet,
      free: {
        en: "S3 and the layers of images, which take the gateway endpoint",
        es: "S3 y las capas de las imágenes, que van por el gateway endpoint",
      },
    }),
  ];
  return { floor, usage };
}
