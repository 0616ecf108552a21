/** Levenshtein distance, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known name that is nearest to `name`. */
export function nearest(name: string, known: readonly string[]): string {
  const scored = known.map((k) => ({ k, d: distance(name.toLowerCase(), k.toLowerCase()) }));
  return scored.reduce((best, s) => (s.d < best.d ? s : best), scored[0] ?? { k: "", d: Infinity }).k;
}

/** Names of which somebody reads the whole list. */
const few = 12;

/** What is said of a name that is not known: the one that was meant, where one is near, else all of them, where they are few. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  // a third of it, and two letters of a short one
  const limit = Math.max(2, Math.floor(name.length / 3));
  if (near !== "" && distance(name.toLowerCase(), near.toLowerCase()) <= limit) return `; did you mean ${near}?`;
  return known.length <= few && known.length > 0 ? `; there are ${known.join(", ")}` : "";
}
