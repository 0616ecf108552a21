import * as pulumi from "@pulumi/pulumi";

/** What stands in place of a secret. */
export const masked = "********";
/** Key of a secret's value, where secrets are shown: `{ [revealed]: value }`. */
export const revealed = "** secret **";
/** What stands in place of a value that only AWS knows. */
export const computed = "<known after apply>";

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The runtime's wrapping of a secret value. */
export const isWrappedSecret = (value: unknown): value is { value: unknown } =>
  isRecord(value) && value[signature] === secretSignature;

/** Marks a value as secret, as the engine does with the outputs that a provider declares as such. */
export const wrapSecret = (value: unknown): unknown =>
  isWrappedSecret(value) ? value : { [signature]: secretSignature, value };

/** Inputs of a resource as plain JSON values: secrets masked (or marked and shown), unknown values named, keys sorted. */
export function mask(value: unknown, reveal = false): unknown {
  if (isWrappedSecret(value)) return reveal ? { [revealed]: mask(value.value, true) } : masked;
  if (pulumi.isUnknown(value)) return computed;
  if (Array.isArray(value)) return value.map((v) => mask(v, reveal));
  if (pulumi.asset.Asset.isInstance(value))
    return Object.fromEntries(Object.entries(value).filter(([k]) => !k.startsWith("__")));
  if (isRecord(value)) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, mask(v, reveal)]));
  }
  return value;
}
