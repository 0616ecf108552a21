import { isMissing, isOpaque, list, strings } from "../engine/inputs";
import type { Rule } from "../engine/types";

const certificate = { types: ["aws:acm/certificate:Certificate"] } as const;
const zone = { types: ["aws:route53/zone:Zone"] } as const;

/** The domain and its certificates. */
export const domainRules: readonly Rule[] = [
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
  {
    ...certificate,
    id: "AIE-ACM-02",
    severity: "warning",
    title: "Certificates renew themselves",
    reason: "A mail that somebody has to answer each year is missed one year.",
    remedy: 'Set validationMethod: "DNS", and keep the record.',
    references: ["FSBP ACM.1"],
    scope: "resource",
    check: (r) => {
      const method = r.inputs["validationMethod"];
      return isOpaque(method) || method === "DNS" || !isMissing(r.inputs["certificateAuthorityArn"])
        ? []
        : ["is not validated by DNS"];
    },
  },
  {
    ...certificate,
    id: "AIE-ACM-03",
    severity: "warning",
    title: "Certificates name their hosts",
    reason: "A wildcard is good for every name of the domain, also for those that others run.",
    remedy: "List the names in subjectAlternativeNames, or waive it where the domain is this stack's alone.",
    references: ["CKV2_AWS_71"],
    scope: "resource",
    check: (r) =>
      [...strings(r.inputs["domainName"]), ...strings(r.inputs["subjectAlternativeNames"])]
        .filter((name) => name.startsWith("*."))
        .map((name) => `is good for ${name}`),
  },
  {
    ...zone,
    id: "AIE-DNS-01",
    severity: "warning",
    title: "Queries of a public zone are logged",
    reason: "They tell of names that somebody looks for, and of those that were taken over.",
    remedy: "Add an aws.route53.QueryLog for the zone, or waive it.",
    references: ["FSBP Route53.2", "CKV2_AWS_39"],
    scope: "stack",
    check: (r, stack) =>
      list(r.inputs["vpcs"]).length > 0 || stack.usersOf(r, "aws:route53/queryLog:QueryLog").length > 0
        ? []
        : ["logs no queries"],
  },
  {
    ...zone,
    id: "AIE-DNS-02",
    severity: "warning",
    title: "A public zone is signed (DNSSEC)",
    reason: "Answers can be forged on the way otherwise.",
    remedy: "Add an aws.route53.HostedZoneDnsSec, and the record at the registrar, or waive it.",
    references: ["CKV2_AWS_38"],
    scope: "stack",
    check: (r, stack) =>
      list(r.inputs["vpcs"]).length > 0 || stack.usersOf(r, "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec").length > 0
        ? []
        : ["is not signed"],
  },
];
