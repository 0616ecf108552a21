import { expect } from "chai";
import { mailbox } from "../../../settings/formats/mailbox";
import { parseSettings } from "../../../settings/settings";
import { inRegion } from "../../../dev/docs/profiles";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { sandboxCatalogue } from "../../support/fixtures";
import { secretsIn, partsOf } from "../../../services/model/values";
import { variableText } from "../../support/values";

const smtp = {
  host: "smtp.example.com",
  from: "Acme Support <support@acme.example>",
  user: "desk",
  password: "hidden",
};
const settings = (more: object) => ({ smtp: JSON.stringify({ ...smtp, ...more }) });

function variables(name: string, more: object = {}): Record<string, string> {
  const found = sandboxCatalogue(settings(more)).services.find((s) => s.name === name);
  return Object.fromEntries(
    Object.entries(found?.environment ?? {}).map(([k, v]) => [
      k,
      secretsIn(v).length > 0 ? JSON.stringify(partsOf(v)) : variableText(v),
    ]),
  );
}

function problems(more: object): readonly string[] {
  const values = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]', ...settings(more) };
  const result = parseSettings({ values, aws: inRegion(), secretKeys: new Set(["smtp"]) });
  return "problems" in result ? result.problems.map((p) => `${p.key} ${p.message}`) : [];
}

describe("mail settings", () => {
  it("reach all three applications (APP-6)", () => {
    const password = JSON.stringify([{ secret: "smtp-password" }]);
    expect(variables("chatwoot-web")).to.include({
      SMTP_ADDRESS: "smtp.example.com",
      SMTP_DOMAIN: "acme.example",
      MAILER_SENDER_EMAIL: smtp.from,
      SMTP_USERNAME: "desk",
      SMTP_PASSWORD: password,
    });
    expect(variables("n8n")).to.include({
      N8N_EMAIL_MODE: "smtp",
      N8N_SMTP_HOST: "smtp.example.com",
      N8N_SMTP_PORT: "587",
      N8N_SMTP_SENDER: smtp.from,
      N8N_SMTP_USER: "desk",
      N8N_SMTP_PASS: password,
    });
    expect(variables("librechat")).to.include({
      EMAIL_HOST: "smtp.example.com",
      EMAIL_PORT: "587",
      EMAIL_FROM: "support@acme.example",
      EMAIL_FROM_NAME: "Acme Support",
      EMAIL_USERNAME: "desk",
      EMAIL_PASSWORD: password,
      ALLOW_PASSWORD_RESET: "true",
    });
  });

  for (const [port, tls] of [
    [465, true],
    [2465, true],
    [8465, true],
    [587, false],
    [2525, false],
    [25, false],
  ] as const) {
    it(`begin with TLS on port ${port}: ${tls} (APP-5)`, () => {
      expect(variables("chatwoot-web", { port })["SMTP_TLS"]).to.equal(tls ? "true" : undefined);
      expect(variables("chatwoot-web", { port })["SMTP_ENABLE_STARTTLS_AUTO"]).to.equal(String(!tls));
      expect(variables("n8n", { port })).to.include({ N8N_SMTP_SSL: String(tls), N8N_SMTP_STARTTLS: String(!tls) });
      expect(variables("librechat", { port })["EMAIL_ENCRYPTION"]).to.equal(tls ? "tls" : undefined);
    });
  }

  it("let every sender out to the server's port on Fargate", () => {
    const { services } = prodCatalogue(prodSettings(settings({ port: 2525 })));
    const out = services.filter((s) => s.internet !== undefined && "2525" in s.internet).map((s) => s.name);
    expect(out).to.include.members(["chatwoot-web", "chatwoot-sidekiq", "n8n", "librechat"]);
  });

  it("take what relays have (APP-39)", () => {
    for (const host of ["10.0.0.25", "mailhog", "SMTP.Example.com", "smtp.xn--e1afmkfd.xn--p1ai"]) {
      expect(problems({ host }), host).to.deep.equal([]);
    }
    expect(variables("chatwoot-web", { host: "SMTP.Example.com" })["SMTP_ADDRESS"]).to.equal("smtp.example.com");
    expect(variables("chatwoot-web", { user: 12345 })["SMTP_USERNAME"]).to.equal("12345");
    expect(variables("chatwoot-web", { user: 123456789012345 })["SMTP_USERNAME"]).to.equal("123456789012345");
    expect(problems({ user: undefined, password: undefined, port: 25 })).to.deep.equal([]);
  });

  it("refuse a server that no container reaches", () => {
    const told = (host: string) => problems({ host }).join();
    for (const host of ["localhost", "mail.localhost", "127.0.0.1", "0.0.0.0", "169.254.0.25"]) {
      expect(told(host), host).to.contain("smtp.host is each container itself, or nobody: name the server");
    }
    for (const host of ["::1", "2001:db8::25"]) expect(told(host), host).to.contain("the containers have IPv4 alone");
    for (const host of ["10.0.25", "25", "0x7f.1", "-mail", "mail_1"]) {
      expect(told(host), host).to.contain("is neither a host name nor an address");
    }
  });

  it("refuse a number that is not as it was written", () => {
    const found = (user: string) => {
      const values = {
        topology: "host",
        sshAllowedCidrs: '["203.0.113.7/32"]',
        smtp: settings({}).smtp.replace('"desk"', user),
      };
      const result = parseSettings({ values, aws: inRegion(), secretKeys: new Set(["smtp"]) });
      return "problems" in result ? result.problems.map((p) => `${p.key} ${p.message}`) : [];
    };
    for (const user of ["312345678901234567", "1.10"]) {
      expect(found(user), user).to.deep.equal([
        "smtp.user is read as a number, which loses digits: put it in quotes in the file",
      ]);
      expect(found(`"${user}"`), user).to.deep.equal([]);
    }
  });

  it("quote a sender's name whose characters would begin another address, or a comment", () => {
    const sender = (from: string) =>
      ["chatwoot-web", "n8n"].flatMap((name) =>
        Object.entries(variables(name, { from })).flatMap(([k, v]) => (/SENDER/.test(k) ? [v] : [])),
      );
    for (const [from, quoted] of [
      ["Acme, Inc. <a@acme.example>", '"Acme, Inc." <a@acme.example>'],
      ["Acme: Support <a@acme.example>", '"Acme: Support" <a@acme.example>'],
      ["Acme (Support) <a@acme.example>", '"Acme (Support)" <a@acme.example>'],
      ['"Ñandú, S.L." <a@acme.example>', '"Ñandú, S.L." <a@acme.example>'],
      ["Ñandú & O'Brien <a@acme.example>", "Ñandú & O'Brien <a@acme.example>"],
      ["a@acme.example", "a@acme.example"],
    ] as const) {
      expect(sender(from), from).to.deep.equal([quoted, quoted]);
    }
    expect(variables("librechat", { from: "Acme, Inc. <a@acme.example>" })["EMAIL_FROM_NAME"]).to.equal("Acme, Inc.");
    expect(problems({ from: "Acme \\ Co <a@acme.example>" })).to.have.length(1);
  });

  it("say in words what is wrong (APP-39)", () => {
    expect(problems({ user: "" })).to.deep.equal(["smtp.user must be one line of text, and not empty"]);
    expect(problems({ host: "not a host" })).to.deep.equal(["smtp.host is neither a host name nor an address"]);
    expect(problems({ from: "Acme <acme>" })).to.deep.equal(["smtp.from is neither an address nor Name <address>"]);
  });

  it("know an address with a name", () => {
    expect(mailbox('"Acme, Inc." <a@acme.example>')).to.deep.equal({ name: "Acme, Inc.", address: "a@acme.example" });
    expect(mailbox("a@acme.example")).to.deep.equal({ address: "a@acme.example" });
    for (const text of ["", "acme", "<>", "Acme <a@acme.example> x", "A\n<a@acme.example>"]) {
      expect(mailbox(text), text).to.equal(undefined);
    }
  });
});
