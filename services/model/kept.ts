import type { Route } from "./types";

/** How long CDN and browsers keep what is below a path: not at all by the entrance's doing, for minutes, or as they are told. */
export type Kept = "no" | "briefly" | "long";

/** Length of the longest of the prefixes that a path is below; -1: of none. */
const depth = (prefixes: readonly string[], path: string): number =>
  Math.max(-1, ...prefixes.filter((prefix) => path.startsWith(prefix)).map((prefix) => prefix.length));

/** The longest prefix counts, and the shorter time where one prefix is in both lists. */
export function keptFor(path: string, route: Pick<Route, "cached" | "cachedBriefly">): Kept {
  const [long, briefly] = [depth(route.cached ?? [], path), depth(route.cachedBriefly ?? [], path)];
  if (long > briefly) return "long";
  return briefly === -1 ? "no" : "briefly";
}
