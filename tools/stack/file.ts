import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { nearest } from "../../settings/nearest";

/** The file with a stack's settings. */
export interface StackFile {
  /** The stack's own name: of `organization/project/stack` the last part, as the engine has it. */
  readonly stack: string;
  /** Below the project's folder. */
  readonly path: string;
  /** Nobody's settings, but those of an example. */
  readonly example: boolean;
}

/** Parts of a name, as Pulumi Cloud takes them. */
const part = /^(?!\.+$)[A-Za-z0-9_.-]{1,100}$/;
const named = /^Pulumi\.(.+)\.yaml$/;

export const ownFile = (stack: string): string => `Pulumi.${stack}.yaml`;
/** What a checkout has of a stack before somebody makes it: never the user's own, so an update never conflicts with it. */
export const exampleFile = (stack: string): string => `examples/Pulumi.${stack}.yaml`;

const stacksIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).flatMap((name) => named.exec(name)?.[1] ?? []) : [];

/** `sandbox` of `acme/ai-ecosystem/sandbox`; undefined when it is no name of a stack. */
export function stackOf(name: string): string | undefined {
  const parts = name.split("/");
  return parts.length <= 3 && parts.every((p) => part.test(p)) ? parts.at(-1) : undefined;
}

/**
 * The file of a stack, by the name that `pulumi --stack` takes.
 * @param examples also one that has only an example
 * @throws RunError when there is none, with those that there are
 */
export function findStackFile(folder: string, name: string, examples: boolean): StackFile {
  const own = stacksIn(folder);
  const all = [...new Set([...own, ...(examples ? stacksIn(join(folder, "examples")) : [])])].sort();
  const has = all.length === 0 ? "There is none yet." : `There ${all.length === 1 ? "is" : "are"}: ${all.join(", ")}.`;
  const stack = stackOf(name);
  if (stack === undefined) throw new RunError(`"${name}" cannot be the name of a stack. ${has}`);
  if (own.includes(stack)) return { stack, path: ownFile(stack), example: false };
  if (all.includes(stack)) return { stack, path: exampleFile(stack), example: true };
  throw new RunError(
    `There is no stack "${stack}" (no file ${ownFile(stack)}). ${has}\n` +
      `    show another one:  make preview STACK=${all.length === 0 ? "sandbox" : nearest(stack, all)}\n` +
      `    make this one:     make init STACK=${name}`,
  );
}
