import { createHash, randomBytes, randomInt } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { GeneratedSecret } from "../../services/model/types";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const alphanumeric = (length: number) => Array.from({ length }, () => letters[randomInt(letters.length)]).join("");

function generate({ length, charset }: GeneratedSecret): string {
  if (charset === "hex") return randomBytes(length / 2).toString("hex");
  // one of each kind that the applications ask for
  return charset === "password" ? `Aa1-${alphanumeric(length - 4)}` : alphanumeric(length);
}

/**
 * The secrets of the local installation: made at the first start, kept in a file that only you can read.
 * @param hash makes the bcrypt hash of a password
 */
export function localSecrets(
  file: string,
  wanted: readonly GeneratedSecret[],
  hash: (password: string) => string,
): Readonly<Record<string, string>> {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
  for (const spec of wanted) {
    known[spec.id] ??= generate(spec);
    if (spec.bcrypt === true) known[`${spec.id}-hash`] ??= hash(known[spec.id] ?? "");
  }
  writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
  return known;
}

/** A short name of a folder, so that two checkouts do not share volumes. */
export const folderId = (folder: string): string => createHash("sha256").update(folder).digest("hex").slice(0, 6);
