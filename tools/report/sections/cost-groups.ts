/** What a line of the estimate is for, as a reader asks of it. */
export interface Group<T> {
  readonly name: string;
  readonly lines: readonly T[];
  /** USD a month. */
  readonly sum: number;
}

/** By the beginning of a line's id; the first that fits. */
const names: readonly (readonly [string, RegExp])[] = [
  ["Applications", /^(?:task-|more-|instance$|cpu-surplus$|root-volume$|images$)/],
  ["Data", /^(?:postgres|mongodb|valkey|data-volume$|snapshots$|backups$|dumps$|files$)/],
  ["Network", /^(?:alb|waf|hosted-zone$|nat|ipv4$|cloudfront$|dns$|zones$|transfer-out$)/],
  ["Watching and keys", /^(?:alarms|metrics$|live-health$|logs|flow-logs$|access-logs$|guardduty|secrets?|keys$)/],
];

export const groupOf = (id: string): string => names.find(([, pattern]) => pattern.test(id))?.[0] ?? "Other";

/** Lines by what they are for; groups and lines with the largest amount first. */
export function grouped<T extends { readonly id: string }>(
  lines: readonly T[],
  amount: (line: T) => number,
): Group<T>[] {
  const bySize = [...lines].sort((a, b) => amount(b) - amount(a));
  return [...new Set(bySize.map(({ id }) => groupOf(id)))]
    .map((name) => bySize.filter(({ id }) => groupOf(id) === name))
    .map((own) => ({ name: groupOf(own[0]?.id ?? ""), lines: own, sum: own.reduce((sum, l) => sum + amount(l), 0) }))
    .sort((a, b) => b.sum - a.sum);
}
