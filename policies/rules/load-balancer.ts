import { at, differs, isObject, isOpaque, list, numeric } from "../engine/inputs";
import { ingressRule, openingsOf, isWorld, securityGroup } from "../engine/openings";
import type { RecordedResource, Rule } from "../engine/types";

const balancer = { types: ["aws:lb/loadBalancer:LoadBalancer"] } as const;
const listener = { types: ["aws:lb/listener:Listener"] } as const;
const distribution = "aws:cloudfront/distribution:Distribution";

const isPublic = (r: RecordedResource): boolean => differs(r, "internal", true);
const actions = (r: RecordedResource) => list(r.inputs["defaultActions"]).filter(isObject);
const redirectsToTls = (action: Record<string, unknown>): boolean =>
  action["type"] === "redirect" && at(action, "redirect.protocol") === "HTTPS";

/** TLS 1.2 and newer: what AWS's policies say of themselves. */
const modernPolicy = /^ELBSecurityPolicy-(?:TLS13-1-[23]|TLS-1-2|FS-1-2)/;

/** The entrance behind CloudFront. */
export const loadBalancerRules: readonly Rule[] = [
  {
    ...listener,
    id: "AIE-ALB-01",
    severity: "error",
    title: "The load balancer speaks HTTPS, or redirects to it",
    reason: "What is sent in plain can be read and changed on the way.",
    remedy: 'Set protocol: "HTTPS", or a default action that redirects to it.',
    references: ["FSBP ELB.1", "CKV_AWS_2", "CKV2_AWS_20", "AVD-AWS-0054"],
    scope: "resource",
    check: (r) => {
      const protocol = r.inputs["protocol"];
      if (isOpaque(protocol) || protocol === "HTTPS" || protocol === "TLS") return [];
      if (isOpaque(r.inputs["defaultActions"])) return [];
      return actions(r).every(redirectsToTls) && actions(r).length > 0 ? [] : ["answers in plain HTTP"];
    },
  },
  {
    ...balancer,
    id: "AIE-ALB-06",
    severity: "error",
    title: "The load balancer is in two zones",
    reason: "The loss of one zone must not close the entrance.",
    remedy: "Give it subnets in two zones (ai-ecosystem:azCount).",
    references: ["FSBP ELB.13"],
    scope: "resource",
    check: (r) => {
      const subnets = [...list(r.inputs["subnets"]), ...list(r.inputs["subnetMappings"])];
      const opaque = isOpaque(r.inputs["subnets"]) || isOpaque(r.inputs["subnetMappings"]);
      return opaque || subnets.length >= 2 ? [] : [`has ${subnets.length} subnets`];
    },
  },
  {
    ...listener,
    id: "AIE-ALB-07",
    severity: "error",
    title: "The load balancer speaks TLS 1.2 or newer",
    reason: "Older versions can be broken, and downgraded to by force.",
    remedy: "Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06 or stricter.",
    references: ["FSBP ELB.17", "CKV_AWS_103", "AVD-AWS-0047"],
    scope: "resource",
    check: (r) => {
      const policy = r.inputs["sslPolicy"];
      if (r.inputs["protocol"] !== "HTTPS" || isOpaque(policy)) return [];
      return typeof policy === "string" && modernPolicy.test(policy) ? [] : ["admits old versions of TLS"];
    },
  },
  {
    ...balancer,
    id: "AIE-ALB-08",
    severity: "error",
    title: "The load balancer is not on the internet",
    reason: "Who reaches it directly goes round the firewall.",
    remedy: "Set internal: true; a public one may answer CloudFront alone (AIE-ALB-10, AIE-ALB-11).",
    references: ["AVD-AWS-0053", "CKV2_AWS_74"],
    scope: "resource",
    check: (r) => (isPublic(r) ? ["has public addresses"] : []),
  },
  {
    ...listener,
    id: "AIE-ALB-10",
    severity: "error",
    title: "A public load balancer refuses whatever no rule admits",
    reason:
      "CloudFront's addresses are everybody's: only the secret header tells this stack's requests from a stranger's.",
    remedy: "Make the default action a fixed response of 403, and check the header in every rule.",
    references: ["FSBP ELB.16"],
    scope: "stack",
    check: (r, stack) => {
      const open = stack.usedBy(r, balancer.types[0]).some(isPublic);
      if (!open || stack.ofType(distribution).length === 0 || isOpaque(r.inputs["defaultActions"])) return [];
      const refuses = actions(r).every(
        (a) =>
          redirectsToTls(a) || (a["type"] === "fixed-response" && numeric(at(a, "fixedResponse.statusCode")) >= 400),
      );
      return refuses && actions(r).length > 0 ? [] : ["answers requests that do not come through CloudFront"];
    },
  },
  {
    ...balancer,
    id: "AIE-ALB-11",
    severity: "error",
    title: "Behind CloudFront, nothing but CloudFront reaches the load balancer",
    reason: "An address that answers everybody is found, and attacked without the firewall.",
    remedy:
      "Admit the prefix list com.amazonaws.global.cloudfront.origin-facing alone (components/edge/load-balancer.ts).",
    references: ["FSBP ELB.16", "CKV2_AWS_28"],
    scope: "stack",
    check: (r, stack) => {
      if (!isPublic(r) || stack.ofType(distribution).length === 0) return [];
      const groups = stack.usedBy(r, securityGroup);
      const rules = groups.flatMap((g) => [g, ...stack.usersOf(g, ingressRule)]);
      return rules
        .filter((rule) => openingsOf(rule, "ingress").some((o) => isWorld(o.cidr)))
        .map((rule) => `is open to everybody by ${rule.name}`);
    },
  },
];
