import type { RecordedResource } from "../../../record/record";

/** Who is there before whom, of a recorded program. */
export class Waits {
  private readonly byUrn: ReadonlyMap<string, RecordedResource>;
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(readonly resources: readonly RecordedResource[]) {
    this.byUrn = new Map(resources.map((r) => [r.urn, r]));
  }

  /** URNs of everything that a resource waits for, directly or by way of others. */
  of({ urn }: RecordedResource): ReadonlySet<string> {
    const before = this.known.get(urn);
    if (before !== undefined) return before;
    const found = new Set<string>();
    const next = [urn];
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      for (const to of this.byUrn.get(at)?.dependencies ?? []) {
        if (found.has(to)) continue;
        found.add(to);
        next.push(to);
      }
    }
    this.known.set(urn, found);
    return found;
  }

  /** `who > what` for each of those that a resource does not wait for. */
  missing(who: RecordedResource, what: readonly RecordedResource[]): string[] {
    return what.filter((r) => !this.of(who).has(r.urn)).map((r) => `${who.name} > ${r.name}`);
  }

  /** Names of those that wait for themselves. */
  circles(): string[] {
    return this.resources.filter((r) => this.of(r).has(r.urn)).map((r) => r.name);
  }
}
