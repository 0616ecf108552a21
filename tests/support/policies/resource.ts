import type { RecordedResource } from "../../../policies/engine/types";

export const MASK = "********";
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Options = Partial<Omit<RecordedResource, "type" | "inputs">> & { readonly uses?: readonly RecordedResource[] };

/** A recorded resource as a test needs it. */
export function resource(type: string, inputs: Record<string, unknown>, options: Options = {}): RecordedResource {
  const { uses = [], name = "subject", ...rest } = options;
  return {
    urn: `urn:pulumi:test::ai-ecosystem::${type}::${name}`,
    type,
    name,
    parent: undefined,
    inputs,
    protect: false,
    ignoreChanges: [],
    dependencies: uses.map((r) => r.urn),
    ...rest,
  };
}

export type Inputs = Readonly<Record<string, unknown>>;
/** Stacks of one resource of a type: in each of `bad` the rule finds something, in each of `good` nothing. */
export const of = (type: string) => (bad: readonly Inputs[], good: readonly Inputs[]) => ({
  bad: bad.map((inputs) => [resource(type, { ...inputs })]),
  good: good.map((inputs) => [resource(type, { ...inputs })]),
});
/** An input that must be true. */
export const on = (cases: ReturnType<typeof of>, key: string, more: Inputs = {}) =>
  cases(
    [more, { ...more, [key]: false }],
    [
      { ...more, [key]: true },
      { ...more, [key]: UNKNOWN },
    ],
  );
