import { rules as standing } from "../rules";
import { waivers as standingWaivers } from "../waivers";
import { stackOf } from "./inputs";
import type { Finding, RecordedResource, Rule, Stack, Waiver } from "./types";

/** Id of the findings that report a waiver whose time is over. */
export const EXPIRED_WAIVER = "AIE-WAIVER-01";

export interface EvaluateOptions {
  readonly rules?: readonly Rule[];
  readonly waivers?: readonly Waiver[];
  readonly today?: Date;
}

/** Whether a pattern with `*` matches the whole name. */
export function matches(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${[first, ...rest].join("[^]*")}$`).test(name);
}

const isOver = (waiver: Waiver, today: Date): boolean => waiver.expires < today.toISOString().slice(0, 10);

const waiversFor = (rule: string, resource: RecordedResource, all: readonly Waiver[]): readonly Waiver[] =>
  all.filter((w) => w.rule === rule && matches(w.resource, resource.name));

/** What one rule has against one resource. */
export function violations(rule: Rule, resource: RecordedResource, stack: Stack): readonly string[] {
  if (rule.types !== undefined && !rule.types.includes(resource.type)) return [];
  return rule.scope === "stack" ? rule.check(resource, stack) : rule.check(resource);
}

const expiry = (waiver: Waiver, resource: RecordedResource): Finding => ({
  rule: EXPIRED_WAIVER,
  severity: "warning",
  urn: resource.urn,
  message: `the waiver of ${waiver.rule} for ${waiver.resource} expired on ${waiver.expires} (${waiver.reason})`,
  remedy: "Repair what it covers, or decide again and give it a new date in policies/waivers.ts.",
  references: [],
});

/** What one rule finds on one resource, with the waivers that cover it and those that no longer do. */
export function findingsOf(
  rule: Rule,
  resource: RecordedResource,
  stack: Stack,
  { waivers = standingWaivers, today = new Date() }: EvaluateOptions = {},
): readonly Finding[] {
  const found = violations(rule, resource, stack);
  if (found.length === 0) return [];
  const meant = waiversFor(rule.id, resource, waivers);
  const waiver = meant.find((w) => !isOver(w, today));
  const findings = found.map((message) => ({
    rule: rule.id,
    severity: rule.severity,
    urn: resource.urn,
    message,
    remedy: rule.remedy,
    references: rule.references,
    ...(waiver === undefined ? {} : { waiver: { reason: waiver.reason, expires: waiver.expires } }),
  }));
  return waiver === undefined ? [...findings, ...meant.map((w) => expiry(w, resource))] : findings;
}

/** Every violation of every rule; the waived ones are marked, and only the others count. */
export function evaluate(resources: readonly RecordedResource[], options: EvaluateOptions = {}): Finding[] {
  const stack = stackOf(resources);
  return (options.rules ?? standing).flatMap((rule) =>
    resources.flatMap((resource) => findingsOf(rule, resource, stack, options)),
  );
}
