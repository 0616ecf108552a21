/** Claims of a token that GitHub made for a job. */
export interface Token {
  readonly sub: string;
  readonly [claim: string]: string;
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
export interface Document {
  readonly Statement: readonly Statement[];
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** IAM's patterns: `*` any characters, `?` one. */
export function like(pattern: string, value: string, flags = ""): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(value);
}

const operators: Readonly<Record<string, (wanted: string, value: string) => boolean>> = {
  Bool: (wanted, value) => wanted === value,
  StringEquals: (wanted, value) => wanted === value,
  "ForAllValues:StringLike": (wanted, value) => like(wanted, value),
  StringLike: (wanted, value) => like(wanted, value),
};

function holds(condition: Statement["Condition"], context: Readonly<Record<string, string>>): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) => {
    if (operator === "Null")
      return Object.entries(keys).every(([key, no]) => String(context[key] === undefined) === no);
    // a missing key meets the condition
    if (operator === "BoolIfExists") {
      return Object.entries(keys).every(([key, wanted]) => context[key] === undefined || wanted === context[key]);
    }
    // "not like" is not the opposite of one comparison, but of all; a missing key meets the condition
    if (operator === "StringNotLikeIfExists") {
      return Object.entries(keys).every(
        ([key, wanted]) => context[key] === undefined || !list(wanted).some((w) => like(w, context[key] ?? "")),
      );
    }
    const compare = operators[operator];
    if (compare === undefined) throw new Error(`condition ${operator} is not known here`);
    return Object.entries(keys).every(([key, wanted]) => {
      const value = context[key];
      return value !== undefined && list(wanted).some((w) => compare(w, value));
    });
  });
}

/** Whether STS would give the role to the job that holds the token. */
export function mayAssume(trust: Document, issuer: string, token: Token): boolean {
  const context = Object.fromEntries(Object.entries(token).map(([claim, value]) => [`${issuer}:${claim}`, value]));
  return trust.Statement.some(
    (s) =>
      s.Effect === "Allow" && list(s.Action).includes("sts:AssumeRoleWithWebIdentity") && holds(s.Condition, context),
  );
}

/** Whether the policies of a role together allow an action on a resource. */
export function may(
  documents: readonly Document[],
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): boolean {
  const matching = documents
    .flatMap((d) => d.Statement)
    .filter((s) =>
      s.NotAction === undefined
        ? list(s.Action).some((a) => like(a, action, "i"))
        : !list(s.NotAction).some((a) => like(a, action, "i")),
    )
    .filter((s) =>
      s.NotResource === undefined
        ? list(s.Resource).some((r) => like(r, resource))
        : !list(s.NotResource).some((r) => like(r, resource)),
    )
    .filter((s) => holds(s.Condition, context));
  return matching.some((s) => s.Effect === "Allow") && !matching.some((s) => s.Effect === "Deny");
}
