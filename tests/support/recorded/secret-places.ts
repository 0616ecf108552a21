import { revealed } from "../../../record/mask";
import type { RecordedResource } from "../../../record/record";

/** A text somewhere in the inputs of a resource. */
export interface Place {
  readonly resource: RecordedResource;
  /** Keys that lead there; positions in lists are left out. */
  readonly path: string;
  readonly text: string;
  /** The state keeps it encrypted, and nobody is shown it. */
  readonly secret: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function places(resource: RecordedResource, value: unknown, path: readonly string[], secret: boolean): Place[] {
  if (typeof value === "string") return [{ resource, path: path.join("."), text: value, secret }];
  if (Array.isArray(value)) return value.flatMap((v) => places(resource, v, path, secret));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, v]) =>
    key === revealed ? places(resource, v, path, true) : places(resource, v, [...path, key], secret),
  );
}

/** Every text of a stack that was recorded with its secrets revealed; names, tags and keys as well. */
export const placesOf = (resources: readonly RecordedResource[]): Place[] =>
  resources.flatMap((r) => [
    { resource: r, path: "(name)", text: r.name, secret: false },
    ...places(r, r.inputs, [], false),
  ]);

/** A text, and what it is in base64 (also of several lines, and within each other). */
export function readings(text: string, depth = 3): string[] {
  if (depth === 0) return [text];
  const runs = text.match(/[A-Za-z0-9+/]{24,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}/g) ?? [];
  return [text, ...runs.flatMap((run) => readings(Buffer.from(run, "base64").toString("latin1"), depth - 1))];
}

/** Whether one of the marks stands in a text, in whatever way it is written. */
export const holds = (text: string, marks: readonly string[]): boolean =>
  readings(text).some((reading) => marks.some((mark) => reading.includes(mark)));
