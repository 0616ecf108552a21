import { settingKeys } from "./keys";
import { nearest } from "./nearest";
import type { Problem } from "./problems";

/** Whose configuration a stack of this program has: the engine's, and that of its providers. */
const read = ["ai-ecosystem", "aws", "pulumi", "command", "random", "tls"];

/**
 * Keys of namespaces that nobody reads: what is meant to be set by one is not.
 * @param keys whole, `namespace:name`
 */
export const unreadKeys = (keys: readonly string[]): Problem[] =>
  keys.flatMap((key) => {
    const [namespace = "", name = ""] = key.split(/:(.*)/s);
    if (read.includes(namespace)) return [];
    // a setting's name tells whose it is better than a word that is like `aws`
    const meant = Object.hasOwn(settingKeys, name) ? "ai-ecosystem" : nearest(namespace, read.slice(0, 2));
    const message = `is read by nobody; did you mean ${meant}:${name}? To remove it: pulumi config rm ${key}`;
    return [{ key, message, whole: true as const }];
  });
