/** What the secret of a database user holds. */
export interface Credential {
  readonly username: string;
  readonly password: string;
  readonly dbname: string;
}

const suffix = "_clone";

/** The other of the two logins of a role: desk and desk_clone. */
export const otherLogin = (username: string): string =>
  username.endsWith(suffix) ? username.slice(0, -suffix.length) : username + suffix;

export function parseCredential(text: string): Credential {
  const value = JSON.parse(text) as Partial<Record<keyof Credential, unknown>>;
  const { username, password, dbname } = value;
  if (typeof username !== "string" || typeof password !== "string" || typeof dbname !== "string") {
    throw new Error(`the secret needs the keys username, password and dbname; it has ${Object.keys(value).join(", ")}`);
  }
  return { username, password, dbname };
}

/** Sorted keys, as the program that makes the first version writes them. */
export const formatCredential = ({ username, password, dbname }: Credential): string =>
  JSON.stringify({ dbname, password, username });
