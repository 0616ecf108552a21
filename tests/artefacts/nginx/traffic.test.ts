import { expect } from "chai";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { sandboxCatalogue } from "../../support/fixtures";
import { freePort } from "../../support/free-port";
import { until } from "../../support/until";
import { nginxSuite } from "../../support/nginx/suite";
import { acceptKey } from "../../support/nginx/upstreams";

const { services } = sandboxCatalogue();
const MB = 1024 * 1024;

describe("nginx: traffic", () => {
  const suite = nginxSuite(services);

  describe("sockets and streams", () => {
    for (const [label, path] of [
      ["desk", "/cable"],
      ["n8n", "/rest/push?pushRef=1"],
      ["data", "/data/jupyter/api/kernels/1/channels"],
    ] as const) {
      it(`a websocket to ${label}${path} carries frames both ways`, async () => {
        const { key, response, socket } = await suite.visitor.socket(label, path);
        expect(response.statusCode).to.equal(101);
        expect(response.headers["sec-websocket-accept"]).to.equal(acceptKey(key));
        const frame = Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x69, 0x6b]);
        socket.write(frame);
        expect((await once(socket, "data"))[0]).to.deep.equal(frame);
        socket.destroy();
      });
    }

    it("an upgrade to anything else is not passed on", async () => {
      const headers = { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__" };
      const { upstream, headers: got } = (await suite.visitor.get("desk", "/", { headers })).echo();
      expect(upstream).to.equal("chatwoot-web:3000");
      expect(got).not.to.have.any.keys("upgrade", "connection");
    });

    for (const label of ["n8n", "chat", "data"]) {
      it(`the first event of ${label} arrives before the second is sent, and is not compressed`, async () => {
        let stream: ServerResponse | undefined;
        suite.upstreams.answers.set("/events", (_, response) => {
          stream = response.writeHead(200, { "Content-Type": "text/event-stream" });
          stream.write("data: 1\n\n");
        });
        const request = suite.visitor.open(label, "/events", { headers: { "Accept-Encoding": "gzip" } }).end();
        const [response] = (await once(request, "response")) as [IncomingMessage];
        expect(String((await once(response, "data"))[0])).to.equal("data: 1\n\n");
        expect(response.headers).not.to.have.property("content-encoding");
        stream?.end("data: 2\n\n");
        expect(String((await once(response, "data"))[0])).to.equal("data: 2\n\n");
      });
    }

    it("scripts are compressed", async () => {
      suite.upstreams.answers.set("/packs/big.js", (_, response) =>
        response.writeHead(200, { "Content-Type": "application/javascript" }).end("a".repeat(10_000)),
      );
      const request = suite.visitor.open("desk", "/packs/big.js", { headers: { "Accept-Encoding": "gzip" } }).end();
      const [response] = (await once(request, "response")) as [IncomingMessage];
      const body = Buffer.concat((await response.toArray()) as Buffer[]);
      expect(response.headers["content-encoding"]).to.equal("gzip");
      expect(gunzipSync(body)).to.have.length(10_000);
    });
  });

  describe("rate limits", () => {
    const flood = (times: number, label: string, path: string, from: string, method = "GET") =>
      suite.visitor.flood(times, label, path, { from, method });

    it("pages: a burst of 60, then 10 a second; an API: 30 a second, counted apart", async function () {
      const from = "127.0.1.1";
      const limited = async (path: string, rate: number) => {
        const start = Date.now();
        const counts = await flood(200, "desk", path, from);
        const allowance = 61 + (rate * (Date.now() - start)) / 1000;
        expect(counts.get(200), path).to.be.within(61, Math.ceil(allowance) + 1);
        expect(counts.get(429), path).to.equal(200 - (counts.get(200) ?? 0));
      };
      await limited("/app/page", 10);
      let refused: Awaited<ReturnType<typeof suite.visitor.get>> | undefined;
      while (refused === undefined) {
        const tries = Array.from({ length: 200 }, () => suite.visitor.get("desk", "/app/page", { from }));
        refused = (await Promise.all(tries)).find(({ status }) => status === 429);
      }
      expect(refused.headers).to.include({ "retry-after": "5", "x-frame-options": "SAMEORIGIN" });
      await limited("/api/v1/accounts", 30);
      // somebody else is not affected
      expect((await suite.visitor.get("desk", "/app/page", { from: "127.0.1.2" })).status).to.equal(200);
    });

    it("static files and sockets are not limited", async () => {
      for (const [label, path] of [
        ["desk", "/vite/chunk.js"],
        ["desk", "/cable"],
        ["n8n", "/rest/push"],
        ["data", "/data/jupyter/api/kernels"],
      ] as const) {
        expect(await flood(150, label, path, "127.0.1.3")).to.deep.equal(new Map([[200, 150]]));
      }
    });

    it("logins: those of an office at once, then five a minute, however the path is spelled", async () => {
      let from = 10;
      for (const [label, login, others] of [
        ["desk", "/auth/sign_in", ["/auth/sign_in.json", "/auth/sign_in/", "//auth/sign_in", "/auth/sign%5fin"]],
        ["n8n", "/rest/login", ["/REST/Login", "/rest/login/", "/rest/x/../login"]],
        ["chat", "/api/auth/login", ["/api/auth/login/"]],
      ] as const) {
        const address = `127.0.1.${from++}`;
        const start = Date.now();
        const counts = await flood(50, label, login, address, "POST");
        const more = Math.ceil((5 * (Date.now() - start)) / 60_000);
        expect(counts.get(200), label).to.be.within(31, 31 + more);
        expect(counts.get(429), label).to.equal(50 - (counts.get(200) ?? 0));
        for (const path of others) {
          // three at once: one may be let in meanwhile, by the five a minute
          const tried = await flood(3, label, path, address, "POST");
          expect(tried.get(429), path).to.be.at.least(2);
        }
        // n8n's pages ask there who is logged in
        expect(await flood(20, label, login, address)).to.deep.equal(new Map([[200, 20]]));
      }
    });
  });

  describe("uploads", () => {
    it("of 50 MB pass and are handed on as they come, of 51 MB are refused", async function () {
      let arrived = 0;
      suite.upstreams.answers.set("/upload", (request, response) => {
        request.on("data", (chunk: Buffer) => (arrived += chunk.length)).on("end", () => response.end(String(arrived)));
      });
      const length = { "Content-Length": String(50 * MB) };
      const request = suite.visitor.open("n8n", "/upload", { method: "POST", headers: length });
      request.write(Buffer.alloc(MB));
      await until("the first megabyte", () => arrived === MB);
      request.end(Buffer.alloc(49 * MB));
      const [response] = (await once(request, "response")) as [IncomingMessage];
      expect(String(Buffer.concat((await response.toArray()) as Buffer[]))).to.equal(String(50 * MB));

      const refused = { "Content-Length": String(51 * MB) };
      const { status } = await suite.visitor.get("n8n", "/upload", { method: "POST", headers: refused });
      expect(status).to.equal(413);
    });
  });

  describe("an application that is not there", () => {
    it("is answered by a friendly page, whatever the method", async () => {
      const closed = await freePort();
      suite.nginx.write("missing", { services, upstream: () => `127.0.0.1:${closed}` });
      suite.nginx.switchTo("missing");
      await suite.nginx.reload();
      await until("the reload", async () => (await suite.visitor.get("desk", "/")).status === 502);
      for (const method of ["GET", "POST", "DELETE"]) {
        const { text, headers, status } = await suite.visitor.get("chat", "/api/x", { method });
        expect(status).to.equal(502);
        expect(headers).to.include({
          "retry-after": "10",
          "cache-control": "no-store",
          "x-frame-options": "SAMEORIGIN",
        });
        expect(text).to.contain("no está disponible").and.contain("not available");
      }
      // the dashboard needs none of them
      expect((await suite.visitor.get("", "/")).status).to.equal(200);
    });

    it("may be unknown to the resolver when nginx starts, and is found once it is there", async () => {
      let known = false;
      const resolver = createSocket("udp4", (query, { port }) => {
        const answer = Buffer.from("c00c000100010000000100047f000001", "hex");
        const reply = Buffer.concat([query, ...(known ? [answer] : [])]);
        reply.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
        reply.writeUInt16BE(known ? 1 : 0, 6);
        resolver.send(reply, port, "127.0.0.1");
      });
      await once(resolver.bind(0, "127.0.0.1"), "listening");
      const upstream = (service: string, port: number) =>
        suite.upstreams.address(service, port).replace("127.0.0.1", service);
      const rendering = { services, upstream, resolver: `127.0.0.1:${resolver.address().port} valid=1s ipv6=off` };
      suite.nginx.write("unknown", rendering);
      expect(suite.nginx.test("unknown")).to.equal("ok");
      suite.nginx.switchTo("unknown");
      await suite.nginx.reload();
      await until("the reload", async () => (await suite.visitor.get("n8n", "/")).status === 502);
      known = true;
      await until("the upstream", async () => (await suite.visitor.get("n8n", "/")).status === 200);
      resolver.close();
    });

    it("its own errors pass as they are", async () => {
      suite.upstreams.answers.set("/broken", (_, response) => response.writeHead(502).end("mine"));
      suite.nginx.switchTo("one");
      await suite.nginx.reload();
      await until("the reload", async () => (await suite.visitor.get("chat", "/broken")).text === "mine");
    });
  });

  describe("a reload", () => {
    it("cuts neither a slow download nor a request", async () => {
      let sent = 0;
      let reloaded = false;
      suite.upstreams.answers.set("/slow", (_, response) => {
        const send = async () => {
          for (let left = 20; left > 0; left -= reloaded ? 1 : 0) {
            response.write("x".repeat(1000));
            sent += 1000;
            await sleep(20);
          }
          response.end();
        };
        void send();
      });
      const request = suite.visitor.open("chat", "/slow").end();
      const [response] = (await once(request, "response")) as [IncomingMessage];
      let received = 0;
      response.on("data", (chunk: Buffer) => (received += chunk.length));
      await until("the first piece", () => received > 0);

      suite.nginx.write("later", { services, upstream: suite.upstreams.address, hsts: false });
      suite.nginx.switchTo("later");
      const others: number[] = [];
      let done = false;
      const keepAsking = async () => {
        while (!done)
          others.push((await suite.visitor.get("", "/theme.css", { from: `127.0.2.${others.length % 250}` })).status);
      };
      const asking = Promise.all([keepAsking(), keepAsking()]);
      await suite.nginx.reload();
      await until(
        "the reload",
        async () => !("strict-transport-security" in (await suite.visitor.get("n8n", "/")).headers),
      );
      const before = received;
      reloaded = true;
      await once(response, "end");
      done = true;
      await asking;
      expect(received).to.equal(sent).and.greaterThan(before);
      expect(new Set(others)).to.deep.equal(new Set([200]));
    });
  });
});
