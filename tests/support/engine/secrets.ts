import type { StateResource } from "./project";

/** How the engine marks a secret in what it exports. */
const mark = "4dabf18193072939515e22adb298388d";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return isObject(value) ? Object.values(value).flatMap(texts) : [];
}

/** Every secret text in a part of a state that was exported with its secrets. */
function secretsIn(value: unknown): string[] {
  if (!isObject(value)) return [];
  if (mark in value) return texts(JSON.parse(String(value["plaintext"])));
  return Object.values(value).flatMap(secretsIn);
}

/**
 * Every generated secret of a stack, by the name of its resource and property. Of keys of several lines each line that is
 * different for each key.
 */
export function generatedSecrets(state: readonly StateResource[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const resource of state.filter((r) => /^(random|tls):/.test(r.type))) {
    const name = resource.urn.split("::").at(-1) ?? "";
    for (const [property, value] of Object.entries(resource.outputs ?? {})) {
      for (const text of secretsIn(value)) {
        text
          .split("\n")
          // an OpenSSH key begins with the name of its format
          .filter((line) => line.length >= 8 && !line.startsWith("-----") && !line.startsWith("b3BlbnNzaC1rZXktdjE"))
          .forEach((line, i) => found.set(`${name} ${property} ${i}`, line));
      }
    }
  }
  return found;
}

/** The forms in which a secret would be recognised: as it is, and within base64 wherever it begins. */
export function formsOf(secret: string): string[] {
  const within = [0, 1, 2].map((offset) => {
    const text = Buffer.from("\0".repeat(offset) + secret)
      .toString("base64")
      .replace(/=+$/, "");
    // the characters that depend on what stands before or behind
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  return [secret, ...within];
}

/** The secrets that stand in a text, by name. */
export function leaks(text: string, secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets].filter(([, value]) => formsOf(value).some((form) => text.includes(form))).map(([name]) => name);
}
