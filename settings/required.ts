/**
 * What a map has under a key.
 * @param what in words, for whoever reads the error
 * @throws Error when there is nothing: an empty value in its place would be a password, an address or a zone somewhere
 */
export function required<T>(map: Readonly<Record<string, T>> | readonly T[], key: string | number, what: string): T {
  const value = (map as Readonly<Record<string | number, T | undefined>>)[key];
  if (value === undefined) {
    throw new Error(`there is no ${what} ${key} among ${Object.keys(map).join(", ") || "none"}`);
  }
  return value;
}
