import type { RecordedResource, Stack } from "./types";

/** What a secret looks like in a recorded resource. */
export const MASK = "********";
/** What the recorder writes for a value that only AWS knows. */
const computed = "<known after apply>";
/** What the Pulumi SDK writes for a string that is known only after an apply. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The same for booleans, numbers, arrays, assets, archives and objects. */
const unknowns = new Set([
  UNKNOWN,
  computed,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const isMasked = (value: unknown): boolean => value === MASK;
export const isUnknown = (value: unknown): boolean => typeof value === "string" && unknowns.has(value);
/** A value that no rule can judge. */
export const isOpaque = (value: unknown): boolean => isMasked(value) || isUnknown(value);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a dotted path; below an opaque value everything is opaque. */
export function at(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(".")) {
    if (isOpaque(current)) return current;
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** An array as it is, one value as an array of it, nothing and opaque values as an empty one. */
export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || isOpaque(value) ? [] : [value];
}

export const strings = (value: unknown): readonly string[] => list(value).filter((v) => typeof v === "string");

/** Whether a known value differs from the wanted one; opaque values get the benefit of the doubt. */
export const differs = (resource: RecordedResource, path: string, wanted: unknown): boolean => {
  const value = at(resource.inputs, path);
  return !isOpaque(value) && value !== wanted;
};

/** A check that wants one known value at a path; `message` is said of every other, also of none. */
export const wants = (path: string, wanted: unknown, message: string) => (resource: RecordedResource) =>
  differs(resource, path, wanted) ? [message] : [];

/** A check that wants any value at a path. */
export const wantsAny = (path: string, message: string) => (resource: RecordedResource) =>
  isMissing(at(resource.inputs, path)) ? [message] : [];

/** A check that wants a number of at least `least` at a path. */
export const wantsAtLeast = (path: string, least: number, message: string) => (resource: RecordedResource) => {
  const value = at(resource.inputs, path);
  return isOpaque(value) || numeric(value) >= least ? [] : [message];
};

/** A number, also when it is written as text; NaN for anything else (`Number` throws on some objects). */
export const numeric = (value: unknown): number =>
  typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : NaN;

export const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";

/** One string inside an input, with the path to it. */
export interface TextAt {
  readonly path: string;
  /** The last named key of the path. */
  readonly key: string;
  readonly text: string;
}

/** Every string inside a value. Keys that begin with `__` are the provider's bookkeeping. */
export function textsOf(value: unknown, path = "", key = ""): readonly TextAt[] {
  if (typeof value === "string") return [{ path, key, text: value }];
  if (Array.isArray(value)) return value.flatMap((v, i) => textsOf(v, `${path}[${i}]`, key));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([k]) => !k.startsWith("__"))
    .flatMap(([k, v]) => textsOf(v, path === "" ? k : `${path}.${k}`, k));
}

/** A stack over recorded resources. */
export function stackOf(resources: readonly RecordedResource[]): Stack {
  const ofType = (...types: readonly string[]) => resources.filter((r) => types.includes(r.type));
  return {
    resources,
    ofType,
    usersOf: (target, ...types) => ofType(...types).filter((r) => r.dependencies.includes(target.urn)),
    usedBy: (source, ...types) => ofType(...types).filter((r) => source.dependencies.includes(r.urn)),
  };
}
