import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { nginx as nginxService } from "../../../services/nginx";
import { sandboxCatalogue, sandboxContext } from "../../support/fixtures";
import { until } from "../../support/until";
import { nginxSuite } from "../../support/nginx/suite";

const { services } = sandboxCatalogue();
const MB = 1024 * 1024;

// What somebody without a login can do from one address, and what everybody else notices of it.
describe("nginx: nothing from outside stops the others", function () {
  const suite = nginxSuite(services);
  const held: Duplex[] = [];
  let silent: Server | undefined;
  afterEach(() => {
    // also when the test has failed: what listens keeps the whole run from its end
    silent?.closeAllConnections();
    silent?.close();
    silent = undefined;
    for (const socket of held.splice(0)) socket.destroy();
    suite.upstreams.answers.clear();
  });

  /** Status for somebody else, `0` when there is none in time. */
  const other = (label: string, path = "/other"): Promise<number> =>
    Promise.race([
      suite.visitor.get(label, path, { from: "127.0.0.7" }).then(
        ({ status }) => status,
        () => 0,
      ),
      sleep(10_000, 0),
    ]);

  /** A connection that has said `text` and then holds its tongue. */
  const hold = async (label: string, text: string): Promise<TLSSocket | undefined> => {
    const { ports, certificate, hosts } = suite.nginx;
    const servername = `${label}.${hosts.apex}`;
    const socket = connectTls({ host: "127.0.0.1", port: ports.https, ca: certificate, servername });
    held.push(socket);
    socket.on("error", () => undefined);
    await Promise.race([once(socket, "secureConnect"), once(socket, "close")]).catch(() => undefined);
    if (socket.destroyed) return undefined;
    socket.write(text);
    return socket;
  };

  /** Memory of all its processes, MiB: what they have for themselves, and their share of the rest. */
  const memory = (): number =>
    suite.nginx.processes
      .map((pid) => execFileSync("cat", [`/proc/${pid}/smaps_rollup`], { encoding: "utf8" }))
      .reduce((sum, text) => sum + Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024, 0);

  it("sockets: an address has thirty, and others are answered by every host (APP-13)", async () => {
    let refused = 0;
    await Promise.all(
      Array.from({ length: 600 }, () =>
        suite.visitor.socketOr("desk", "/cable").then((answer) => {
          if (typeof answer === "number") refused += 1;
          else held.push(answer);
        }),
      ),
    );
    expect(held).to.have.length(30);
    expect(refused).to.equal(570);
    for (const label of ["", "desk", "n8n", "chat", "data"])
      expect(await other(label, "/"), label).to.be.oneOf([200, 302]);
    // and somebody else's socket
    const { socket } = await suite.visitor.socket("desk", "/cable", {}, "127.0.0.7");
    held.push(socket);
  });

  it("half-sent requests: 1,013 of them fit the container's memory, and others are answered (APP-13)", async () => {
    const before = memory();
    const line = `X-Pad: ${"x".repeat(7900)}\r\n`;
    const { apex } = suite.nginx.hosts;
    for (let i = 0; i < 1013; i += 50)
      await Promise.all(
        Array.from({ length: Math.min(50, 1013 - i) }, () =>
          hold("desk", `GET / HTTP/1.1\r\nHost: desk.${apex}\r\n${line}${line}${line}X-More: `),
        ),
      );
    const after = memory();
    expect(await other("n8n"), "another visitor").to.equal(200);
    console.log(
      `      ${before.toFixed(1)} MiB before, ${after.toFixed(1)} with ${held.filter((s) => !s.destroyed).length}`,
    );
    const { memoryMb } = nginxService(sandboxContext());
    expect(after).to.be.lessThan(Math.min(memoryMb.compact, memoryMb.standard));
    expect(suite.nginx.errors).not.to.contain("worker_connections are not enough");
    // they are told to go
    await until("their end", () => held.every((s) => s.destroyed || s.readableEnded), 25);
  });

  it("slow readers of a large file do not hold the application (APP-13)", async () => {
    let open = 0;
    suite.upstreams.answers.set("/rails/active_storage/large", (_, response) => {
      open += 1;
      response.writeHead(200, { "Content-Length": String(40 * MB) }).end(Buffer.alloc(40 * MB));
      response.once("close", () => (open -= 1));
    });
    const readers = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const request = suite.visitor.open("desk", "/rails/active_storage/large").end();
        const [response] = (await once(request, "response")) as [IncomingMessage];
        // nothing is read from here on
        response.pause();
        held.push(response.socket);
        return response;
      }),
    );
    await until("the application's freedom", () => open === 0, 30);
    const [first] = readers;
    let got = 0;
    first?.on("data", (chunk: Buffer) => (got += chunk.length)).resume();
    await until("the whole file", () => got === 40 * MB, 30);
  });

  it("what they read lies on the disk, and goes with them", async () => {
    const files = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((f) => statSync(join(folder, f)).isFile());
    await until("an empty folder", () => files(suite.nginx.folders.spool).length === 0);
    expect(files(suite.nginx.folders.cache)).to.deep.equal([]);
  });

  it("slow senders do not take the data bridge's connections (APP-13)", async () => {
    let arrived = 0;
    const counting = (request: IncomingMessage) =>
      (arrived += Number(request.headers["content-length"] ?? 0) > 0 ? 1 : 0);
    suite.upstreams.answers.set("/data/api/v1", (request, response) => {
      counting(request);
      response.end("ok");
    });
    const { apex } = suite.nginx.hosts;
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        hold(
          "data",
          `POST /data/${i % 2 === 0 ? "api/v1" : "health"} HTTP/1.1\r\nHost: data.${apex}\r\nContent-Length: 900\r\n\r\nx`,
        ),
      ),
    );
    await sleep(500);
    expect(arrived).to.equal(0);
    expect(suite.upstreams.connections("data-bridge:8000")).to.be.lessThan(40);
    expect(await other("data", "/data/health")).to.equal(200);
    const large = { method: "POST", headers: { "Content-Length": "10000" } };
    for (const path of ["/data/api/v1", "/data/health", "/DATA/API/v1", "//data/health"])
      expect((await suite.visitor.get("data", path, { ...large, from: "127.0.0.8" })).status, path).to.equal(413);
    const small = await suite.visitor.get("data", "/data/api/v1", { method: "POST", body: "{}", from: "127.0.0.8" });
    expect(small.status).to.equal(200);
    expect(arrived).to.equal(1);
  });

  it("a sender who stops is told to go, and one who goes on is not", async function () {
    const slow = await hold(
      "n8n",
      `POST /form/x HTTP/1.1\r\nHost: n8n.${suite.nginx.hosts.apex}\r\nContent-Length: 9\r\n\r\nx`,
    );
    slow?.resume();
    await until("its end", () => slow?.closed === true || slow?.readableEnded === true, 25);
  });

  it("webhooks: a body of more than 1 MiB costs the application nothing, however the path is spelled (APP-1)", async () => {
    const big = { method: "POST", headers: { "Content-Length": String(15 * MB) }, from: "127.0.0.11" };
    for (const [label, path] of [
      ["n8n", "/webhook/chatwoot-bot"],
      ["n8n", "/WEBHOOK/chatwoot-bot"],
      ["n8n", "//webhook/chatwoot-bot"],
      ["n8n", "/x/../webhook/chatwoot-bot"],
      ["n8n", "/%77ebhook/chatwoot-bot"],
      ["n8n", "/webhook-waiting/1"],
      ["n8n", "/mcp/x"],
      ["desk", "/webhooks/whatsapp/1"],
    ] as const)
      expect((await suite.visitor.get(label, path, big)).status, path).to.equal(413);
    const body = Buffer.alloc(MB - 1000);
    expect((await suite.visitor.get("n8n", "/webhook/a", { method: "POST", body })).echo().bytes).to.equal(body.length);
  });

  it("webhooks: 200 at once pass, on every path of their kind (APP-31)", async () => {
    let from = 30;
    for (const [label, path] of [
      ["n8n", "/webhook/orders"],
      ["n8n", "/webhook-waiting/1"],
      ["n8n", "/mcp/x"],
      ["desk", "/webhooks/whatsapp/1"],
    ] as const) {
      const counts = await suite.visitor.flood(200, label, path, { method: "POST", from: `127.0.0.${from++}` });
      expect(counts, path).to.deep.equal(new Map([[200, 200]]));
    }
  });

  it("an office of 15 behind one address logs in within the same minute (APP-31)", async () => {
    const ask = { method: "POST", from: "127.0.0.50" };
    for (const [label, path] of [
      ["desk", "/auth/sign_in"],
      ["chat", "/api/auth/login"],
    ] as const)
      expect(await suite.visitor.flood(15, label, path, ask)).to.deep.equal(new Map([[200, 15]]));
  });

  it("forms and chats of n8n may be framed by the company's site (APP-30)", async () => {
    for (const path of ["/form/x", "/form-waiting/1", "/webhook/x", "/webhook/x/chat"]) {
      const { headers } = await suite.visitor.get("n8n", path);
      expect(headers, path).not.to.have.any.keys("x-frame-options", "content-security-policy");
    }
    expect((await suite.visitor.get("n8n", "/home")).headers).to.have.property("x-frame-options");
  });

  it("one application that does not answer leaves the connections of the others", async () => {
    silent = createServer(() => undefined);
    await once(silent.listen(0, "127.0.0.1"), "listening");
    const at = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const upstream = (service: string, port: number) =>
      service === "librechat" ? at : suite.upstreams.address(service, port);
    suite.nginx.write("silent", { services, upstream, workerConnections: 400 });
    suite.nginx.switchTo("silent");
    await suite.nginx.reload();
    const statuses: number[] = [];
    for (let i = 0; i < 300; i++) {
      const request = suite.visitor.open("chat", "/x", { from: `127.0.3.${i % 250}` }).end();
      request.on("response", (response: IncomingMessage) => statuses.push(response.statusCode ?? 0));
      request.on("error", () => undefined);
      request.on("socket", (socket) => held.push(socket));
    }
    await until("what is too much for it", () => statuses.length >= 100);
    // the limit is of all workers: 200 of 300 wait. 500: most of them came to one, which has no connection left
    for (const status of statuses) expect(status).to.be.oneOf([500, 502]);
    expect(await other("desk")).to.equal(200);
  });
});
