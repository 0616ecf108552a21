import { at, isMissing, isObject, isOpaque, list, strings, wantsAny } from "../engine/inputs";
import type { RecordedResource, Rule } from "../engine/types";

const distribution = { types: ["aws:cloudfront/distribution:Distribution"] } as const;

const behaviours = (r: RecordedResource): readonly Record<string, unknown>[] =>
  [...list(r.inputs["defaultCacheBehavior"]), ...list(r.inputs["orderedCacheBehaviors"])].filter(isObject);
const pathOf = (behaviour: Record<string, unknown>): string => strings(behaviour["pathPattern"])[0] ?? "*";
const origins = (r: RecordedResource): readonly Record<string, unknown>[] => list(r.inputs["origins"]).filter(isObject);
const nameOf = (origin: Record<string, unknown>): string => strings(origin["originId"])[0] ?? "origin";
const isBucket = (origin: Record<string, unknown>): boolean =>
  strings(origin["domainName"]).some(
    (name) => /\.s3[.-][a-z0-9-]*\.?amazonaws\.com$/.test(name) || name.includes(".s3."),
  );

const modernViewer = /^TLSv1\.(?:2_20(?:21|25)|3_)/;
const oldProtocols = new Set(["SSLv3", "TLSv1", "TLSv1.1"]);

const webAcl = { types: ["aws:wafv2/webAcl:WebAcl"] } as const;

const rulesOf = (r: RecordedResource) => list(r.inputs["rules"]).filter(isObject);
const unknownRules = (r: RecordedResource): boolean =>
  isOpaque(r.inputs["rules"]) || list(r.inputs["rules"]).some(isOpaque);

const certificate = { types: ["aws:acm/certificate:Certificate"] } as const;

/** CloudFront, its firewall (WAF) and its certificates. */
export const edgeRules: readonly Rule[] = [
  {
    ...distribution,
    id: "AIE-CDN-02",
    severity: "error",
    title: "Visitors use HTTPS",
    reason: "What is sent in plain can be read and changed on the way.",
    remedy: "Set viewerProtocolPolicy to redirect-to-https or https-only in every behaviour.",
    references: ["FSBP CloudFront.3", "CKV_AWS_34", "AVD-AWS-0012"],
    scope: "resource",
    check: (r) =>
      behaviours(r)
        .filter((b) => b["viewerProtocolPolicy"] === "allow-all")
        .map((b) => `answers ${pathOf(b)} in plain HTTP`),
  },
  {
    ...distribution,
    id: "AIE-CDN-03",
    severity: "error",
    title: "Visitors use TLS 1.2 or newer",
    reason: "Older versions can be broken, and downgraded to by force.",
    remedy: "Set viewerCertificate.minimumProtocolVersion to TLSv1.2_2021 or newer.",
    references: ["FSBP CloudFront.15", "CKV_AWS_174", "AVD-AWS-0013"],
    scope: "resource",
    check: (r) => {
      const version = at(r.inputs, "viewerCertificate.minimumProtocolVersion");
      if (isOpaque(version)) return [];
      return typeof version === "string" && modernViewer.test(version) ? [] : ["admits old versions of TLS"];
    },
  },
  {
    ...distribution,
    id: "AIE-CDN-06",
    severity: "error",
    title: "The distribution has a firewall",
    reason: "Scanners, floods and guessers otherwise reach the applications.",
    remedy: "Set webAclId to an aws.wafv2.WebAcl of the scope CLOUDFRONT.",
    references: ["FSBP CloudFront.6", "CKV_AWS_68", "AVD-AWS-0011"],
    scope: "resource",
    check: wantsAny("webAclId", "has no firewall"),
  },
  {
    ...distribution,
    id: "AIE-CDN-08",
    severity: "error",
    title: "CloudFront reaches its origins over TLS 1.2",
    reason: "Between CloudFront and the origin is the internet, too.",
    remedy: 'Set originProtocolPolicy: "https-only" and originSslProtocols: ["TLSv1.2"].',
    references: ["FSBP CloudFront.9", "FSBP CloudFront.10", "CKV2_AWS_54", "CKV2_AWS_72"],
    scope: "resource",
    check: (r) =>
      origins(r).flatMap((o) => {
        const custom = o["customOriginConfig"];
        if (!isObject(custom)) return [];
        const policy = custom["originProtocolPolicy"];
        const old = strings(custom["originSslProtocols"]).filter((p) => oldProtocols.has(p));
        return [
          ...(isOpaque(policy) || policy === "https-only" ? [] : [`reaches ${nameOf(o)} in plain HTTP`]),
          ...(old.length > 0 ? [`reaches ${nameOf(o)} by ${old.join(", ")}`] : []),
        ];
      }),
  },
  {
    ...distribution,
    id: "AIE-CDN-09",
    severity: "error",
    title: "Buckets behind CloudFront are read by it alone",
    reason: "The bucket would have to be public otherwise.",
    remedy: "Give the origin an originAccessControlId, and the bucket a policy for the distribution.",
    references: ["FSBP CloudFront.13", "CKV2_AWS_46"],
    scope: "resource",
    check: (r) =>
      origins(r)
        .filter((o) => isBucket(o) && isMissing(o["originAccessControlId"]))
        .map((o) => `reads ${nameOf(o)} like anybody`),
  },
  {
    ...distribution,
    id: "AIE-CDN-13",
    severity: "error",
    title: "Headers by which the origin knows CloudFront are secret",
    reason: "Who knows the value can put a distribution of their own in front, without the firewall.",
    remedy: "Pass the value as a secret output (components/edge/origin-secret.ts).",
    references: [],
    scope: "resource",
    // a property that holds a secret is opaque as a whole: in plain is what can be read here
    check: (r) =>
      origins(r).flatMap((o) =>
        list(o["customHeaders"])
          .filter((h) => isObject(h) && typeof h["value"] === "string" && !isOpaque(h["value"]))
          .map(() => `sends a header to ${nameOf(o)} whose value is readable`),
      ),
  },
  {
    ...webAcl,
    id: "AIE-WAF-01",
    severity: "error",
    title: "The firewall has rules",
    reason: "An empty one lets everything through, and looks like protection.",
    remedy: "Add managed groups and a rate rule to the aws.wafv2.WebAcl (components/edge/waf.ts).",
    references: ["FSBP WAF.10", "CKV_AWS_175"],
    scope: "resource",
    check: (r) => (unknownRules(r) || rulesOf(r).length > 0 ? [] : ["has no rules"]),
  },
  {
    ...certificate,
    id: "AIE-ACM-01",
    severity: "error",
    title: "Certificates have keys that are long enough",
    reason: "RSA keys below 2048 bits can be broken.",
    remedy: "Leave keyAlgorithm out, or set RSA_2048, EC_prime256v1 or more.",
    references: ["FSBP ACM.2"],
    scope: "resource",
    check: (r) => (r.inputs["keyAlgorithm"] === "RSA_1024" ? ["has a key of 1024 bits"] : []),
  },
];
