import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export type Security = "tls" | "starttls" | "none";

/** A mail as it arrived. */
export interface Received {
  /** The connection was encrypted when the mail came. */
  readonly encrypted: boolean;
  readonly user: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

export interface MailServerOptions {
  readonly security: Security;
  readonly key: string;
  readonly cert: string;
  /** Whom it lets in; without one it is a relay that asks nobody. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly host?: string;
  readonly port?: number;
  readonly onMail: (mail: Received) => void;
}

/** A certificate of its own for `localhost`, 127.0.0.1 and the names. */
export function certificate(folder: string, ...names: readonly string[]) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const san = ["DNS:localhost", "IP:127.0.0.1", ...names.map((name) => `DNS:${name}`)].join(",");
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail"],
      ...["-addext", `subjectAltName=${san}`, "-keyout", key, "-out", cert],
    ],
    { stdio: "pipe" },
  );
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8"), file: cert };
}

/** Nodemailer's own SMTP server. @returns its port, and how to stop it */
export async function mailServer({ security, key, cert, login, onMail, ...at }: MailServerOptions) {
  const options: SMTPServerOptions = {
    secure: security === "tls",
    key,
    cert,
    hideSTARTTLS: security !== "starttls",
    authOptional: login === undefined,
    allowInsecureAuth: security === "none",
    onAuth: ({ username, password }, _session, answer) => {
      if (login !== undefined && username === login.user && password === login.password) {
        answer(null, { user: username });
      } else answer(new Error("wrong user or password"));
    },
    onData: (stream, session, done) => {
      let text = "";
      stream.setEncoding("utf8");
      stream.on("data", (part: string) => (text += part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        onMail({
          encrypted: session.secure,
          // false: nobody
          user: typeof session.user === "string" ? session.user : undefined,
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text,
        });
        done();
      });
    },
  };
  const server = new SMTPServer(options);
  // a client that does not trust the certificate breaks off
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(at.port ?? 0, at.host ?? "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(resolve);
      }),
  };
}
