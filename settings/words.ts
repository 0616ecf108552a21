import type { z } from "zod";

/** What a schema expects -> in words. */
const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};
const formats: Readonly<Record<string, string>> = { email: "an e-mail address", url: "an address of the web" };

/** A problem that zod finds, in plain words that go on behind a key and its value. What a schema says itself stays. */
export function wordsOf(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too) /.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "invalid_value":
    case "invalid_union":
      return "is none of the values that are taken";
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? `must have at least ${String(issue.minimum)} ${issue.origin === "string" ? "characters" : "entries"}`
        : `must be at least ${String(issue.minimum)}`;
    case "too_big":
      return issue.origin === "string" || issue.origin === "array"
        ? `must have at most ${String(issue.maximum)} ${issue.origin === "string" ? "characters" : "entries"}`
        : `must be at most ${String(issue.maximum)}`;
    case "invalid_format": {
      const kind = formats[issue.format];
      return kind === undefined ? issue.message : `is not ${kind}`;
    }
    default:
      return issue.message.replace(/^Invalid input: /, "");
  }
}
