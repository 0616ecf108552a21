import type { Rule } from "../engine/types";

const certificate = { types: ["aws:acm/certificate:Certificate"] } as const;

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
];
