import { rawSettings, type ParsedSettings } from "../../settings/settings";
import type { Problem } from "../../settings/problems";
import { parseStack } from "../../stacks/read";
import { examplesIn } from "../examples";

/** What was answered, by the name of the flag; empty text is "none". */
export type Answers = Readonly<Record<string, string>>;

/** A stack's configuration as its file has it: full key -> value. */
export type Values = Readonly<Record<string, unknown>>;

/** Every key that an answer can set. */
export const askedKeys = [
  "aws:region",
  "ai-ecosystem:topology",
  "ai-ecosystem:instanceType",
  "ai-ecosystem:costProfile",
  "ai-ecosystem:domain",
  "ai-ecosystem:hostedZone",
  "ai-ecosystem:adminEmail",
  "ai-ecosystem:sshAllowedCidrs",
  "ai-ecosystem:smtp",
  "ai-ecosystem:alertEmail",
  "ai-ecosystem:monthlyBudgetUsd",
] as const;

const list = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== "");
/** A number where it is one; else the text, whose problem the settings tell. */
const number = (text: string): unknown => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);

/** What the answers are as settings; the user of `smtp` comes with the password, later. */
export function valuesOf(answers: Answers): Values {
  const given = (flag: string, as: (text: string) => unknown = (text) => text): unknown => {
    const text = answers[flag] ?? "";
    return text === "" ? undefined : as(text);
  };
  const host = answers["topology"] !== "fargate";
  const smtp = { host: given("smtp-host"), port: given("smtp-port", number), from: given("smtp-from") };
  const values: Readonly<Record<(typeof askedKeys)[number], unknown>> = {
    "aws:region": given("region"),
    "ai-ecosystem:topology": given("topology"),
    "ai-ecosystem:instanceType": host ? given("size") : undefined,
    "ai-ecosystem:costProfile": host ? undefined : given("size"),
    "ai-ecosystem:domain": given("domain"),
    "ai-ecosystem:hostedZone": given("hosted-zone"),
    "ai-ecosystem:adminEmail": given("admin-email"),
    "ai-ecosystem:sshAllowedCidrs": host ? given("ssh", list) : undefined,
    "ai-ecosystem:smtp": smtp.host === undefined ? undefined : smtp,
    "ai-ecosystem:alertEmail": given("alert-email"),
    "ai-ecosystem:monthlyBudgetUsd": given("budget", number),
  };
  // without what is undefined
  return JSON.parse(JSON.stringify(values)) as Values;
}

const asTexts = (values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([k, v]) => [k, typeof v === "string" ? v : JSON.stringify(v)]));

/** The answers as settings, or all that the program finds wrong with them. */
export const parse = (
  values: Values,
  stack: string,
): { readonly parsed: ParsedSettings } | { readonly problems: readonly Problem[] } =>
  parseStack(rawSettings(asTexts(values), []), stack);

/**
 * What is wrong with one setting, in the words of the program; undefined when nothing is.
 * @param key full, with the path of a leaf: `ai-ecosystem:smtp.host`
 */
export function problemOf(key: string, values: Values, stack: string): string | undefined {
  const own = key.replace("ai-ecosystem:", "");
  const result = parse(values, stack);
  if ("problems" in result) {
    const found = result.problems.find((p) => p.key === own || p.key.startsWith(`${own}.`));
    if (found !== undefined) return found.message;
  }
  if (!(key in values)) return undefined;
  // the others may have problems of their own; an administrator's address counts with a domain only
  const of = (name: string, beside = own) =>
    own === name || beside === name ? (values[`ai-ecosystem:${name}`] as never) : (undefined as never);
  const given = {
    adminEmail: of("adminEmail"),
    alertEmail: of("alertEmail"),
    domain: of("domain", own === "adminEmail" ? "domain" : own),
    sshAllowedCidrs: of("sshAllowedCidrs"),
  };
  return examplesIn(given, stack)
    .find((e) => e.key === own)
    ?.error.message.replace(/^\S+ still holds/, "is");
}
