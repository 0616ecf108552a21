import { nearest, suggestion } from "./nearest";
import { awsKey } from "./aws/settings";
import { settingKeys, type SettingKey, type SettingName } from "./keys";
import { ofStack } from "./of-stack";

export { nearest };

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** Without namespace, or with `aws:`. */
  readonly key: string;
  /** The key is of another namespace, which it has. */
  readonly whole?: true;
  readonly message: string;
  /** The value as it was given; absent for secrets and for keys that are not set. */
  readonly value?: string;
}

/** Whether a key of the namespace exists. */
export const isKnown = (key: string): key is SettingName => Object.hasOwn(settingKeys, key);

/** Message of a problem with a key that does not exist. */
export const unknownKey = (name: string, known: readonly string[]): string =>
  awsKey(name) === undefined ? `is not known${suggestion(name, known)}` : `is not known; did you mean aws:${name}?`;

/** What is wrong may be in a file of the user's, which no setting leads out of. */
const isFile = (key: string): boolean => key.startsWith("services.local/");

/** A key with its namespace, which is the program's own where none is given. */
const qualified = ({ key, whole }: Problem): string =>
  whole === true || isFile(key) || key.startsWith("aws:") ? key : `ai-ecosystem:${key}`;

function hint(key: string): string[] {
  const own: SettingKey | undefined = isKnown(key) ? settingKeys[key] : undefined;
  const known = key.startsWith("aws:") ? awsKey(key.slice("aws:".length)) : own;
  if (known === undefined) return [];
  const command = `pulumi config set ${known.secret ? "--secret " : ""}${qualified({ key, message: "" })} ${known.example}`;
  return [`allowed: ${known.allowed}`, `example: ${known.howTo ?? command}`];
}

/**
 * All problems as one text for a person: key, value, what is wrong, what is allowed, an example.
 * @param stack named in the commands, as another one may be selected
 */
export function describeProblems(problems: readonly Problem[], stack?: string): string {
  const lines = problems.map((p) => {
    const top = isFile(p.key) ? "" : (p.key.split(".")[0] ?? p.key);
    const given = p.value === undefined ? "" : ` = ${p.value.length > 80 ? `${p.value.slice(0, 77)}...` : p.value}`;
    const said = [p.message, ...hint(top).map((h) => `    ${h}`)].map((text) =>
      stack === undefined ? text : ofStack(text, stack),
    );
    return `- ${qualified(p)}${given}: ${said.join("\n")}`;
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `The stack's configuration has ${count}:\n${lines.join("\n")}`;
}
