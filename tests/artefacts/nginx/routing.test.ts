import { expect } from "chai";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { originOf } from "../../../templates/hosts";
import { sandboxCatalogue } from "../../support/fixtures";
import { bareAddress } from "../../support/nginx/nginx";
import { nginxSuite } from "../../support/nginx/suite";

/** The seed's path, the label of its host, the stand-in behind that. */
const applications = [
  ["/n8n/", "n8n", "n8n:5678"],
  ["/chatwoot/", "desk", "chatwoot-web:3000"],
  ["/chat/", "chat", "librechat:3080"],
  ["/data/", "data", "data-bridge:8888"],
] as const;

describe("nginx: names and paths", () => {
  const suite = nginxSuite(sandboxCatalogue().services);
  const origin = (label: string) => originOf(suite.nginx.hosts, label);

  describe("routing", () => {
    for (const [, label, behind] of applications) {
      it(`${label}. leads to ${behind}`, async () => {
        const answer = await suite.visitor.get(label, "/some/page?a=1");
        expect(answer.status).to.equal(200);
        expect(answer.echo()).to.include({ upstream: behind, url: "/some/page?a=1" });
      });
    }

    it("paths with a port of their own keep their path and the Authorization header", async () => {
      const headers = { Authorization: "Bearer secret" };
      const {
        upstream: behind,
        url,
        headers: got,
      } = (await suite.visitor.get("data", "/data/api/v1", { headers })).echo();
      expect({ behind, url }).to.deep.equal({ behind: "data-bridge:8000", url: "/data/api/v1" });
      expect(got["authorization"]).to.equal("Bearer secret");
      expect((await suite.visitor.get("data", "/data/health")).echo().upstream).to.equal("data-bridge:8000");
      expect((await suite.visitor.get("data", "/data/jupyter/api/kernels")).echo().upstream).to.equal(
        "data-bridge:8888",
      );
    });

    it("an application that lives under a path is found at /", async () => {
      const { status, headers } = await suite.visitor.get("data", "/?token=x");
      expect({ status, location: headers.location }).to.deep.equal({ status: 302, location: "/data/jupyter/?token=x" });
    });

    it("a path without its final slash is the application's, not a redirect", async () => {
      expect((await suite.visitor.get("desk", "/api")).echo().url).to.equal("/api");
    });

    it("the path arrives as it was written", async () => {
      const path = "/webhook/a%2Fb%20c?q=%C3%B1&d=/../e";
      expect((await suite.visitor.get("n8n", path)).echo().url).to.equal(path);
    });

    it("the application learns the name that picked it, never another one (APP-33)", async () => {
      const name = `desk.${suite.nginx.hosts.apex}`;
      const whole = await suite.visitor.get("desk", `https://${name}/x?y=1`, { headers: { Host: "evil.example" } });
      expect(whole.text).not.to.contain("evil.example");
      expect(whole.echo().headers["host"]).to.equal(`${name}:${suite.nginx.hosts.port}`);
      for (const host of [`${name}:80@evil.example`, `${name}:evil.example`, `evil.example@${name}`]) {
        const text = await suite.visitor.get("desk", "/", { headers: { Host: host } }).then(
          (a) => a.text,
          () => "",
        );
        expect(text, host).not.to.contain("evil.example");
      }
    });

    for (const scheme of ["http", "https"] as const) {
      it(`names that are not ours get no answer (${scheme})`, async () => {
        const failure = await suite.visitor
          .get("", "/", { scheme, headers: { Host: "evil.example" } })
          .catch((e: unknown) => e);
        expect(failure).to.be.an("error").with.property("code", "ECONNRESET");
      });
    }

    it("answers the container's health check", async () => {
      const response = await fetch(`http://127.0.0.1:${suite.nginx.ports.health}/healthz`);
      expect({ status: response.status, text: await response.text() }).to.deep.equal({ status: 200, text: "ok\n" });
    });
  });

  describe("the seed's paths", () => {
    for (const scheme of ["http", "https"] as const) {
      for (const host of [bareAddress, ""]) {
        it(`redirect to the host names from ${host === "" ? "the apex" : "the bare address"} over ${scheme}`, async () => {
          for (const [path, label] of applications) {
            for (const spelling of [path, path.slice(0, -1), `${path}?x=1`.slice(0, path.length)]) {
              const { status, headers } = await suite.visitor.get(host, spelling, { scheme });
              expect({ spelling, status, location: headers.location }).to.deep.equal({
                spelling,
                status: 302,
                location: `${origin(label)}/`,
              });
            }
          }
        });
      }
    }

    it("what comes after them is kept, and data keeps its own prefix", async () => {
      const location = async (path: string) =>
        (await suite.visitor.get(bareAddress, path, { scheme: "http" })).headers.location;
      expect(await location("/n8n/webhook/a%20b?c=d")).to.equal(`${origin("n8n")}/webhook/a%20b?c=d`);
      expect(await location("/data/api/v1?limit=1")).to.equal(`${origin("data")}/data/api/v1?limit=1`);
      expect(await location("/chat//evil.example")).to.equal(`${origin("chat")}//evil.example`);
      expect(await location("/chat/%0d%0aSet-Cookie:x")).to.equal(`${origin("chat")}/%0d%0aSet-Cookie:x`);
      expect(await location("/chatting")).to.equal(`${origin("")}/`);
    });

    it("the bare address itself leads to the dashboard", async () => {
      for (const scheme of ["http", "https"] as const) {
        const { status, headers } = await suite.visitor.get(bareAddress, "/", { scheme });
        expect({ status, location: headers.location }).to.deep.equal({ status: 302, location: `${origin("")}/` });
      }
    });
  });

  describe("dashboard", () => {
    it("is at the apex, with its files and a policy of its own", async () => {
      const page = await suite.visitor.get("", "/");
      expect(page.status).to.equal(200);
      expect(page.text).to.contain("<!doctype html>");
      expect(page.all("content-security-policy")).to.have.length(1);
      expect(page.headers["content-security-policy"]).to.match(/^default-src 'self';/);
      expect(page.headers["x-frame-options"]).to.equal("SAMEORIGIN");
      for (const [file, type] of [
        ["/dashboard.js", "text/javascript"],
        ["/theme.css", "text/css"],
        ["/icon.svg", "image/svg+xml"],
      ] as const) {
        expect((await suite.visitor.get("", file)).headers["content-type"]).to.match(
          new RegExp(`^${type.replace("+", "\\+")}`),
        );
      }
      expect((await suite.visitor.get("", "/missing")).status).to.equal(404);
      expect((await suite.visitor.get("", "/../nginx/nginx.conf")).status).to.be.oneOf([400, 404]);
    });

    it("serves live health, never from a cache", async () => {
      expect((await suite.visitor.get("", "/health.json")).status).to.equal(404);
      writeFileSync(join(suite.nginx.folders.status, "health.json"), '{"time":1}');
      const { status, text, headers } = await suite.visitor.get("", "/health.json");
      expect({ status, text }).to.deep.equal({ status: 200, text: '{"time":1}' });
      expect(headers).to.include({ "cache-control": "no-store", "content-type": "application/json; charset=utf-8" });
      // the watcher puts a new file in its place, while the dashboard's own stay open
      writeFileSync(join(suite.nginx.folders.status, "new"), '{"time":2}');
      renameSync(join(suite.nginx.folders.status, "new"), join(suite.nginx.folders.status, "health.json"));
      expect((await suite.visitor.get("", "/health.json")).text).to.equal('{"time":2}');
    });

    it("never calls a file unchanged by its date: all files of a release bear the same", async () => {
      const { headers } = await suite.visitor.get("", "/theme.css");
      expect(headers).to.include({ "cache-control": "no-cache" });
      expect(headers).not.to.have.property("etag");
      const again = { "If-Modified-Since": headers["last-modified"] ?? "" };
      expect((await suite.visitor.get("", "/theme.css", { headers: again })).status).to.equal(200);
    });
  });

  describe("maintenance", () => {
    const flag = () => join(suite.nginx.folders.status, "maintenance");
    afterEach(() => {
      rmSync(flag(), { force: true });
    });

    it("answers 503 at every address of every application, and to those who send, without a reload", async () => {
      writeFileSync(flag(), "2026-11-30T00:00:00Z");
      for (const [, label] of applications)
        for (const path of ["/", "/api/v1", "/webhook/x"]) {
          const { status, headers, text } = await suite.visitor.get(label, path);
          expect(status, label + path).to.equal(503);
          expect(headers).to.include({ "retry-after": "300", "cache-control": "no-store" });
          expect(text).to.contain("en mantenimiento").and.contain("under maintenance");
        }
      expect((await suite.visitor.get("n8n", "/.unavailable.html")).status).to.equal(404);
      const sent = await suite.visitor.get("n8n", "/webhook/x", { method: "POST", body: "a=1" });
      expect(sent.status).to.equal(503);
      expect((await suite.visitor.get("", "/")).status).to.equal(200);
      rmSync(flag());
      expect((await suite.visitor.get("n8n", "/webhook/x")).status).to.equal(200);
    });
  });

  describe("dotfiles", () => {
    it("are not served where nginx serves files itself, nor is its page for failures", async () => {
      for (const path of [
        "/.env",
        "/.git/config",
        "/a/.htaccess",
        "/%2eenv",
        "//.env",
        "/x/..%2f.env",
        "/.well-known/.env",
      ])
        expect((await suite.visitor.get("", path)).status, path).to.be.oneOf([400, 404]);
      for (const label of ["", "desk", "n8n", "chat", "data"])
        expect((await suite.visitor.get(label, "/.unavailable.html")).status, label).to.equal(404);
    });

    it("no path leads out of the folders that nginx serves", async () => {
      writeFileSync(join(suite.nginx.folders.acme, "outside"), "outside");
      for (const scheme of ["http", "https"] as const)
        for (const path of [
          "/../nginx/nginx.conf",
          "/..%2fnginx/nginx.conf",
          "/%2e%2e/nginx/nginx.conf",
          "//../nginx/nginx.conf",
          "/theme.css%00/../../nginx/nginx.conf",
          "/.well-known/acme-challenge/../../outside",
          "/.well-known/acme-challenge/..%2f..%2foutside",
          "/.well-known/acme-challenge//../../outside",
        ]) {
          const { status, text } = await suite.visitor.get("", path, { scheme });
          expect(status, path).to.be.oneOf([308, 400, 404]);
          expect(text, path).not.to.contain("outside").and.not.to.contain("worker_processes");
        }
    });

    it("of an application are the application's: every path with a dot reaches it (APP-14)", async () => {
      for (const [label, path] of [
        ["desk", "/rails/active_storage/blobs/redirect/ID/.pdf"],
        ["desk", "/rails/active_storage/blobs/redirect/ID/%2Eenv.example"],
        ["desk", "/hc/help/articles/.net-install"],
        ["n8n", "/webhook/.hidden/x"],
        ["chat", "/images/u1/.png"],
        ["chat", "/api/files/download/u1/.env"],
        ["data", "/data/jupyter/files/.ipynb_checkpoints/a.ipynb"],
        ["desk", "/.env"],
      ] as const)
        expect((await suite.visitor.get(label, path)).echo().url, path).to.equal(path);
    });

    it("but challenges are, on port 80 of every name, and other well-known files are the application's", async () => {
      writeFileSync(join(suite.nginx.folders.acme, ".well-known/acme-challenge/token"), "proof");
      for (const host of ["", "desk", "n8n", "chat", "data", bareAddress, "not-ours.example"]) {
        const path = "/.well-known/acme-challenge/token";
        const { status, text } = await suite.visitor.get(host, path, { scheme: "http" });
        expect({ host, status, text }).to.deep.equal({ host, status: 200, text: "proof" });
      }
      expect((await suite.visitor.get("desk", "/.well-known/assetlinks.json")).echo().upstream).to.equal(
        "chatwoot-web:3000",
      );
    });
  });
});
