import { settingKeys, type SettingKey, type SettingName } from "./keys";

/** One thing that is wrong with the configuration. */
export interface Problem {
  readonly key: string;
  readonly message: string;
  /** The value as it was given; absent for secrets and for keys that are not set. */
  readonly value?: string;
}

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

const isKnown = (key: string): key is SettingName => Object.hasOwn(settingKeys, key);

/** Message of a problem with a key that does not exist. */
export const unknownKey = (name: string, known: readonly string[]) =>
  `is not known; did you mean ${nearest(name, known)}?`;

function hint(key: string): string[] {
  if (!isKnown(key)) return [];
  const known: SettingKey = settingKeys[key];
  const command = `pulumi config set ${known.secret ? "--secret " : ""}ai-ecosystem:${key} ${known.example}`;
  return [`allowed: ${known.allowed}`, `example: ${known.howTo ?? command}`];
}

/** All problems as one text for a person: key, value, what is wrong, what is allowed, an example. */
export function describeProblems(problems: readonly Problem[]): string {
  const lines = problems.map((p) => {
    const top = p.key.split(".")[0] ?? p.key;
    const given = p.value === undefined ? "" : ` = ${p.value.length > 80 ? `${p.value.slice(0, 77)}...` : p.value}`;
    return [`- ai-ecosystem:${p.key}${given}: ${p.message}`, ...hint(top).map((h) => `    ${h}`)].join("\n");
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `The stack's configuration has ${count}:\n${lines.join("\n")}`;
}
