import type { RecordedResource } from "../../../../record/record";

/*
 * What AWS must allow so that the provider can make, change, delete and read a type of resource. Names of actions and of
 * resources as in AWS's Service Authorization Reference; which of them the provider uses was seen in its calls.
 */

/** Where a resource is, and what AWS calls it. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  /** Name in AWS: as it is given, or the one of Pulumi with some letters at its end. */
  readonly name: string;
  readonly inputs: RecordedResource["inputs"];
  /** ARN of the permissions boundary of the stack's roles. */
  readonly boundary: string;
}

/** ARNs that a call is about: AWS must allow the action on each. */
export type On = (place: Place) => string | readonly string[];

export interface Need {
  /** `service:Action Action; service:Action`. */
  readonly actions: string;
  /** @default the resource itself */
  readonly on?: On;
  /** Conditions that the call brings along, beside the tags. */
  /** Whether it has the stack's tags, where it is not the resource itself. */
  readonly tagged?: boolean;
  readonly with?: Context | ((place: Place) => Context);
}
type Context = Readonly<Record<string, string>>;

export type Needs = string | readonly (string | Need)[];

export interface TypeRights {
  readonly own: On;
  /** The call carries the stack's tags; the resource has none yet. */
  readonly create: Needs;
  /** Updates and deletion: the resource has the stack's tags. */
  readonly change: Needs;
  readonly read: Needs;
  /** What cannot carry tags, or gets them from nobody. */
  readonly untagged?: true;
  /** A preview goes without, and why. */
  readonly hidden?: string;
}

export type RightsTable = Readonly<Record<string, TypeRights>>;

/** ARN in the account; `where` is the region, `""` for services of the whole world. */
export const arn =
  (service: string, resource: (place: Place) => string, where?: string): On =>
  (place) =>
    `arn:aws:${service}:${where ?? place.region}:${place.account}:${resource(place)}`;

/** An ARN whose last part AWS makes up. */
export const some = (service: string, type: string, id: string, where?: string): On =>
  arn(service, () => `${type}/${id}`, where);

export const both =
  (...all: readonly On[]): On =>
  (place) =>
    all.flatMap((on) => on(place));

/** Text of an input; of one that has no value yet, the name. */
export const input = (place: Place, key: string): string => {
  const value = place.inputs[key];
  return typeof value === "string" ? value : place.name;
};

/** Single actions of `service:Action Action; service:Action`. */
export const actionsOf = (text: string): readonly string[] =>
  text.split(";").flatMap((part) => {
    const [service = "", names = ""] = part.trim().split(":");
    return names.split(" ").map((name) => `${service}:${name}`);
  });
