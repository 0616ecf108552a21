import { RunError } from "@pulumi/pulumi";

/** What a person gets to read when a preview fails: the program's own words, or where its mistake is. */
export function describeError(error: unknown): string {
  if (RunError.isInstance(error)) return error.message;
  if (!(error instanceof Error)) return `The program failed: ${String(error)}`;
  return `The program failed; this is a mistake in its code, not in the settings:\n${error.stack ?? error.message}`;
}
