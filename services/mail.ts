import { z } from "zod";
import { configuredSecrets, when, type Context } from "./context";
import { secret, type EnvValue } from "./types";

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
  return { ...when(named?.[1] !== undefined, { name: named?.[1] ?? "" }), address };
}

/** Ports on which the connection begins with TLS (RFC 8314), and what providers offer beside 465. */
const implicitTls = [465, 2465, 8465];

/** How the connection is secured; `starttls` takes TLS when the server offers it. */
export const mailSecurity = ({ port, security }: NonNullable<Context["smtp"]>): "starttls" | "tls" | "none" =>
  security ?? (implicitTls.includes(port) ? "tls" : "starttls");

/** Login and password under an application's own names; none for a relay without login. */
export const mailLogin = (
  { smtp }: Pick<Context, "smtp">,
  userName: string,
  passwordName: string,
): Readonly<Record<string, EnvValue>> =>
  smtp?.user === undefined ? {} : { [userName]: smtp.user, [passwordName]: secret(configuredSecrets.smtp) };
