import { isObject, isOpaque, list } from "../engine/inputs";
import type { RecordedResource, Rule } from "../engine/types";

const webAcl = { types: ["aws:wafv2/webAcl:WebAcl"] } as const;

const rulesOf = (r: RecordedResource) => list(r.inputs["rules"]).filter(isObject);
const unknownRules = (r: RecordedResource): boolean =>
  isOpaque(r.inputs["rules"]) || list(r.inputs["rules"]).some(isOpaque);

/** The firewall (WAF). */
export const firewallRules: readonly Rule[] = [
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
];
