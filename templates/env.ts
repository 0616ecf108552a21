import { envName } from "./compose";

const control = /\p{Cc}/u;

/**
 * The `.env` of a release: one secret a line, sorted by name, in single quotes (Compose takes those as they stand).
 * @param values id of the secret -> value
 * @throws Error (naming the secret, not its value) when a value holds a control character.
 */
export function renderEnv(values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([id, value]) => {
    if (control.test(value)) throw new Error(`the secret ${id} holds a line break or another control character`);
    return `${envName(id)}='${value.replaceAll("'", "\\'")}'`;
  });
  return [...lines.sort(), ""].join("\n");
}
