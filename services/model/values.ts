export type Store = "postgres" | "mongodb" | "redis";

/** What only the installation knows of itself. */
export type Address =
  /** Where a store is reached: `host` is its host name. */
  | { readonly store: Store; readonly value: "host" }
  /** The name in AWS of a bucket that containers name in `files`. */
  | { readonly bucket: string }
  /** Where people reach what is behind a label, as in `Route.host`: `https://desk.example.com`, or `desk.example.com`. */
  | { readonly origin: string; readonly value: "url" | "hostname" };

/** A place in a text that is filled in when the text is rendered: an address, or a secret, by its id. */
export type Reference = Address | { readonly secret: string };

/** A text with references in it. */
export interface Template {
  readonly parts: readonly (string | Reference)[];
}

/** Name of a secret, or another in kebab-case, as a variable has it: `backup-key` is `BACKUP_KEY`. */
export const envName = (id: string): string => id.toUpperCase().replaceAll("-", "_");

/** The value of an environment variable. */
export type EnvValue = string | Template;

/** JavaScript would write `[object Object]` into the text around it, and nobody would know before an application fails. */
const refuse = () => {
  throw new TypeError("a reference is not known as text yet: write interpolate`…${…}…` in place of `…${…}…`");
};

/** In JSON it is its parts and nothing else. */
const template = (parts: Template["parts"]): Template =>
  Object.defineProperty({ parts }, "toString", { value: refuse });

/** An environment variable that is one secret and nothing else. */
export const secret = (id: string): Template => template([{ secret: id }]);

/** An environment variable that is one address and nothing else. */
export const address = (of: Address): Template => template([of]);

export const isTemplate = (value: EnvValue): value is Template => typeof value !== "string";

export const partsOf = (value: EnvValue): Template["parts"] => (isTemplate(value) ? value.parts : [value]);

/** A text with other values in it, as a tag: `` interpolate`redis://${context.redis.host}:6379` ``. */
export function interpolate(texts: TemplateStringsArray, ...values: readonly (EnvValue | number)[]): EnvValue {
  const parts = texts.flatMap((text, i) => {
    const value = values[i];
    return [text, ...(value === undefined ? [] : partsOf(typeof value === "number" ? String(value) : value))];
  });
  return joined(parts);
}

/** The same in as few parts as it takes, so that equal values are equal objects. */
function joined(parts: Template["parts"]): EnvValue {
  const all: (string | Reference)[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (typeof part === "string" && typeof last === "string") all[all.length - 1] = last + part;
    else if (part !== "") all.push(part);
  }
  const [first = "", ...others] = all;
  return others.length === 0 && typeof first === "string" ? first : template(all);
}

const isSecret = (part: Template["parts"][number]): part is { readonly secret: string } =>
  typeof part !== "string" && "secret" in part;

/** Ids of the secrets in a value. */
export const secretsIn = (value: EnvValue): string[] =>
  partsOf(value)
    .filter(isSecret)
    .map((part) => part.secret);

/** Addresses in a value. */
export const addressesIn = (value: EnvValue): Address[] =>
  partsOf(value).flatMap((part): Address[] => (typeof part === "string" || isSecret(part) ? [] : [part]));

/** The text of a value, its references filled in. */
export const textOf = (
  value: EnvValue,
  fill: { readonly text?: (text: string) => string; readonly reference: (reference: Reference) => string },
): string =>
  partsOf(value)
    .map((part) => (typeof part === "string" ? (fill.text?.(part) ?? part) : fill.reference(part)))
    .join("");
