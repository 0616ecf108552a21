import { expect } from "chai";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import type { RecordedResource } from "../../../record/record";
import { root } from "../root";

/** A longer text is a file of its own (a page, a script, the release), whose edits are read there and not in a snapshot. */
const LONG = 600;

/** Ids that say nothing to a reader, as AWS gives them: `sg-…`, a UUID, a distribution's. */
const OPAQUE = /^(?:[a-z]+-[0-9a-f]{16,17}|[0-9a-f]{32}|[0-9a-f-]{36}|E[0-9A-F]{13})$/;

const parsed = (text: string): unknown => {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** A value as a reader wants it: documents that travel as text opened, ids as names, long texts by what they are. */
function readable(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => readable(item, names));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item, names)]));
  }
  if (typeof value !== "string") return value;
  const document = parsed(value);
  if (document !== undefined) return { json: readable(document, names) };
  if (value.length > LONG) return `<${String(value.split("\n").length)} lines>`;
  // the release's id and hash follow every edit of a template
  return value
    .replace(/[\w-]+/g, (word) => (names.has(word) ? `<${String(names.get(word))}>` : word))
    .replace(/\b[0-9a-f]{16}(?=\.sh\b|')/g, "<release>")
    .replace(/\b[0-9a-f]{64}(?= )/g, "<sha256>");
}

/** One readable object per resource, in the recording's order. */
export function shown(resources: readonly RecordedResource[]): Record<string, unknown>[] {
  const names = new Map(
    resources.flatMap(({ id, name }) => (id !== undefined && OPAQUE.test(id) ? [[id, name] as const] : [])),
  );
  return resources.map(({ type, name, parent, inputs, protect, ignoreChanges }) => ({
    type,
    name,
    parent: parent?.split("::").at(-1),
    // a page of widgets is looked at as a page
    inputs: readable(
      type === "aws:cloudwatch/dashboard:Dashboard" ? { ...inputs, dashboardBody: "<widgets>" } : inputs,
      names,
    ),
    ...(protect ? { protect } : {}),
    ...(ignoreChanges.length > 0 ? { ignoreChanges } : {}),
  }));
}

/** What differs between two recordings: the names of what is gone, what is new, and of what is changed the properties that are. */
export function difference(base: readonly RecordedResource[], other: readonly RecordedResource[]): unknown {
  const key = (resource: Record<string, unknown>) => `${String(resource["type"])} ${String(resource["name"])}`;
  const before = new Map(shown(base).map((r) => [key(r), r]));
  const after = shown(other);
  const there = new Set(after.map(key));
  const changes = (was: Record<string, unknown>, is: Record<string, unknown>): Record<string, unknown> => {
    const flat = (r: Record<string, unknown>) => ({ ...r, ...(r["inputs"] as Record<string, unknown>) });
    const [old, now]: Record<string, unknown>[] = [flat(was), flat(is)];
    const differs = (name: string) => name !== "inputs" && JSON.stringify(old?.[name]) !== JSON.stringify(now?.[name]);
    const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])];
    return Object.fromEntries(names.filter(differs).map((name) => [name, now?.[name] ?? null]));
  };
  const changed = after
    .map((r) => [key(r), changes(before.get(key(r)) ?? r, r)] as const)
    .filter(([, properties]) => Object.keys(properties).length > 0);
  return {
    gone: [...before.keys()].filter((name) => !there.has(name)),
    new: after.filter((r) => !before.has(key(r))),
    changed: Object.fromEntries(changed),
  };
}

/** Compares with tests/expected/FILE; UPDATE=1 stores the new text. */
export async function expectStored(file: string, value: unknown): Promise<void> {
  const path = join(root, "tests/expected", file);
  const text = await format(JSON.stringify(value), { parser: "json", printWidth: 140 });
  if (process.env["UPDATE"] === "1" || !existsSync(path)) writeFileSync(path, text);
  expect(text, `make update-expected accepts the difference`).to.equal(readFileSync(path, "utf8"));
}
