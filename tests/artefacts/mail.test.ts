import { expect } from "chai";
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isSecretText } from "../../services/model/types";
import { sandboxCatalogue } from "../support/fixtures";
import { need } from "../support/need";
import { answers, freePort } from "../support/nginx";

/** A real mail server with a certificate of its own, and Chatwoot's way to it. */
describe("outgoing mail", () => {
  let folder: string;
  const servers: ChildProcess[] = [];
  const at = (file: string) => join(folder, file);

  before(function () {
    for (const program of ["aiosmtpd", "ruby", "openssl"]) need(this, program);
    folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-mail-"));
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
        ...["-addext", "subjectAltName=DNS:localhost", "-keyout", at("key.pem"), "-out", at("cert.pem")],
      ],
      { stdio: "pipe" },
    );
  });
  after(() => {
    for (const server of servers) server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function server(...options: readonly string[]) {
    const port = await freePort();
    const child = spawn(
      "aiosmtpd",
      ["-n", "-c", "aiosmtpd.handlers.Debugging", "-l", `127.0.0.1:${port}`, ...options],
      { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, PYTHONUNBUFFERED: "1" } },
    );
    servers.push(child);
    let received = "";
    child.stdout.on("data", (chunk: Buffer) => {
      received += chunk.toString();
    });
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`aiosmtpd ended with ${String(child.exitCode)}`);
      await sleep(50);
    }
    return { port, received: () => received };
  }

  /** Chatwoot's variables with these settings, except secrets. */
  function variables(smtp: object): Record<string, string> {
    const { services } = sandboxCatalogue({ smtp: JSON.stringify(smtp) });
    const worker = services.find((s) => s.name === "chatwoot-sidekiq");
    return Object.fromEntries(
      Object.entries(worker?.environment ?? {}).flatMap(([name, value]) =>
        isSecretText(value) ? [] : [[name, value] as const],
      ),
    );
  }

  const deliver = (smtp: object) =>
    spawnSync("ruby", [join(__dirname, "../support/mail_client.rb")], {
      encoding: "utf8",
      env: { ...process.env, ...variables(smtp), SSL_CERT_FILE: at("cert.pem") },
    });

  const from = "Acme Support <support@acme.example>";
  const ways = {
    tls: () => ["--smtpscert", at("cert.pem"), "--smtpskey", at("key.pem")],
    starttls: () => ["--tlscert", at("cert.pem"), "--tlskey", at("key.pem")],
    none: () => [],
  } as const;
  for (const [security, options] of Object.entries(ways)) {
    it(`reaches a server with ${security}`, async function () {
      this.timeout(60_000);
      const { port, received } = await server(...options());
      const { status, stderr } = deliver({ host: "localhost", port, security, from });
      expect(stderr).to.equal("");
      expect(status).to.equal(0);
      while (!received().includes("END MESSAGE")) await sleep(20);
      expect(received()).to.contain(`From: ${from}`).and.contain("delivered");
    });
  }

  it("reaches a relay that offers no TLS, where TLS is not asked for", async function () {
    this.timeout(60_000);
    const { port } = await server();
    expect(deliver({ host: "127.0.0.1", port, from: "support@acme.example" }).status).to.equal(0);
  });

  it("refuses a certificate that nobody it trusts has signed", async function () {
    this.timeout(60_000);
    const { port } = await server(...ways.tls());
    const env = { ...process.env, ...variables({ host: "localhost", port, security: "tls", from }) };
    const { status, stderr } = spawnSync("ruby", [join(__dirname, "../support/mail_client.rb")], {
      encoding: "utf8",
      env,
    });
    expect(status).to.equal(1);
    expect(stderr).to.contain("certificate verify failed");
  });
});
