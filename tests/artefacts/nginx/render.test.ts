import { expect } from "chai";
import fc from "fast-check";
import { buildCatalogue } from "../../../services/catalogue";
import type { Route, Service } from "../../../services/model/types";
import { renderNginx } from "../../../templates/nginx";
import { address, demo, hosts, sandboxCatalogue, sandboxContext } from "../../support/fixtures";
import { need } from "../../support/need";
import { Nginx } from "../../support/nginx/nginx";
import { Upstreams } from "../../support/nginx/upstreams";
import { Visitor } from "../../support/nginx/visitor";

const { services } = sandboxCatalogue();
const input = { services, hosts, address, hsts: true };
const example = buildCatalogue([demo], sandboxContext(), {}).services[0] as Service & { readonly route: Route };
const withRoute = (route: Partial<Route>, service: Partial<Service> = {}): Service => ({
  ...example,
  ...service,
  route: { ...example.route, ...route },
});

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
const port = fc.integer({ min: 1, max: 65535 });
const segment = fc.stringMatching(/^[A-Za-z0-9_~@:+,=!-][A-Za-z0-9_.~@:+,=!-]{0,12}$/);
const path = fc
  .tuple(
    fc.array(fc.oneof(segment, fc.constantFrom(".well-known", ".hidden", "...")), { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", "/"),
  )
  .map(([segments, end]) => `/${segments.join("/")}${end}`);
const prefixes = fc.array(fc.oneof({ weight: 9, arbitrary: path }, { weight: 1, arbitrary: fc.constant("/") }), {
  maxLength: 6,
});
const route: fc.Arbitrary<Route> = fc
  .record(
    {
      host: name,
      legacyPath: name.map((n) => `/${n}/`),
      paths: fc.array(fc.record({ prefix: path, port }), { maxLength: 4 }),
      home: path,
      unlimited: prefixes,
      logins: fc.array(path, { maxLength: 3 }),
      api: prefixes,
      webhooks: prefixes,
      bodiless: prefixes,
      sockets: prefixes,
      framable: prefixes,
      cached: prefixes,
      cachedBriefly: prefixes,
      unbuffered: fc.boolean(),
      healthPath: path,
    },
    { requiredKeys: ["host", "unlimited", "logins", "api", "sockets", "framable", "unbuffered", "healthPath"] },
  )
  .map((r) => r as Route);
const validServices = fc
  .uniqueArray(fc.tuple(name, route, port), {
    maxLength: 5,
    selector: ([n, r]) => [n, r.host, r.legacyPath ?? n],
    comparator: (a, b) => a.some((value, i) => value === b[i]),
  })
  .map((all) => all.map(([n, r, p]) => ({ ...example, name: n, ports: [p], route: r })));

describe("nginx: rendering", () => {
  it("gives the same bytes for the same services in any order", () => {
    const files = renderNginx(input);
    expect(renderNginx({ ...input, services: [...services].reverse() })).to.deep.equal(files);
    expect(Object.keys(files)).to.include("nginx/nginx.conf").and.include("nginx/conf.d/n8n.conf");
    expect(Object.values(files).join("")).not.to.contain("@@");
  });

  it("uses the container's paths, its resolver, and the names of the services", () => {
    const text = Object.values(renderNginx(input)).join("\n");
    expect(text).to.contain("resolver 127.0.0.11 valid=2s").and.contain("server chatwoot-web:3000 resolve ");
    expect(text).to.contain("ssl_certificate /tls/live.crt;").and.contain("root /acme;");
    expect(text).to.contain("alias /status/health.json;").and.contain("root /releases/current/dashboard;");
  });

  it("names every problem of the services that it cannot take", () => {
    const bad = [
      withRoute({ host: "a.b", home: "/", logins: ["/"] }, { name: "Bad", ports: [] }),
      withRoute({ host: "" }, { name: "apex" }),
    ];
    const render = () => renderNginx({ ...input, services: bad, address: "localhost" });
    for (const part of [
      'host "a.b"',
      'host ""',
      'home "/"',
      'logins: "/"',
      "Bad has a route and no port",
      '"Bad" is not',
      "address",
      '"/demo/" is used twice',
    ])
      expect(render).to.throw(part);
  });

  it("lets no field smuggle in a directive", () => {
    const nasty = fc
      .tuple(
        fc.constantFrom(";", "{", "}", '"', "'", "\\", "$", "#", " ", "\n", "\r", "\0", "*", "(", "%", "ñ", "/../"),
        fc.string(),
      )
      .map(([a, b]) => `/x${a}${b}`);
    fc.assert(
      fc.property(nasty, (text) => {
        const routes: Partial<Route>[] = [
          ...(["unlimited", "logins", "api", "webhooks", "bodiless", "sockets", "framable"] as const).map((field) => ({
            [field]: [text],
          })),
          { host: text },
          { home: text },
          { legacyPath: `${text}/` },
          { paths: [{ prefix: text, port: 1 }] },
        ];
        for (const r of routes) expect(() => renderNginx({ ...input, services: [withRoute(r)] })).to.throw(/^nginx: /);
        expect(() => renderNginx({ ...input, services: [withRoute({}, { name: text })] })).to.throw(/^nginx: /);
        expect(() => renderNginx({ ...input, hosts: { ...hosts, apex: text } })).to.throw(/^nginx: /);
      }),
    );
  });

  it("nginx takes whatever routes are valid", async function () {
    const nginx = await Nginx.create(need(this, "nginx"));
    let id = 0;
    try {
      fc.assert(
        fc.property(
          validServices,
          fc.boolean(),
          fc.integer({ min: 16, max: 2048 }),
          (some, hsts, workerConnections) => {
            nginx.write(`random-${++id}`, { services: some, hsts, workerConnections });
            expect(nginx.test(`random-${id}`)).to.equal("ok");
          },
        ),
        { numRuns: 60 },
      );
    } finally {
      await nginx.stop();
    }
  });

  it("without TLS everything is on one port", async function () {
    const nginx = await Nginx.create(need(this, "nginx"), "http");
    const upstreams = new Upstreams();
    try {
      await upstreams.start(services);
      nginx.write("local", { services, upstream: upstreams.address });
      expect(nginx.test("local")).to.equal("ok");
      nginx.switchTo("local");
      await nginx.start();
      const visitor = new Visitor(nginx);
      const page = await visitor.get("", "/", { headers: { Host: `localhost:${nginx.ports.http}` } });
      expect(page.text).to.contain("<!doctype html>");
      expect(page.headers).not.to.have.property("strict-transport-security");
      const { upstream, headers } = (await visitor.get("desk", "/app")).echo();
      expect({ upstream, proto: headers["x-forwarded-proto"] }).to.deep.equal({
        upstream: "chatwoot-web:3000",
        proto: "http",
      });
      const { status, headers: redirect } = await visitor.get("127.0.0.1", "/n8n");
      expect(status).to.equal(302);
      expect(redirect.location).to.equal(`http://n8n.localhost:${nginx.ports.http}/`);
    } finally {
      await upstreams.stop();
      await nginx.stop();
    }
  });
});
