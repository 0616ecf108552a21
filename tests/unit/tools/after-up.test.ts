import { expect } from "chai";
import { firstHour, type Made } from "../../../tools/after-up";
import { notSetUp } from "../../../tools/preview/not-set-up";
import { sandboxCatalogue, sandboxSettings } from "../../support/fixtures";

const outputs = {
  dashboardUrl: "https://203-0-113-10.sslip.io/",
  chatwootUrl: "https://desk.203-0-113-10.sslip.io/",
  sshCommand: "ssh -i ai-ecosystem.pem ec2-user@203.0.113.10",
  credentials: "[secret]",
};
const catalogue = sandboxCatalogue();
const made = (changes: Partial<Made> = {}): string => {
  const missing = notSetUp({ settings: sandboxSettings(), catalogue });
  const all = { stack: "acme/sandbox", topology: "host", services: catalogue.services, outputs, notSetUp: missing };
  return firstHour({ ...(all as Made), ...changes }).join("\n");
};

describe("what make up ends with", () => {
  it("is where everything is, the logins, the widget, people, what is missing and the way back", () => {
    const text = made();
    expect(text)
      .to.match(/^ +dashboard +https:\/\/203-0-113-10\.sslip\.io\/$/m)
      .and.match(/^ +chatwoot +https:\/\/desk\./m)
      .and.contain("pulumi stack output -s acme/sandbox credentials --show-secrets")
      .and.contain("ssh -i ai-ecosystem.pem ec2-user@203.0.113.10")
      .and.contain("ecosystem user add")
      .and.contain("Settings > Inboxes > Website > Configuration")
      .and.match(/^Not set up\n +mail +no replies or invitations by mail$/m)
      .and.contain("ecosystem restore latest");
    expect(text).not.to.contain("[secret]");
  });

  it("names the stack in every command", () => {
    for (const topology of ["host", "fargate"] as const) {
      const commands =
        made({ topology }).match(/\b(pulumi (config set|stack output)|make (up|destroy|user))\b.*?(,|$)/gm) ?? [];
      expect(commands).to.have.length(topology === "host" ? 5 : 6);
      for (const command of commands) expect(command).to.match(/(-s |STACK=)acme\/sandbox\b/);
    }
  });

  it("invites people of production from where it was made, and nobody where nothing has people", () => {
    expect(made({ topology: "fargate" }))
      .to.contain('make user STACK=acme/sandbox ARGS="add')
      .and.not.to.contain("ssh ");
    expect(made({ services: [], notSetUp: [] })).not.to.match(/Invite people|First steps|Not set up/);
  });
});
