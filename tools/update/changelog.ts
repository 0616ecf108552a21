/** An entry of CHANGELOG.md: what kind of change it is (`Added`, `Fixed`, …), and its text in one line. */
export interface Entry {
  readonly kind: string;
  readonly text: string;
}

/** The entries of a changelog in its order, whatever version they are under. */
export function entriesOf(changelog: string): Entry[] {
  const entries: Entry[] = [];
  let kind = "";
  for (const block of changelog.split(/\n(?=#|- |\n)/)) {
    const [, heading] = /^\s*### (.+)/.exec(block) ?? [];
    if (heading !== undefined) kind = heading.trim();
    const [, text] = /^\s*- ([\s\S]+)/.exec(block) ?? [];
    if (text !== undefined) entries.push({ kind, text: text.trim().replace(/\s+/g, " ") });
  }
  return entries;
}

/** What the newer changelog says and the older one does not. */
export function newEntries(older: string, newer: string): Entry[] {
  const known = new Set(entriesOf(older).map(({ text }) => text));
  return entriesOf(newer).filter(({ text }) => !known.has(text));
}
