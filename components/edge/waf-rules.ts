import type * as aws from "@pulumi/aws";

export type WafRule = Omit<aws.types.input.wafv2.WebAclRule, "priority">;
type Statement = aws.types.input.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatement;

/** Actions whose requests are worth a line in the log. */
export const blocking = ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"];

const seen = (metricName: string) => ({ cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true });

/** A group of rules that AWS keeps up to date; `counted` are only counted, not blocked. */
export const managed = (name: string, group: string, counted: readonly string[] = []): WafRule => ({
  name,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: "AWS",
      name: group,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: seen(name),
});

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** As nginx does: logins answer at other spellings too, `/Rest/Login/` (Express) and `/auth/sign_in.json` (Rails). */
export function loginPattern(logins: readonly string[]): string {
  const paths = [...new Set(logins)].sort().map((p) => escaped(p.replace(/\/$/, "").toLowerCase()));
  const pattern = `^(${paths.join("|")})(\\.[a-z]+)?/?$`;
  if (pattern.length > 512) throw new Error(`WAF takes 512 characters of pattern; the logins need ${pattern.length}`);
  return pattern;
}

const transformed = (...types: readonly string[]) => types.map((type, priority) => ({ type, priority }));

const startsWith = (searchString: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: "STARTS_WITH",
    searchString,
    textTransformations: transformed("NORMALIZE_PATH"),
  },
});

function scopeOf(which: { readonly path: string } | { readonly except: readonly string[] }): Statement | undefined {
  if ("path" in which) {
    return {
      regexMatchStatement: {
        fieldToMatch: { uriPath: {} },
        regexString: which.path,
        textTransformations: transformed("URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"),
      },
    };
  }
  const prefixes = [...new Set(which.except)].sort().map(startsWith);
  const [first, second] = prefixes;
  if (first === undefined) return undefined;
  return { notStatement: { statement: second === undefined ? first : { orStatement: { statements: prefixes } } } };
}

/** Blocks an address that sends more than `limit` such requests in five minutes, until it sends fewer. */
export function perAddress(
  name: string,
  limit: number,
  which: { readonly path: string } | { readonly except: readonly string[] },
): WafRule {
  const scopeDownStatement = scopeOf(which);
  return {
    name,
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: {
      rateBasedStatement: {
        aggregateKeyType: "IP",
        evaluationWindowSec: 300,
        limit,
        ...(scopeDownStatement === undefined ? {} : { scopeDownStatement }),
      },
    },
    visibilityConfig: seen(name),
  };
}
