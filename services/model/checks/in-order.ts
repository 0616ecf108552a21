interface Named {
  readonly name: string;
}

/**
 * Each after those that it needs; otherwise as they came.
 * @param needs names; those that are not in the list are there already
 * @throws Error that names the circle, which `circleAmong` finds before
 */
export function inOrder<T extends Named>(list: readonly T[], needs: (item: T) => readonly string[]): readonly T[] {
  const left = [...list];
  const done: T[] = [];
  while (left.length > 0) {
    const next = left.findIndex((item) => !left.some((other) => needs(item).includes(other.name)));
    if (next < 0) throw new Error(`a circle: ${left.map((item) => item.name).join(", ")}`);
    done.push(...left.splice(next, 1));
  }
  return done;
}

/** Names of those that need each other; none, if there is an order. */
export function circleAmong<T extends Named>(list: readonly T[], needs: (item: T) => readonly string[]): string[] {
  let left = [...list];
  for (;;) {
    // whoever needs nobody is in no circle, nor is whom nobody needs
    const rest = left.filter(
      (item) =>
        left.some((other) => needs(item).includes(other.name)) &&
        left.some((other) => needs(other).includes(item.name)),
    );
    if (rest.length === left.length) return rest.map((item) => item.name);
    left = rest;
  }
}
