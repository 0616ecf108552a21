import { expect } from "chai";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { sandboxCatalogue } from "../../support/fixtures";
import { until } from "../../support/until";
import { nginxSuite } from "../../support/nginx/suite";

const { services } = sandboxCatalogue();

describe("nginx: connections that stay open", function () {
  const suite = nginxSuite(services);

  it("one to an application serves many requests (HOST-17)", async () => {
    const ports = new Set<number>();
    suite.upstreams.answers.set("/port", (request, response) => {
      ports.add(request.socket.remotePort ?? 0);
      response.end();
    });
    for (let i = 0; i < 40; i++) await suite.visitor.get("desk", "/port", { from: `127.0.4.${i}` });
    // each of the two workers has its own
    expect(ports.size).to.be.at.most(4);
  });

  it("reloads under load lose no request, nor the connection that a visitor is using", async () => {
    const { ports, certificate, hosts } = suite.nginx;
    let done = false;
    const seen = { requests: 0, failed: [] as unknown[] };
    const visit = async (label: string, n: number) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: `127.0.5.${n}` });
      const name = label === "" ? hosts.apex : `${label}.${hosts.apex}`;
      while (!done) {
        const request = httpsRequest({
          ...{ host: "127.0.0.1", port: ports.https, path: label === "" ? "/theme.css" : "/vite/x.js", agent },
          ...{ ca: certificate, servername: name, headers: { Host: name } },
        }).end();
        try {
          const [response] = (await once(request, "response")) as [IncomingMessage];
          await response.resume().toArray();
          seen.requests += 1;
          // of a request that was sent on a connection that had served others before: closed between two requests
          if (response.statusCode !== 200 && response.statusCode !== 429) seen.failed.push(response.statusCode);
        } catch (error) {
          seen.failed.push(error);
        }
        await sleep(15);
      }
      agent.destroy();
    };
    const all = Promise.all(["desk", "desk", "desk", "n8n", "chat", "data"].map((label, n) => visit(label, n + 1)));
    try {
      for (let i = 0; i < 3; i++) {
        suite.nginx.write(`load-${i}`, { services, upstream: suite.upstreams.address });
        suite.nginx.switchTo(`load-${i}`);
        await suite.nginx.reload();
        await sleep(300);
      }
    } finally {
      done = true;
      await all;
    }
    expect(seen.requests).to.be.greaterThan(20);
    expect(seen.failed).to.deep.equal([]);
  });

  it("an application that comes back at another address is found there", async () => {
    let at = 1;
    const resolver = createSocket("udp4", (query, { port }) => {
      const answer = Buffer.from(`c00c000100010000025800047f0000${at.toString(16).padStart(2, "0")}`, "hex");
      const reply = Buffer.concat([query, answer]);
      // Docker says 600 seconds
      reply.writeUInt16BE(0x8180, 2);
      reply.writeUInt16BE(1, 6);
      resolver.send(reply, port, "127.0.0.1");
    });
    await once(resolver.bind(0, "127.0.0.1"), "listening");
    const listen = async (address: string, port: number): Promise<Server> => {
      const server = createServer((_, response) => response.end(address));
      await once(server.listen(port, address), "listening");
      return server;
    };
    const first = await listen("127.0.0.1", 0);
    const { port } = first.address() as AddressInfo;
    const upstream = (service: string, its: number) =>
      service === "n8n" ? `n8n:${port}` : suite.upstreams.address(service, its);
    const resolving = `127.0.0.1:${resolver.address().port} valid=2s ipv6=off`;
    suite.nginx.write("moves", { services, upstream, resolver: resolving });
    suite.nginx.switchTo("moves");
    await suite.nginx.reload();
    await until("the first", async () => (await suite.visitor.get("n8n", "/")).text === "127.0.0.1");
    first.closeAllConnections();
    first.close();
    at = 2;
    const second = await listen("127.0.0.2", port);
    await until(
      "the second",
      async () => (await suite.visitor.get("n8n", "/", { from: "127.0.0.8" })).text === "127.0.0.2",
    );
    second.closeAllConnections();
    second.close();
    resolver.close();
  });

  it("a request that may have had an effect is never sent twice", async () => {
    let times = 0;
    suite.upstreams.answers.set("/dies", (request) => {
      times += 1;
      request.socket.destroy();
    });
    suite.nginx.switchTo("one");
    await suite.nginx.reload();
    for (let i = 0; i < 3; i++) await suite.visitor.get("chat", "/warm", { from: "127.0.0.9" });
    expect(
      (await suite.visitor.get("chat", "/dies", { method: "POST", body: "x", from: "127.0.0.9" })).status,
    ).to.equal(502);
    expect(times).to.equal(1);
  });
});
