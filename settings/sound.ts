import { settingKeys, type SettingName } from "./keys";
import type { ParsedSettings } from "./schema";

/** Without these nobody can tell which services there are, and what they need. */
const deciding: readonly SettingName[] = ["topology", "memoryPlan", "instanceType", "costProfile", "mongoUri"];

type Values = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Values => typeof value === "object" && value !== null;

/** Of each service what is valid by itself: the limit is read although the image has a problem. */
function soundServices(value: unknown): Values {
  const valid = (name: string, field: string, of: unknown) =>
    settingKeys.services.schema.safeParse({ [name]: { [field]: of } }).success;
  return Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).map(([name, fields]) => [
      name,
      Object.fromEntries(Object.entries(isObject(fields) ? fields : {}).filter(([f, of]) => valid(name, f, of))),
    ]),
  );
}

/**
 * Settings with a problem, as far as they are sound: what is wrong has its default. For whoever tells of other problems
 * beside those; undefined where that would be guesswork.
 */
export function soundOf(input: Values): ParsedSettings | undefined {
  const values: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(settingKeys)) {
    const given = name === "services" ? soundServices(input[name]) : input[name];
    const result = schema.safeParse(given);
    if (!result.success && (deciding as readonly string[]).includes(name)) return undefined;
    const { data } = result.success ? result : schema.safeParse(undefined);
    if (data !== undefined) values[name] = data;
  }
  return values as ParsedSettings;
}
