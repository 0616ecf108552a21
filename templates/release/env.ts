import { envName } from "../../services/model/values";

const control = /\p{Cc}/u;

/**
 * Compose takes single quotes as they stand, but a backslash before one: https://github.com/compose-spec/compose-go, dotenv/parser.go.
 * What has none keeps its form, as backups compare the lines of keys.
 */
const quoted = (value: string): string =>
  value.includes("\\") ? `"${value.replace(/[\\"$]/g, "\\$&")}"` : `'${value.replaceAll("'", "\\'")}'`;

/**
 * The `.env` of a release: one secret a line, sorted by name, in quotes.
 * @param values id of the secret -> value
 * @throws Error (naming the secret, not its value) when a value holds a control character.
 */
export function renderEnv(values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([id, value]) => {
    if (control.test(value)) throw new Error(`the secret ${id} holds a line break or another control character`);
    return `${envName(id)}=${quoted(value)}`;
  });
  return [...lines.sort(), ""].join("\n");
}
