import type { RecordedResource } from "../../policies/types";

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
