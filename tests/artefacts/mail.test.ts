import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxCatalogue } from "../support/fixtures";
import { certificate, mailServer, type Received, type Security } from "../support/mail/server";
import { need } from "../support/need";
import { root } from "../support/root";
import { secretsIn } from "../../services/model/values";
import { variableText } from "../support/values";

const from = "Acme Support <support@acme.example>";
/** A mail server's names in the settings, and where it really is: there the settings take no name of this machine. */
const places: Readonly<Record<string, string>> = { "mail.acme.example": "localhost", "10.20.30.40": "127.0.0.1" };
const login = { user: "desk", password: "not so secret" };

/** Who sends, by the settings' variables and its own means: Ruby's client, and the Nodemailer that LibreChat has. */
const senders = {
  Chatwoot: { service: "chatwoot-sidekiq", program: "ruby", client: "client.rb", trust: "SSL_CERT_FILE" },
  LibreChat: { service: "librechat", program: "node", client: "client.mjs", trust: "NODE_EXTRA_CA_CERTS" },
} as const;
type Sender = (typeof senders)[keyof typeof senders];

/** Real mail servers with a certificate of their own, and the applications' ways to them. n8n's is in tests/containers. */
describe("outgoing mail", function () {
  let folder: string;
  let tls: ReturnType<typeof certificate>;
  const stops: (() => Promise<void>)[] = [];

  before(function () {
    for (const program of ["ruby", "openssl"]) need(this, program);
    folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-mail-"));
    tls = certificate(folder);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function server(security: Security, withLogin = false) {
    const mails: Received[] = [];
    const { port, stop } = await mailServer({
      security,
      ...tls,
      ...(withLogin ? { login } : {}),
      onMail: (mail) => mails.push(mail),
    });
    stops.push(stop);
    return { port, mails };
  }

  const here = (text: string): string =>
    Object.entries(places).reduce((changed, [name, place]) => changed.replaceAll(name, place), text);

  /** A sender's variables with these settings; the only secret that it needs here is the password. */
  function variables({ service }: Sender, smtp: object): Record<string, string> {
    const found = sandboxCatalogue({ smtp: JSON.stringify(smtp) }).services.find((s) => s.name === service);
    return Object.fromEntries(
      Object.entries(found?.environment ?? {}).flatMap(([name, value]) => {
        const [secret] = secretsIn(value);
        if (secret === undefined) return name.startsWith("NODE_") ? [] : [[name, here(variableText(value))] as const];
        return secret === "smtp-password" ? [[name, login.password] as const] : [];
      }),
    );
  }

  function deliver(sender: Sender, smtp: object, trusts = true): Promise<{ status: number | null; stderr: string }> {
    const { PATH = "" } = process.env;
    const child = spawn(sender.program, [join(root, "tests/support/mail", sender.client)], {
      env: { PATH, ...variables(sender, smtp), ...(trusts ? { [sender.trust]: tls.file } : {}) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
    return new Promise((resolve) =>
      child.on("close", (status) => {
        resolve({ status, stderr });
      }),
    );
  }

  for (const [name, sender] of Object.entries(senders)) {
    describe(`of ${name}`, () => {
      for (const security of ["tls", "starttls", "none"] as const) {
        it(`logs in at a server with ${security} (APP-5)`, async () => {
          const { port, mails } = await server(security, true);
          const sent = await deliver(sender, { host: "mail.acme.example", port, security, from, ...login });
          expect(sent).to.deep.equal({ status: 0, stderr: "" });
          const [mail] = mails;
          expect(mail).to.deep.include({
            encrypted: security !== "none",
            user: login.user,
            from: "support@acme.example",
            to: ["people@example.com"],
          });
          expect(mail?.text)
            .to.match(/^From: "?Acme Support"? <support@acme\.example>\r?$/m)
            .and.contain("delivered");
        });
      }

      it("takes TLS where a relay without login offers it, and goes without where it does not", async () => {
        for (const security of ["starttls", "none"] as const) {
          const { port, mails } = await server(security);
          const sent = await deliver(sender, { host: "10.20.30.40", port, from: "support@acme.example" });
          expect(sent, security).to.deep.equal({ status: 0, stderr: "" });
          expect(mails[0]).to.deep.include({ encrypted: security === "starttls", user: undefined });
        }
      });

      it("checks the certificate of a server that is named by its address", async () => {
        const { port, mails } = await server("tls");
        const smtp = { host: "10.20.30.40", port, security: "tls", from };
        expect((await deliver(sender, smtp)).status).to.equal(0);
        expect(mails).to.have.length(1);
        const { status, stderr } = await deliver(sender, smtp, false);
        expect(status).to.equal(1);
        expect(stderr).to.match(/certificate verify failed|self-signed certificate/);
        expect(mails).to.have.length(1);
      });
    });
  }
});
