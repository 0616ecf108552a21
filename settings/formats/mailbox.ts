import { z } from "zod";

/** Sender of mail: `address`, or `name <address>`. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** Reads `desk@example.com` or `Example Desk <desk@example.com>`; `undefined` when it is neither. */
export function mailbox(text: string): Mailbox | undefined {
  // a backslash would be one thing within quotes and another without
  if (/[\p{Cc}\\]/u.test(text)) return undefined;
  const named = /^\s*"?([^"<>]+?)"?\s*<([^<>]+)>\s*$/.exec(text);
  const address = named?.[2] ?? text.trim();
  if (!z.email().safeParse(address).success) return undefined;
  return { ...(named?.[1] === undefined ? {} : { name: named[1] }), address };
}

/**
 * As mail programs take it (RFC 5322): a comma or a colon in a name without quotes begins another address, so that
 * the desk's mails would come from `Acme` for `Acme, Inc. <desk@example.com>`, and brackets are a comment.
 */
export function quoted(text: string): string {
  const { name, address } = mailbox(text) ?? { address: text };
  if (name === undefined) return address;
  return /^[\p{L}\p{M}\p{N} !#$%&'*+/=?^_`{|}~-]+$/u.test(name) ? `${name} <${address}>` : `"${name}" <${address}>`;
}
