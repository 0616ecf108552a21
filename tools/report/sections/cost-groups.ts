import type { Text } from "../../../services/model/types";

/** What a line of the estimate is for, as a reader asks of it. */
export interface Group<T> {
  readonly name: Text;
  readonly lines: readonly T[];
  /** USD a month. */
  readonly sum: number;
}

/** By the beginning of a line's id; the first that fits. */
const names: readonly (readonly [Text, RegExp])[] = [
  [{ en: "Applications", es: "Aplicaciones" }, /^(?:task-|more-|instance$|cpu-surplus$|root-volume$|images$)/],
  [{ en: "Data", es: "Datos" }, /^(?:postgres|mongodb|valkey|data-volume$|snapshots$|backups$|dumps$|files$)/],
  [{ en: "Network", es: "Red" }, /^(?:alb|waf|hosted-zone$|nat|ipv4$|cloudfront$|dns$|zones$|transfer-out$)/],
  [
    { en: "Watching and keys", es: "Vigilancia y claves" },
    /^(?:alarms|metrics$|live-health$|logs|flow-logs$|access-logs$|guardduty|secrets?|keys$)/,
  ],
];
const other: Text = { en: "Other", es: "Otros" };

export const groupOf = (id: string): Text => names.find(([, pattern]) => pattern.test(id))?.[0] ?? other;

/** Lines by what they are for; groups and lines with the largest amount first. */
export function grouped<T extends { readonly id: string }>(
  lines: readonly T[],
  amount: (line: T) => number,
): Group<T>[] {
  const groups = new Map<Text, T[]>();
  for (const line of [...lines].sort((a, b) => amount(b) - amount(a)))
    groups.set(groupOf(line.id), [...(groups.get(groupOf(line.id)) ?? []), line]);
  return [...groups]
    .map(([name, own]) => ({ name, lines: own, sum: own.reduce((sum, line) => sum + amount(line), 0) }))
    .sort((a, b) => b.sum - a.sum);
}
