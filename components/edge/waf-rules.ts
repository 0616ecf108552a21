import type * as aws from "@pulumi/aws";
import { bodyMegabytes } from "../../services/model/limits";
import { managedGroups } from "./waf-groups";

export type WafRule = Omit<aws.types.input.wafv2.WebAclRule, "priority">;
type ScopeDown = aws.types.input.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatement;

/** Actions whose requests are worth a line in the log. */
export const blocking = ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"];

const seen = (metricName: string) => ({ cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true });

/** A group of rules that AWS keeps up to date, each blocked or counted as `managedGroups` says. */
export function managed(name: string, group: string): WafRule {
  const rules = managedGroups[group];
  if (rules === undefined) throw new Error(`nothing is said of the rules of ${group}`);
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: group,
        ruleActionOverrides: Object.entries(rules)
          .filter(([, { action }]) => action === "count")
          .map(([rule]) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: seen(name),
  };
}

const page = (english: string, spanish: string) => ({
  contentType: "TEXT_HTML",
  content: `<!doctype html><meta charset="utf-8"><title>${english}</title><p>${english}</p><p lang="es">${spanish}</p>`,
});

/** What a visitor reads who is shut out; `customResponseBodies` of the ACL. */
export const refusals = {
  "too-many": page(
    "Too many requests from your address. Please try again in a few minutes.",
    "Demasiadas peticiones desde su direcci&oacute;n. Int&eacute;ntelo de nuevo en unos minutos.",
  ),
  "too-large": page(
    `This is larger than ${bodyMegabytes} MB, files and text together. Please send less at once.`,
    `Esto ocupa m&aacute;s de ${bodyMegabytes} MB, archivos y texto juntos. Env&iacute;e menos de una vez.`,
  ),
};

/** A regular expression of the whole numbers, in decimal digits, that are greater than `limit`. */
export function greaterThan(limit: number): string {
  const digits = String(limit);
  const larger = Array.from(digits).flatMap((digit, i) => {
    const rest = digits.length - i - 1;
    return digit === "9" ? [] : [`${digits.slice(0, i)}[${Number(digit) + 1}-9]${rest === 0 ? "" : `[0-9]{${rest}}`}`];
  });
  return `^0*(${[`[1-9][0-9]{${digits.length},}`, ...larger].join("|")})$`;
}

/** Ends a body that is too large before it is sent, as nginx does; one that does not say its length passes. */
export const bodySize = (name: string, megabytes: number): WafRule => ({
  name,
  action: { block: { customResponse: { responseCode: 413, customResponseBodyKey: "too-large" } } },
  statement: matches({ singleHeader: { name: "content-length" } }, greaterThan(megabytes * 1024 * 1024), "NONE"),
  visibilityConfig: seen(name),
});

const transformed = (...types: readonly string[]) => types.map((type, priority) => ({ type, priority }));

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** As nginx does: logins answer at other spellings too, `/Rest/Login/` (Express) and `/auth/sign_in.json` (Rails). */
export function loginPattern(logins: readonly string[]): string {
  const paths = [...new Set(logins)].sort().map((p) => escaped(p.replace(/\/$/, "").toLowerCase()));
  const pattern = `^(${paths.join("|")})(\\.[a-z]+)?/?$`;
  if (pattern.length > 512) throw new Error(`WAF takes 512 characters of pattern; the logins need ${pattern.length}`);
  return pattern;
}

const startsWith = (searchString: string): ScopeDown => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: "STARTS_WITH",
    searchString,
    textTransformations: transformed("NORMALIZE_PATH"),
  },
});

const matches = (fieldToMatch: object, regexString: string, ...types: readonly string[]): ScopeDown => ({
  regexMatchStatement: { fieldToMatch, regexString, textTransformations: transformed(...types) },
});

type Which = { readonly logins: readonly string[] } | { readonly except: readonly string[] };

function scopeOf(which: Which): ScopeDown | undefined {
  if ("logins" in which) {
    // as nginx does, which does not count pages that ask at a login's path whether somebody is logged in
    const attempts = matches({ method: {} }, "^(DELETE|PATCH|POST|PUT)$", "NONE");
    const paths = matches({ uriPath: {} }, loginPattern(which.logins), "URL_DECODE", "NORMALIZE_PATH", "LOWERCASE");
    return { andStatement: { statements: [paths, attempts] } };
  }
  const prefixes = [...new Set(which.except)].sort().map(startsWith);
  const [first, second] = prefixes;
  if (first === undefined) return undefined;
  return { notStatement: { statement: second === undefined ? first : { orStatement: { statements: prefixes } } } };
}

/** Blocks an address that sends more than `limit` such requests in five minutes, until it sends fewer. */
export function perAddress(name: string, limit: number, which: Which): WafRule {
  const scopeDownStatement = scopeOf(which);
  return {
    name,
    action: {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: "too-many",
          responseHeaders: [{ name: "Retry-After", value: "60" }],
        },
      },
    },
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
