import { settingKeys, type SettingKey, type Topology } from "./keys";

const keyOf = new Map(Object.entries<SettingKey>(settingKeys).map(([name, key]) => [`ai-ecosystem:${name}`, key]));

/** Those of the stack's configuration keys that change nothing in a topology: the other one reads them. */
export const unusedSettings = (
  { topology, data }: { readonly topology: Topology; readonly data: "local" | "managed" },
  keys: readonly string[],
): string[] =>
  keys.filter((name) => {
    const { only = topology, managedData } = keyOf.get(name) ?? {};
    return only !== topology && !(managedData === true && topology === "host" && data === "managed");
  });
