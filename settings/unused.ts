import { settingKeys, type SettingKey, type Topology } from "./keys";

const topologyOf = new Map(
  Object.entries<SettingKey>(settingKeys).map(([name, { only }]) => [`ai-ecosystem:${name}`, only]),
);

/** Those of the stack's configuration keys that change nothing in a topology: the other one reads them. */
export const unusedSettings = (topology: Topology, keys: readonly string[]): string[] =>
  keys.filter((key) => (topologyOf.get(key) ?? topology) !== topology);
