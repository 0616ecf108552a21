import { z } from "zod";

/** Sender of mail: `address`, or `name <address>`. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** Reads `desk@example.com` or `Example Desk <desk@example.com>`; `undefined` when it is neither. */
export function mailbox(text: string): Mailbox | undefined {
  if (/\p{Cc}/u.test(text)) return undefined;
  const named = /^\s*"?([^"<>]+?)"?\s*<([^<>]+)>\s*$/.exec(text);
  const address = named?.[2] ?? text.trim();
  if (!z.email().safeParse(address).success) return undefined;
  return { ...(named?.[1] === undefined ? {} : { name: named[1] }), address };
}
