import type { Finding } from "../../../policies/engine/types";

/** Findings of one rule with one outcome: the first stands for all. */
export interface FindingGroup {
  readonly first: Finding;
  readonly others: readonly Finding[];
}

/** Findings by rule and reason, in the order of their first. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.rule}|${finding.waiver?.reason ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => (first === undefined ? [] : [{ first, others }]));
}

export const resourceName = (urn: string): string => urn.split("::").at(-1) ?? urn;
