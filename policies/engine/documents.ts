import { at, isObject, isOpaque, list, strings } from "./inputs";
import type { RecordedResource } from "./types";

/** One statement of an IAM policy document, with every list written as a list. */
export interface Statement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  /** Everything but these actions. */
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `*`, or `AWS:<arn>`, `Service:<name>`, `Federated:<provider>`. */
  readonly principals: readonly string[];
  /** Operator -> condition key -> values. */
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
}

/** IAM's patterns: `*` stands for any characters, `?` for one. */
export function patternMatches(pattern: string, text: string, flags = ""): boolean {
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}

/** A document is JSON text, or an object; what is not known yet, or is no JSON, has no statements. */
function parse(document: unknown): unknown {
  if (typeof document !== "string" || isOpaque(document)) return document;
  try {
    return JSON.parse(document) as unknown;
  } catch {
    return undefined;
  }
}

function statement(raw: Record<string, unknown>): Statement {
  const principal = raw["Principal"];
  const conditions = isObject(raw["Condition"]) ? Object.entries(raw["Condition"]) : [];
  return {
    allows: raw["Effect"] === "Allow",
    actions: strings(raw["Action"]),
    notActions: strings(raw["NotAction"]),
    resources: strings(raw["Resource"]),
    notResources: strings(raw["NotResource"]),
    principals: isObject(principal)
      ? Object.entries(principal).flatMap(([kind, ids]) => strings(ids).map((id) => `${kind}:${id}`))
      : strings(principal),
    conditions: conditions.flatMap(([operator, keys]) =>
      isObject(keys) ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: strings(values) })) : [],
    ),
  };
}

const parseAll = (documents: readonly unknown[]): readonly Statement[] =>
  documents.flatMap((d) =>
    list(at(parse(d), "Statement"))
      .filter(isObject)
      .map(statement),
  );

/** What the identity that the resource is about may do. */
export const statementsOf = ({ inputs }: RecordedResource): readonly Statement[] =>
  parseAll([inputs["policy"], ...list(inputs["inlinePolicies"]).map((p) => at(p, "policy"))]);

/** Who may take the role. */
export const trustOf = ({ inputs }: RecordedResource): readonly Statement[] => parseAll([inputs["assumeRolePolicy"]]);
