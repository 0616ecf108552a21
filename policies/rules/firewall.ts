import { at, isMissing, isObject, isOpaque, list, strings, wants } from "../engine/inputs";
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
  {
    ...webAcl,
    id: "AIE-WAF-02",
    severity: "warning",
    title: "The firewall logs what it stops",
    reason: "Only the log tells an attack from a customer who was shut out.",
    remedy: "Add an aws.wafv2.WebAclLoggingConfiguration.",
    references: ["FSBP WAF.11", "CKV2_AWS_31"],
    scope: "stack",
    check: (r, stack) =>
      stack.usersOf(r, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration").length > 0
        ? []
        : ["logs nothing"],
  },
  {
    ...webAcl,
    id: "AIE-WAF-03",
    severity: "warning",
    title: "The firewall knows bad inputs such as Log4j's",
    reason: "They are tried against every address, whatever runs there.",
    remedy: "Add the managed group AWSManagedRulesKnownBadInputsRuleSet.",
    references: ["CKV_AWS_192", "CKV2_AWS_47"],
    scope: "resource",
    check: (r) => {
      if (unknownRules(r)) return [];
      const groups = rulesOf(r).flatMap((rule) => {
        const name = at(rule, "statement.managedRuleGroupStatement.name");
        return isOpaque(name) ? ["AWSManagedRulesKnownBadInputsRuleSet"] : strings(name);
      });
      return groups.includes("AWSManagedRulesKnownBadInputsRuleSet") ? [] : ["does not know bad inputs"];
    },
  },
  {
    ...webAcl,
    id: "AIE-WAF-04",
    severity: "warning",
    title: "The firewall's rules are measured",
    reason: "A rule that stops nothing, or everybody, is found by its metric.",
    remedy: "Set cloudwatchMetricsEnabled: true in every visibilityConfig.",
    references: ["FSBP WAF.12"],
    scope: "resource",
    check: (r) => {
      const silent = rulesOf(r).filter((rule) => {
        const enabled = at(rule, "visibilityConfig.cloudwatchMetricsEnabled");
        return !isOpaque(enabled) && enabled !== true;
      });
      return [
        ...wants("visibilityConfig.cloudwatchMetricsEnabled", true, "is not measured")(r),
        ...silent.map((rule) => `has the rule ${strings(rule["name"])[0] ?? "without a name"}, which is not measured`),
      ];
    },
  },
  {
    ...webAcl,
    id: "AIE-WAF-05",
    severity: "warning",
    title: "The firewall limits the rate of one address",
    reason: "Guessers and floods are slowed down before they cost anything.",
    remedy: "Add a rule with a rateBasedStatement.",
    references: [],
    scope: "resource",
    check: (r) => {
      const limited = rulesOf(r).some((rule) => !isMissing(at(rule, "statement.rateBasedStatement")));
      return unknownRules(r) || limited ? [] : ["limits nobody's rate"];
    },
  },
];
