import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

const root = __dirname;

/** Text of a file in templates/, by its path there. */
export const template = (path: string): string => readFileSync(join(root, path), "utf8");

/** Whether there is such a file or folder in templates/. */
export const hasTemplate = (path: string): boolean => existsSync(join(root, path));

/** Paths of all files below a folder of templates/, relative to it, sorted. */
export function templateFiles(folder: string): string[] {
  const base = join(root, folder);
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(base, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/**
 * Fills the holes `@@NAME@@` of a text.
 * @throws Error when a hole has no value, or a value no hole.
 */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  const used = new Set<string>();
  const filled = text.replace(/@@([A-Z0-9_]+)@@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the hole @@${name}@@ has no value`);
    used.add(name);
    return value;
  });
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`no hole for ${unused.join(", ")}`);
  return filled;
}

/** The first 16 hexadecimal characters of the SHA-256 of texts, kept apart by their lengths. */
export function shortHash(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest("hex").slice(0, 16);
}
