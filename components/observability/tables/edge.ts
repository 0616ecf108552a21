import type { AlarmSpec } from "../alarm";
import * as metrics from "../metrics";
import type { ObservedStack } from "../observed-stack";

/** Lines of defence between the internet and the services. */
export const edgeAlarms = (observed: ObservedStack): readonly AlarmSpec[] => [
  {
    id: "site-errors",
    runbook: "site-errors",
    meaning: {
      en: "More than 5 % of all requests to the site end in an error of ours (5xx), as visitors see it.",
      es: "Más del 5 % de las peticiones al sitio acaban en un error nuestro (5xx), tal como lo ven los visitantes.",
    },
    global: true,
    watch: {
      // a handful of requests makes any percentage
      expression: "IF(requests >= 20, rate, 0)",
      label: "5xx, % of requests",
      metrics: {
        rate: metrics.cloudFront(observed, "5xxErrorRate", "Average"),
        requests: metrics.cloudFront(observed, "Requests", "Sum"),
      },
    },
    comparison: ">",
    threshold: 5,
    period: 60,
    evaluate: [3, 5],
    // a night without visitors
    missingData: "notBreaching",
  },
  {
    id: "dashboard-errors",
    runbook: "dashboard-errors",
    meaning: {
      en: "The page with the links to the applications ends in errors (5xx); the applications themselves may be well.",
      es: "La página con los enlaces a las aplicaciones acaba en errores (5xx); las aplicaciones pueden estar bien.",
    },
    global: true,
    watch: {
      // it is asked for rarely, and by a few people
      expression: "IF(requests >= 5, rate, 0)",
      label: "5xx, % of requests",
      metrics: {
        rate: metrics.cloudFront(observed, "5xxErrorRate", "Average", observed.dashboardDistributionId),
        requests: metrics.cloudFront(observed, "Requests", "Sum", observed.dashboardDistributionId),
      },
    },
    comparison: ">",
    threshold: 20,
    period: 300,
    evaluate: [2, 3],
    // nobody asked
    missingData: "notBreaching",
  },
  {
    id: "load-balancer-errors",
    runbook: "load-balancer-errors",
    meaning: {
      en: "The load balancer itself answers with 5xx, because no task of a service can take the request.",
      es: "El propio balanceador responde con 5xx, porque ninguna tarea de un servicio puede atender la petición.",
    },
    watch: metrics.loadBalancer(observed, "HTTPCode_ELB_5XX_Count", "Sum"),
    comparison: ">=",
    threshold: 10,
    period: 60,
    evaluate: [3, 5],
    // only errors are reported
    missingData: "notBreaching",
  },
  {
    id: "waf-blocked",
    runbook: "waf-blocked",
    meaning: {
      en: "The firewall blocks far more requests than usual: an attack, or a rule that hits customers.",
      es: "El cortafuegos bloquea muchas más peticiones que de costumbre: un ataque, o una regla que afecta a clientes.",
    },
    global: true,
    watch: metrics.waf(observed, "BlockedRequests"),
    comparison: ">",
    threshold: 500,
    period: 300,
    evaluate: [3, 3],
    // only blocks are reported
    missingData: "notBreaching",
  },
  ...(["regional", "cloudFront"] as const).map((which): AlarmSpec => ({
    id: which === "regional" ? "certificate-load-balancer" : "certificate-cloudfront",
    runbook: "certificate",
    meaning: {
      en: `The certificate of ${which === "regional" ? "the load balancer" : "CloudFront"} ends in less than 21 days and was not renewed.`,
      es: `El certificado ${which === "regional" ? "del balanceador" : "de CloudFront"} caduca en menos de 21 días y no se ha renovado.`,
    },
    ...(which === "cloudFront" ? { global: true as const } : {}),
    watch: {
      namespace: "AWS/CertificateManager",
      name: "DaysToExpiry",
      stat: "Minimum",
      dimensions: { CertificateArn: observed.certificateArns[which] },
    },
    comparison: "<",
    threshold: 21,
    period: 86400,
    evaluate: [1, 1],
    // ACM reports twice a day, and no more once it has expired: the alarm must stay
    missingData: "ignore",
  })),
];
