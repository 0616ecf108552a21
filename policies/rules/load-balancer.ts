import { at, differs, isMissing, isObject, isOpaque, list, numeric, wants } from "../engine/inputs";
import { ingressRule, openingsOf, isWorld, securityGroup } from "../engine/openings";
import type { RecordedResource, Rule } from "../engine/types";

const balancer = { types: ["aws:lb/loadBalancer:LoadBalancer"] } as const;
const listener = { types: ["aws:lb/listener:Listener"] } as const;
const targetGroup = { types: ["aws:lb/targetGroup:TargetGroup"] } as const;
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
    id: "AIE-ALB-02",
    severity: "warning",
    title: "Invalid headers are dropped",
    reason: "Proxies and applications that read them differently can be played off against each other.",
    remedy: "Set dropInvalidHeaderFields: true on the load balancer.",
    references: ["FSBP ELB.4", "CKV_AWS_131", "AVD-AWS-0052"],
    scope: "resource",
    check: wants("dropInvalidHeaderFields", true, "passes invalid headers on"),
  },
  {
    ...balancer,
    id: "AIE-ALB-03",
    severity: "warning",
    title: "Ambiguous requests are rejected",
    reason: "HTTP desync smuggles one customer's request into another's connection.",
    remedy: "Set desyncMitigationMode to defensive or strictest.",
    references: ["FSBP ELB.12", "CKV_AWS_328"],
    scope: "resource",
    check: (r) => (r.inputs["desyncMitigationMode"] === "monitor" ? ["only watches ambiguous requests"] : []),
  },
  {
    ...balancer,
    id: "AIE-ALB-04",
    severity: "warning",
    title: "The load balancer logs its requests",
    reason: "Without them nobody can tell who asked for what, and how long it took.",
    remedy: "Set accessLogs to a bucket with enabled: true.",
    references: ["FSBP ELB.5", "CKV_AWS_91"],
    scope: "resource",
    check: wants("accessLogs.enabled", true, "logs no requests"),
  },
  {
    ...balancer,
    id: "AIE-ALB-05",
    severity: "warning",
    title: "AWS refuses to delete the load balancer",
    reason: "With it goes the address that CloudFront knows, and every application with it.",
    remedy: "Set ai-ecosystem:deletionProtection true (a stack to throw away may go without).",
    references: ["FSBP ELB.6", "CKV_AWS_150"],
    scope: "resource",
    check: wants("enableDeletionProtection", true, "can be deleted in the console"),
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
    remedy: "Set internal: true, or waive it where only CloudFront gets an answer (AIE-ALB-10 and AIE-ALB-11).",
    references: ["AVD-AWS-0053", "CKV2_AWS_74"],
    scope: "resource",
    check: (r) => (isPublic(r) ? ["has public addresses"] : []),
  },
  {
    ...targetGroup,
    id: "AIE-ALB-09",
    severity: "warning",
    title: "Services are reached over TLS",
    reason: "Whoever listens inside the network would read every request.",
    remedy: "Set the protocol of the target group to HTTPS, with certificates in the tasks.",
    references: ["CKV_AWS_378"],
    scope: "resource",
    check: (r) => (r.inputs["protocol"] === "HTTP" ? ["is reached in plain HTTP"] : []),
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
  {
    ...targetGroup,
    id: "AIE-ALB-12",
    severity: "warning",
    title: "The load balancer checks its targets at a path",
    reason: "A task that hangs answers nobody, and gets its part of the requests all the same.",
    remedy: "Set healthCheck.path to what answers 200 when the service can take traffic.",
    references: ["CKV_AWS_261"],
    scope: "resource",
    check: (r) =>
      ["HTTP", "HTTPS"].includes(String(r.inputs["protocol"])) && isMissing(at(r.inputs, "healthCheck.path"))
        ? ["is not checked at a path of its own"]
        : [],
  },
  {
    ...balancer,
    id: "AIE-ALB-13",
    severity: "warning",
    title: "A firewall is in front of the load balancer",
    reason: "Scanners and floods otherwise reach the applications.",
    remedy: "Associate an aws.wafv2.WebAcl with it, or put a distribution with a webAclId in front.",
    references: ["FSBP ELB.16", "CKV2_AWS_28"],
    scope: "stack",
    check: (r, stack) => {
      const own = stack.usersOf(r, "aws:wafv2/webAclAssociation:WebAclAssociation").length > 0;
      const inFront = stack.usersOf(r, distribution).some((d) => !isMissing(d.inputs["webAclId"]));
      return own || inFront ? [] : ["has no firewall in front"];
    },
  },
];
