import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Where applications have files of their own: `NAME/files/` in one of these is `NAME/` of a release. */
const owners = ["services", "services.local"].map((folder) => join(__dirname, "..", folder));

/** Where a file or folder of the release lies: `desk/users.rb` in services/desk/files/, whatever is nobody's in templates/. */
export function templatePath(path: string): string {
  const [owner = "", ...rest] = path.split("/");
  const own = owners.map((folder) => join(folder, owner, "files", ...rest));
  return own.find((place) => existsSync(place)) ?? join(__dirname, path);
}

/** Names of the applications that have files of their own. */
export const owned = (): readonly string[] =>
  owners
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter((name) => existsSync(join(folder, name, "files"))));

/** Text of a file, by its path in the release. */
export const template = (path: string): string => readFileSync(templatePath(path), "utf8");

/** Whether there is such a file or folder. */
export const hasTemplate = (path: string): boolean => existsSync(templatePath(path));

/** Paths of all files below a folder, relative to it, sorted. */
export function templateFiles(folder: string): string[] {
  const base = templatePath(folder);
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
