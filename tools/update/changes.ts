import { said } from "../../services/model/text";
import type { CostEstimate } from "../../cost/types";

/** What `make preview` has written of one version. */
export interface Version {
  readonly resources: readonly { readonly urn: string; readonly inputs: Readonly<Record<string, unknown>> }[];
  readonly cost: Pick<CostEstimate, "floor" | "floorUsd" | "usageMinUsd" | "usageMaxUsd">;
  /** Service -> image. */
  readonly images: Readonly<Record<string, string>>;
}

/** What differs between two versions of a stack, as lines. */
export interface Changes {
  /** `+ name (type)`, `- …`, `~ …: inputs`. */
  readonly resources: readonly string[];
  readonly images: readonly string[];
  readonly cost: readonly string[];
}

/** `ai-ecosystem-prod-edge-cdn (cloudfront Distribution)` of a URN. */
function typeAndName(urn: string): string {
  const [name = "", types = ""] = urn.split("::").reverse();
  const type = types.split("$").at(-1) ?? "";
  const [module = "", short = ""] = [type.split(":")[1]?.split("/")[0], type.split(":").at(-1)];
  return `${name} (${module === "index" ? short : `${module} ${short}`})`;
}

const sameText = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `+`, `-` and `~` of two tables, by their keys. */
function compared<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>) {
  return {
    added: [...after.keys()].filter((key) => !before.has(key)),
    gone: [...before.keys()].filter((key) => !after.has(key)),
    changed: [...after.keys()].filter((key) => before.has(key) && !sameText(before.get(key), after.get(key))),
  };
}

function resourceLines(before: Version, after: Version): string[] {
  const table = ({ resources }: Version) => new Map(resources.map(({ urn, inputs }) => [urn, inputs]));
  const [was, is] = [table(before), table(after)];
  const { added, gone, changed } = compared(was, is);
  const keys = (urn: string): string => {
    const [a = {}, b = {}] = [was.get(urn), is.get(urn)];
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((k) => !sameText(a[k], b[k])).join(", ");
  };
  return [
    ...added.map((urn) => `+ ${typeAndName(urn)}`),
    ...gone.map((urn) => `- ${typeAndName(urn)}`),
    ...changed.map((urn) => `~ ${typeAndName(urn)}: ${keys(urn)}`),
  ];
}

function imageLines(before: Version, after: Version): string[] {
  const [was, is] = [new Map(Object.entries(before.images)), new Map(Object.entries(after.images))];
  const { added, gone, changed } = compared(was, is);
  return [
    ...added.map((service) => `+ ${service}: ${is.get(service) ?? ""}`),
    ...gone.map((service) => `- ${service}: ${was.get(service) ?? ""}`),
    ...changed.map((service) => `~ ${service}: ${was.get(service) ?? ""} -> ${is.get(service) ?? ""}`),
  ];
}

const usd = (amount: number): string => amount.toFixed(2);
const step = (was: number, is: number): string =>
  Math.abs(is - was) < 0.005
    ? `${usd(is)} USD a month, as before`
    : `${usd(was)} -> ${usd(is)} USD a month (${is > was ? "+" : ""}${usd(is - was)})`;

function costLines({ cost: was }: Version, { cost: is }: Version): string[] {
  const table = (cost: Version["cost"]) => new Map(cost.floor.map((line) => [said(line.item), line.monthlyUsd]));
  const [a, b] = [table(was), table(is)];
  const moved = [...new Set([...a.keys(), ...b.keys()])]
    .map((item) => ({ item, was: a.get(item) ?? 0, is: b.get(item) ?? 0 }))
    .filter((line) => Math.abs(line.is - line.was) >= 0.005);
  return [
    `fixed: ${step(was.floorUsd, is.floorUsd)}`,
    `usage, heavy month: ${step(was.usageMaxUsd, is.usageMaxUsd)}`,
    ...moved.map((line) => `~ ${line.item}: ${step(line.was, line.is)}`),
  ];
}

export const changesOf = (before: Version, after: Version): Changes => ({
  resources: resourceLines(before, after),
  images: imageLines(before, after),
  cost: costLines(before, after),
});
