import { expect } from "chai";
import type { MemoryPlan } from "../../../services/model/types";
import { sandboxCatalogue } from "../../support/fixtures";
import { home, services, type GetLife } from "./life";
import { Stores } from "./stores";

const domain = "support.acme.test";
const mark = "From before the settings changed";
const picture = `${home}/data/volumes/ai-eco-librechat-uploads/picture`;
/** Without LibreChat nobody needs MongoDB; the compact plan has no runners. */
const without = ["librechat", "mongodb", "n8n-runners"];
const mailPasswords = { first: "Mail$first'1", second: "Mail second#2" };

/** Many settings at once, and back: on a host that runs a change costs a push, and two pushes are enough. */
export function otherSettings(life: GetLife): void {
  describe("other settings", () => {
    const stores = new Stores(life);
    let keys: string;
    let passwords: readonly string[];

    const variable = (service: string, name: string) => stores.inside(service, `printenv ${name}`);
    const storePasswords = () =>
      life().host.succeed(`grep -hE "^(POSTGRES|MONGODB_ROOT)_PASSWORD=" ${home}/current/.env`).trim().split("\n");
    const limits = () =>
      Object.fromEntries(
        (life().host.inspect() as { Config: { Labels: Record<string, string> }; HostConfig: { Memory: number } }[]).map(
          ({ Config, HostConfig }) => [Config.Labels["com.docker.compose.service"] ?? "", HostConfig.Memory / 2 ** 20],
        ),
      );
    const expectLimits = (memoryPlan: MemoryPlan, running: readonly string[]) => {
      const all = limits();
      const wanted = sandboxCatalogue({ memoryPlan }).services.filter((s) => running.includes(s.name));
      for (const { name, memoryMb } of wanted) expect(all[name], name).to.equal(memoryMb[memoryPlan]);
    };
    const set = async (settings: Readonly<Record<string, string>>) => {
      for (const [key, value] of Object.entries(settings)) {
        const secret = key.endsWith("password") ? ["--secret"] : [];
        const words = ["config", "set", "--path", `ai-ecosystem:${key}`, value, "--stack", "sandbox", ...secret];
        const { status, output } = await life().project.run("pulumi", words);
        expect(status, output).to.equal(0);
      }
    };
    const answers = async (host: string) => (await life().host.ask(`https://${host}/health`)).status;

    before(async () => {
      stores.mark(mark);
      life().host.succeed(`echo kept >${picture}; chown 1000:1000 ${picture}`);
      keys = life().host.succeed(`grep -E "^(LIBRECHAT_CREDS|N8N_ENCRYPTION)" ${home}/current/.env`);
      passwords = storePasswords();
      await set({
        domain,
        adminEmail: `ana@${domain}`,
        memoryPlan: "compact",
        "services.librechat.enabled": "false",
        "smtp.host": "mail.acme.test",
        "smtp.from": `desk@${domain}`,
        "smtp.user": "desk",
        "smtp.password": mailPasswords.first,
      });
      const again = ["postgres-password", "mongodb-root-password"].map((id) => `--replace **-secrets-${id}`);
      const { status, output } = await life().tryUp({}, again.join(" "));
      expect(status, output).to.equal(0);
    });

    const left = services.filter((name) => !without.includes(name));

    it("of a smaller plan are the limits of what runs, and nothing is left of what is off", () => {
      const all = life().healthy(left);
      expect([...all.keys()]).not.to.include.members(["librechat"]);
      for (const name of without) expect(all.has(name), name).to.be.false;
      expectLimits("compact", left);
    });

    it("of mail reach the applications, the password with all its characters", () => {
      expect(variable("chatwoot-web", "SMTP_ADDRESS")).to.equal("mail.acme.test");
      expect(variable("chatwoot-sidekiq", "SMTP_PASSWORD")).to.equal(mailPasswords.first);
      expect(variable("n8n", "N8N_SMTP_PASS")).to.equal(mailPasswords.first);
    });

    it("of a domain are its names and their certificate", async () => {
      expect(await answers(`desk.${domain}`)).to.equal(200);
      const { output } = life().shell.run("ecosystem tls show");
      expect(output).to.contain(`desk.${domain}`).and.not.contain("sslip.io").and.not.contain(`chat.${domain}`);
    });

    it("of PostgreSQL's own password are what it takes over the network, and the old one is not", () => {
      const was = passwords.find((line) => line.startsWith("POSTGRES_PASSWORD="))?.split("'")[1] ?? "";
      const login = (password: string) =>
        stores.inside(
          "postgres",
          `${password}; export PGPASSWORD; psql -h $(hostname -i) -U postgres -Atc "SELECT 1" 2>&1 || true`,
          was,
        );
      expect(login("PGPASSWORD=$POSTGRES_PASSWORD")).to.equal("1");
      expect(was).to.have.lengthOf(32);
      expect(login("read -r PGPASSWORD || true")).to.contain("password authentication failed");
      expect(stores.sql(`SELECT count(*) FROM accounts WHERE name = '${mark}'`)).to.equal("1");
    });

    describe("and back", () => {
      before(async () => {
        for (const key of ["domain", "adminEmail", "memoryPlan", "services"]) {
          await life().project.succeed(`config rm ai-ecosystem:${key}`);
        }
        await set({ "smtp.password": mailPasswords.second });
        await life().up();
      });

      it("are the limits, names and services of before", async () => {
        life().healthy();
        expectLimits("standard", services);
        expect(await answers(new URL(life().output("chatwootUrl")).host)).to.equal(200);
        expect((await life().host.ask(new URL("/readyz", life().output("librechatUrl")).href)).status).to.equal(200);
      });

      it("bring the service's data back, and the keys it is read with", () => {
        expect(stores.marked(mark)).to.deep.equal({ accounts: 1, messages: 1 });
        expect(life().host.succeed(`cat ${picture}`)).to.equal("kept\n");
        expect(life().host.succeed(`grep -E "^(LIBRECHAT_CREDS|N8N_ENCRYPTION)" ${home}/current/.env`)).to.equal(keys);
        // that of MongoDB was changed while it was off
        expect(storePasswords()).to.have.lengthOf(2);
        for (const line of storePasswords()) expect(passwords).not.to.include(line);
      });

      it("bring the other password of the mail server to all", () => {
        for (const [service, name] of [
          ["chatwoot-web", "SMTP_PASSWORD"],
          ["n8n", "N8N_SMTP_PASS"],
          ["librechat", "EMAIL_PASSWORD"],
        ] as const) {
          expect(variable(service, name), service).to.equal(mailPasswords.second);
        }
      });
    });
  });
}
