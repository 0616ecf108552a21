import type { Migrations } from "../../services/model/database";
import { generationProblem } from "../../services/model/images/store-version";
import { compareVersions, moveProblem } from "../../services/model/images/version";

/** An image that the stack runs, and what its data says of other versions. */
export interface Pinned {
  readonly image: string;
  readonly store: boolean;
  readonly step?: Migrations["step"];
}

/** Newer tags of the same kind. Absent: the pinned one is the newest. */
export interface Newer {
  /** The newest that it may take at once. */
  readonly next?: string;
  /** The newest of all, where that is another one. */
  readonly newest?: string;
  /** Why `newest` is not `next`. */
  readonly why?: string;
}

/** A version among other text, as in `v4.18.0-ce`, `0.8.4-pg17`; or a date, as in `2026-10-05`. */
const parts = /^(?<before>v?)(?<version>\d+(?:[.-]\d+)+)(?<after>(?:-[a-z][a-z0-9.]*)?)$/;

const read = (tag: string) => {
  const { before = "", version = "", after = "" } = parts.exec(tag)?.groups ?? {};
  return { before, version: version.replaceAll("-", "."), after };
};

/** @param tags all of the image's repository */
export function newerThan({ image, store, step }: Pinned, tags: readonly string[]): Newer {
  const [name = "", pinned = ""] = /^(.*):([^:/]+)$/.exec(image.split("@")[0] ?? "")?.slice(1) ?? [];
  const own = read(pinned);
  if (own.version === "") return {};
  const length = own.version.split(".").length;
  const alike = tags
    .map((tag) => ({ tag, ...read(tag) }))
    .filter((t) => t.before === own.before && t.after === own.after && t.version.split(".").length === length)
    .filter((t) => compareVersions(t.version, own.version) > 0)
    .sort((a, b) => compareVersions(b.version, a.version));
  const problem = (tag: string, version: string) =>
    store ? generationProblem(image, `${name}:${tag}`) : step && moveProblem(own.version, version, step);
  const next = alike.find(({ tag, version }) => problem(tag, version) === undefined);
  const [newest] = alike;
  if (newest === undefined) return {};
  const why = problem(newest.tag, newest.version);
  return {
    ...(next === undefined ? {} : { next: next.tag }),
    ...(why === undefined ? {} : { newest: newest.tag, why }),
  };
}
