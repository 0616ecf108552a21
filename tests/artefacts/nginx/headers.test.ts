import { expect } from "chai";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTls } from "node:tls";
import { buildCatalogue } from "../../../services/catalogue";
import { originOf } from "../../../templates/hosts";
import { demo, sandboxCatalogue, sandboxContext } from "../../support/fixtures";
import { bareAddress } from "../../support/nginx/nginx";
import { until } from "../../support/until";
import { nginxSuite } from "../../support/nginx/suite";

const { services } = sandboxCatalogue();
const withDemo = [...services, ...buildCatalogue([demo], sandboxContext(), {}).services];

describe("nginx: headers, TLS, releases", () => {
  const suite = nginxSuite(services, withDemo.slice(services.length));
  const origin = (label: string) => originOf(suite.nginx.hosts, label);

  describe("headers to the applications", () => {
    it("name the visitor, and nothing that the visitor says of himself", async () => {
      const lies = Object.fromEntries(
        [
          "X-Forwarded-For",
          "X_Forwarded_For",
          "X-Forwarded_Proto",
          "X_Real_IP",
          "Forwarded",
          "Client-IP",
          "X-Forwarded-Port",
        ].map((name) => [name, "6.6.6.6"]),
      );
      const { headers, names } = (await suite.visitor.get("desk", "/", { headers: lies, from: "127.0.0.9" })).echo();
      const host = `desk.${suite.nginx.hosts.apex}:${suite.nginx.hosts.port}`;
      expect(headers).to.include({ host, "x-forwarded-host": host, "x-forwarded-proto": "https" });
      expect(headers).to.include({ "x-forwarded-for": "127.0.0.9", "x-real-ip": "127.0.0.9" });
      expect(JSON.stringify(headers)).not.to.contain("6.6.6.6");
      expect(names.filter((name) => /forwarded.for/i.test(name))).to.have.length(1);
    });

    it("let api_access_token through", async () => {
      const headers = { api_access_token: "abc" };
      expect((await suite.visitor.get("desk", "/api/v1/profile", { headers })).echo().headers).to.include(headers);
    });
  });

  describe("headers to the visitor", () => {
    const framable = ["/widget?website_token=x", "/packs/js/sdk.js", "/vite/a.js", "/survey/responses/1", "/hc/help"];
    const mine = {
      "X-Frame-Options": "DENY",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "same-origin",
      "X-XSS-Protection": "1",
      "Strict-Transport-Security": "max-age=1",
      "Content-Security-Policy": "frame-ancestors https://shop.example",
    };

    it("the widget may be framed, and everything else only by itself", async () => {
      for (const path of framable) {
        const { headers } = await suite.visitor.get("desk", path);
        expect(headers, path).not.to.have.any.keys("x-frame-options", "content-security-policy");
        expect(headers, path).to.include({ "x-content-type-options": "nosniff" });
      }
      for (const [label, path] of [
        ["desk", "/"],
        ["desk", "/app/login"],
        ["n8n", "/widget"],
        ["chat", "/"],
        ["data", "/data/jupyter/lab"],
      ] as const) {
        const { headers } = await suite.visitor.get(label, path);
        expect(headers, path).to.include({
          "x-frame-options": "SAMEORIGIN",
          "content-security-policy": "frame-ancestors 'self'; base-uri 'self'; object-src 'none'",
          "x-content-type-options": "nosniff",
          "referrer-policy": "strict-origin-when-cross-origin",
        });
        expect(headers, path).to.have.property("permissions-policy");
        expect(headers, path).not.to.have.property("x-xss-protection");
      }
    });

    it("a file without a hash in its name is kept for five minutes, one with it for as long as the application says", async () => {
      const year = { "Cache-Control": "public, max-age=31556952", Expires: "Sun, 28 Nov 2027 12:00:00 GMT", ...mine };
      for (const [path, kept] of [
        ["/packs/js/sdk.js", "public, max-age=300"],
        ["/vite/assets/widget-a1b2c3d4.js", year["Cache-Control"]],
      ] as const) {
        suite.upstreams.answers.set(path, (_, response) => response.writeHead(200, year).end("x"));
        const answer = await suite.visitor.get("desk", path);
        expect(answer.all("cache-control"), path).to.deep.equal([kept]);
        expect(answer.all("expires"), path).to.have.length(path.startsWith("/packs/") ? 0 : 1);
        // what the entrance says elsewhere it says here too
        expect(answer.all("strict-transport-security"), path).to.deep.equal(["max-age=31536000"]);
        expect(answer.all("x-xss-protection"), path).to.deep.equal([]);
        expect(answer.all("referrer-policy"), path).to.deep.equal(["same-origin"]);
      }
    });

    it("an application's own headers stand, and none is sent twice", async () => {
      for (const path of ["/own", "/widget/own"]) {
        suite.upstreams.answers.set(path, (_, response) => response.writeHead(200, mine).end("x"));
        const answer = await suite.visitor.get("desk", path);
        const all = (name: string) => answer.all(name);
        expect(all("x-frame-options"), path).to.deep.equal(["DENY"]);
        expect(all("x-content-type-options"), path).to.deep.equal(["nosniff"]);
        expect(all("referrer-policy"), path).to.deep.equal(["same-origin"]);
        expect(all("x-xss-protection"), path).to.deep.equal([]);
        expect(all("strict-transport-security"), path).to.deep.equal(["max-age=31536000"]);
        expect(all("content-security-policy")[0], path).to.equal(mine["Content-Security-Policy"]);
        expect(all("content-security-policy"), path).to.have.length(path === "/own" ? 2 : 1);
        expect(all("server"), path).to.deep.equal(["nginx"]);
      }
    });
  });

  describe("TLS", () => {
    it("http leads to https, with path, query and method kept", async () => {
      for (const label of ["", "desk", "n8n", "chat", "data"]) {
        const { status, headers } = await suite.visitor.get(label, "/a?b=c", { scheme: "http", method: "POST" });
        expect({ status, location: headers.location }).to.deep.equal({
          status: 308,
          location: `${origin(label)}/a?b=c`,
        });
      }
    });

    it("speaks HTTP/2, TLS 1.2 and 1.3, and nothing older", async () => {
      const base = {
        host: "127.0.0.1",
        port: suite.nginx.ports.https,
        ca: suite.nginx.certificate,
        servername: `desk.${suite.nginx.hosts.apex}`,
      };
      for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
        const socket = connectTls({ ...base, minVersion: version, maxVersion: version });
        await once(socket, "secureConnect");
        expect(socket.getProtocol()).to.equal(version);
        socket.destroy();
      }
      const old = connectTls({ ...base, minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" });
      const [error] = (await once(old, "error").catch((e: unknown) => [e])) as [Error];
      expect(error.message).to.match(/protocol version/);
      const session = connectHttp2(origin("desk"), { ...base, ALPNProtocols: ["h2"] });
      const stream = session.request({ ":path": "/over-h2" });
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      stream.resume();
      expect(headers[":status"]).to.equal(200);
      session.destroy();
    });
  });

  describe("logs and releases", () => {
    it("no query string, and so no token, is in a log", async () => {
      suite.upstreams.answers.set("/dropped", (request) => request.socket.destroy());
      for (const path of ["/page?token=SECRET", "/dropped?token=SECRET", "/.env?token=SECRET"]) {
        await suite.visitor.get("data", path, { headers: { Referer: "https://a.example/?token=SECRET" } });
      }
      await until("the log", () => suite.nginx.accessLog.includes('"GET /dropped HTTP/1.1" 502'));
      expect(suite.nginx.accessLog + suite.nginx.errors).not.to.contain("SECRET");
    });

    it("a new service is one object, and another release one reload", async () => {
      expect(await suite.visitor.get("", "/", { headers: { Host: "demo.example" } }).catch(() => null)).to.equal(null);
      suite.nginx.write("two", { services: withDemo, upstream: suite.upstreams.address, hsts: false });
      expect(suite.nginx.test("two")).to.equal("ok");
      expect((await suite.visitor.get("desk", "/")).headers).to.have.property("strict-transport-security");
      suite.nginx.switchTo("two");
      await suite.nginx.reload();
      await until(
        "the reload",
        async () => !("strict-transport-security" in (await suite.visitor.get("desk", "/")).headers),
      );
      const answer = await suite.visitor.get("demo", "/hello");
      expect(answer.echo()).to.include({ upstream: "demo:9000", url: "/hello" });
      expect(answer.headers).not.to.have.property("strict-transport-security");
      expect((await suite.visitor.get(bareAddress, "/demo", { scheme: "http" })).headers.location).to.equal(
        `${origin("demo")}/`,
      );
    });
  });
});
