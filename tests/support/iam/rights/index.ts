import { isUnscoped } from "../../../../policies/rules/unscoped-actions";
import type { RecordedResource } from "../../../../record/record";
import { may, type Document } from "../iam";
import { dataRights } from "./data";
import { edgeRights } from "./edge";
import { identityRights } from "./identity";
import { networkRights } from "./network";
import { actionsOf, type Need, type Needs, type Place, type RightsTable, type TypeRights } from "./rights";
import { computeRights, observationRights } from "./workload";

export { lookups } from "./network";
export { actionsOf };
export type { Place };

/** Every type that production makes. */
export const rightsTable: RightsTable = {
  ...networkRights,
  ...edgeRights,
  ...dataRights,
  ...computeRights,
  ...observationRights,
  ...identityRights,
};

/** One question to AWS: may this be done to that? */
export interface Call {
  readonly action: string;
  readonly on: string;
  readonly context: Readonly<Record<string, string>>;
}

const stackTag = "ai-ecosystem:stack";

/** The calls of a kind that the provider makes for a resource. */
export function callsOf(rights: TypeRights, kind: "create" | "change" | "read", place: Place): readonly Call[] {
  const needs: Needs = rights[kind];
  return (typeof needs === "string" ? [needs] : needs).flatMap((given) => {
    const need: Need = typeof given === "string" ? { actions: given } : given;
    const resources = [(need.on ?? rights.own)(place)].flat();
    const extra = typeof need.with === "function" ? need.with(place) : (need.with ?? {});
    const fresh = kind === "create" && need.on === undefined;
    const tagged = need.tagged ?? rights.untagged !== true;
    return actionsOf(need.actions).flatMap((action) =>
      // AWS knows no resource for some actions: only a policy for `*` allows these
      (need.on === undefined && isUnscoped(action) ? ["*"] : resources).map((on) => ({
        action,
        on,
        context: {
          ...(kind === "create" && tagged ? { [`aws:RequestTag/${stackTag}`]: place.stack } : {}),
          ...(tagged && !fresh && !isFresh(rights, need, kind, on, place)
            ? { [`aws:ResourceTag/${stackTag}`]: place.stack }
            : {}),
          ...extra,
        },
      })),
    );
  });
}

/** Whether the resource that is asked about is the one being made, which has no tags yet. */
const isFresh = (rights: TypeRights, need: Need, kind: string, on: string, place: Place): boolean =>
  kind === "create" && need.on !== undefined && [rights.own(place)].flat().includes(on);

export const refused = (policies: readonly Document[], calls: readonly Call[]): string[] =>
  calls.filter(({ action, on, context }) => !may(policies, action, on, context)).map((c) => `${c.action} on ${c.on}`);

/** What AWS calls a recorded resource: its own name, or Pulumi's with letters at the end. */
export function placeOf(r: RecordedResource, at: Omit<Place, "name" | "inputs">): Place {
  const name = r.inputs["name"];
  return { ...at, inputs: r.inputs, name: typeof name === "string" ? name : `${r.name}-1a2b3c4` };
}
