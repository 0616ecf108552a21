import { configuredSecrets, type Context } from "./context";
import { secret, type EnvValue } from "./values";

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
