import { expect } from "chai";
import { services, type GetLife } from "./life";

interface Health {
  readonly services: Readonly<Record<string, { readonly state: string; readonly health: string }>>;
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

export function creation(life: GetLife): void {
  describe("creation", () => {
    it("is previewed from nothing", async () => {
      const { status, output } = await life().preview();
      expect(status, output).to.equal(0);
      expect(output).to.match(/^ +\+ \d+ to create$/m);
      expect(output).not.to.match(/to (update|delete|replace)/);
      expect(life().changes()).to.include("create aws:ec2/instance:Instance ai-ecosystem-sandbox-host-instance");
      expect(life().changes()).to.include("create command:remote:Command ai-ecosystem-sandbox-host-push");
    });

    it("goes from nothing to ten healthy services with one `pulumi up`", async () => {
      life().watchArguments();
      await life().up();
      life().made = true;
      life().healthy();
      expect(life().pushed()).to.include({ id: life().output("releaseId"), previous: null, result: "live" });
      expect(life().current()).to.equal(life().output("releaseId"));
    });
  });
}

export function entrance(life: GetLife): void {
  describe("entrance", () => {
    const ask = (output: string, path: string, options = {}) =>
      life().host.ask(new URL(path, life().output(output)).href, options);

    it("serves the dashboard, with the health of ten services", async () => {
      const page = await ask("dashboardUrl", "/");
      expect(page.status).to.equal(200);
      expect(page.headers["content-type"]).to.match(/^text\/html/);
      expect(page.text).to.match(/<html lang="(es|en)"/);
      const health = await ask("dashboardUrl", "/health.json");
      expect(health.status).to.equal(200);
      const { services: found } = JSON.parse(health.text) as Health;
      expect(Object.keys(found)).to.have.members(services);
      for (const [name, { state }] of Object.entries(found)) expect(state, name).to.equal("running");
    });

    for (const [output, path, answer] of [
      ["chatwootUrl", "/health", /woot/],
      ["chatwootUrl", "/api", /"data_services": ?"ok"/],
      ["n8nUrl", "/healthz", /"status": ?"ok"/],
      ["librechatUrl", "/readyz", /ok|ready/i],
      ["dataUrl", "/data/health", /"status": ?"ok"/],
      ["dataUrl", "/data/jupyter/api", /"version"/],
    ] as const) {
      it(`leads to ${output.replace("Url", "")}: ${path}`, async () => {
        const { status, text } = await ask(output, path);
        expect(status, text).to.equal(200);
        expect(text).to.match(answer);
      });
    }

    it("lets nobody at the data without its token", async () => {
      const { data } = life().credentials();
      expect((await ask("dataUrl", "/data/api/")).status).to.equal(401);
      expect((await ask("dataUrl", "/data/api/", bearer(`${data.apiToken}x`))).status).to.equal(401);
      const { status, text } = await ask("dataUrl", "/data/api/", bearer(data.apiToken));
      expect(status, text).to.equal(200);
      // Jupyter's own token, which opens nothing else
      const kernels = "/data/jupyter/api/kernels";
      expect((await ask("dataUrl", kernels)).status).to.equal(403);
      const token = (value: string) => ({ headers: { Authorization: `token ${value}` } });
      expect((await ask("dataUrl", kernels, token(data.apiToken))).status).to.equal(403);
      expect((await ask("dataUrl", kernels, token(data.jupyterToken))).status).to.equal(200);
      expect((await ask("dataUrl", "/data/api/", bearer(data.jupyterToken))).status).to.equal(401);
    });

    it("sends the paths on the bare address to the applications", async () => {
      const address = life().output("publicIp");
      for (const [path, output] of [
        ["/n8n/", "n8nUrl"],
        ["/chatwoot/", "chatwootUrl"],
        ["/chat/", "librechatUrl"],
        ["/data/", "dataUrl"],
      ] as const) {
        for (const scheme of ["http", "https"]) {
          const { status, headers } = await life().host.ask(`${scheme}://${address}${path}`);
          expect(status, path).to.equal(302);
          expect(new URL(headers.location ?? "").host, path).to.equal(new URL(life().output(output)).host);
        }
      }
    });
  });
}

interface Workflows {
  readonly data: readonly { readonly name: string; readonly active: boolean }[];
}

export function automation(life: GetLife): void {
  describe("n8n", () => {
    const post = (path: string, body: object, cookie = "") =>
      life().host.ask(new URL(path, life().output("n8nUrl")).href, {
        method: "POST",
        headers: { "Content-Type": "application/json", Cookie: cookie },
        body: JSON.stringify(body),
      });

    it("has the owner of the credentials, and the starter workflow is live", async () => {
      const { email, password } = life().credentials().n8n;
      const login = await post("/rest/login", { emailOrLdapLoginId: email, password });
      expect(login.status, login.text).to.equal(200);
      const cookie = (login.headers["set-cookie"] ?? []).map((c) => c.split(";")[0]).join("; ");
      const list = new URL("/rest/workflows", life().output("n8nUrl")).href;
      expect((await life().host.ask(list)).status).to.equal(401);
      const { status, text } = await life().host.ask(list, { headers: { Cookie: cookie } });
      expect(status, text).to.equal(200);
      const { data } = JSON.parse(text) as Workflows;
      expect(data.filter((w) => w.active).map((w) => w.name)).to.include("Chatwoot assistant");
    });

    it("is closed to everybody else", async () => {
      const { email } = life().credentials().n8n;
      const wrong = await post("/rest/login", { emailOrLdapLoginId: email, password: "not-it-1A" });
      expect(wrong.status, wrong.text).to.equal(401);
      const stranger = { email: "stranger@example.com", firstName: "A", lastName: "B", password: "Stranger-1234" };
      const setup = await post("/rest/owner/setup", stranger);
      expect(setup.status, setup.text).to.be.within(400, 404);
      const settings = await life().host.ask(new URL("/rest/settings", life().output("n8nUrl")).href);
      expect(settings.text).to.match(/"showSetupOnFirstLoad": ?false/);
    });
  });
}
