import { at, isObject, isOpaque } from "../engine/inputs";
import type { RecordedResource, Rule } from "../engine/types";

const provider = "pulumi:providers:aws";

/** The engine hands provider settings over as JSON text, the recorder as they were written. */
function setting(resource: RecordedResource, key: string): unknown {
  const value = resource.inputs[key];
  if (typeof value !== "string" || isOpaque(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The engine's default provider. */
const isMadeUp = ({ type, name }: RecordedResource) => type === provider && /^default(?:_|$)/.test(name);

const hasTags = (value: unknown) => isOpaque(value) || (isObject(value) && Object.keys(value).length > 0);

/** Who owns what, on the bill and in an incident. */
export const tagRules: readonly Rule[] = [
  {
    id: "AIE-TAG-01",
    severity: "warning",
    title: "The provider tags every resource",
    reason: "Costs and leftovers can only be told apart by tags.",
    remedy: "Give the aws.Provider `defaultTags: { tags: { … } }` (stacks/).",
    references: ["FSBP Tag.1"],
    types: [provider],
    scope: "resource",
    check: (r) => {
      if (isMadeUp(r)) return []; // has a rule of its own
      const tags = setting(r, "defaultTags");
      return isOpaque(tags) || hasTags(at(tags, "tags")) ? [] : ["has no default tags"];
    },
  },
  {
    id: "AIE-TAG-02",
    severity: "warning",
    title: "Root volumes have tags of their own",
    reason: "The provider's default tags reach a root volume only when it is made.",
    remedy: "Set rootBlockDevice.tags (or volumeTags) on the instance.",
    references: [],
    types: ["aws:ec2/instance:Instance"],
    scope: "resource",
    check: (r) =>
      hasTags(at(r.inputs, "rootBlockDevice.tags")) || hasTags(r.inputs["volumeTags"])
        ? []
        : ["has a root volume without tags"],
  },
  {
    id: "AIE-TAG-03",
    severity: "warning",
    title: "AWS resources use a provider that the program declares",
    reason: "A default provider has no tags, and takes whichever account the shell happens to use.",
    remedy: "Pass `provider` (or `parent`, or `providers` on the component) in the resource's options.",
    references: [],
    scope: "stack",
    // resources do not name their provider here: seen is one that the engine made up, or that there is none
    check: (r, stack) => {
      if (isMadeUp(r)) return ["was made up by the engine for resources without a provider"];
      const declared = stack.ofType(provider).length > 0;
      const first = stack.resources.find((other) => other.type.startsWith("aws:"));
      return r === first && !declared ? ["uses a provider that the program does not declare"] : [];
    },
  },
];
