import { expect } from "chai";
import { runInNewContext } from "node:vm";
import { renderFrames, renderHeaderNames, renderLegacyPaths } from "../../../../templates/cloudfront";
import { forwardedHeaders } from "../../../../templates/nginx/forwarded";
import type { RecordedResource } from "../../../../record/record";
import { hosts } from "../../../support/fixtures";
import { domain, edgeRoutes, list, ofKind, one, recordEdge, type Inputs } from "../../../support/recorded/edge";

const run = (code: string, event: unknown): unknown =>
  runInNewContext(`${code}\nJSON.stringify(handler(${JSON.stringify(event)}))`) as unknown;

describe("edge: CloudFront functions", () => {
  const hosts = { apex: domain, scheme: "https", port: 443 } as const;
  const go = (uri: string, querystring: Inputs = {}): Inputs => {
    const text = run(renderLegacyPaths(edgeRoutes, hosts), { request: { uri, querystring, headers: {} } });
    return JSON.parse(String(text)) as Inputs;
  };
  const location = (answer: Inputs): unknown => ((answer["headers"] as Inputs)["location"] as Inputs)["value"];

  it("leads the seed's paths to their hosts", () => {
    const expected: Record<string, string> = {
      "/n8n": "https://n8n.example.com/",
      "/n8n/": "https://n8n.example.com/",
      "/n8n/workflow/7": "https://n8n.example.com/workflow/7",
      "/chatwoot/app/accounts/1": "https://desk.example.com/app/accounts/1",
      "/chat/c/new": "https://chat.example.com/c/new",
      "/data/": "https://data.example.com/",
      "/data/api/queries": "https://data.example.com/data/api/queries",
    };
    for (const [from, to] of Object.entries(expected)) {
      const answer = go(from);
      expect(answer["statusCode"], from).to.equal(302);
      expect(location(answer), from).to.equal(to);
    }
    for (const own of ["/", "/index.html", "/chats", "/n8nx/"]) expect(go(own), own).to.include({ uri: own });
  });

  it("keeps the query as it came", () => {
    const value = { value: "a%20b", multiValue: [{ value: "a%20b" }, { value: "" }] };
    expect(location(go("/n8n/x", { q: value, z: { value: "1" } }))).to.equal("https://n8n.example.com/x?q=a%20b&q&z=1");
  });

  it("lets others frame the widget, and no other host's page on the same path", () => {
    const code = renderFrames(edgeRoutes, hosts);
    const answer = (host: string, headers: Inputs = {}) =>
      (
        JSON.parse(
          String(
            run(code, {
              request: { uri: "/widget", headers: { host: { value: host } } },
              response: { statusCode: 200, headers },
            }),
          ),
        ) as { headers: Inputs }
      ).headers;
    expect(answer("desk.example.com")).to.deep.equal({});
    expect(answer("n8n.example.com")).to.deep.equal({ "x-frame-options": { value: "SAMEORIGIN" } });
    const own = { "x-frame-options": { value: "DENY" } };
    expect(answer("n8n.example.com", own)).to.deep.equal(own);
  });
});

describe("edge: header names", () => {
  /** What the application gets of a visitor's headers. */
  const arrive = (headers: Record<string, string>): Record<string, string> => {
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
    const text = run(renderHeaderNames(), { request: { uri: "/", headers: sent } });
    const { headers: left } = JSON.parse(String(text)) as { headers: Record<string, { value: string }> };
    return Object.fromEntries(Object.entries(left).map(([name, { value }]) => [name, value]));
  };

  it("gives names with underscores hyphens, which Rack reads as the same and the load balancer lets pass (AWS-14)", () => {
    expect(arrive({ api_access_token: "T", accept: "*/*" })).to.deep.equal({ "api-access-token": "T", accept: "*/*" });
    expect(arrive({ x_my_key: "k", "x-hub_signature": "s" })).to.deep.equal({
      "x-my-key": "k",
      "x-hub-signature": "s",
    });
    // names that the load balancer drops, and nginx as well (ignore_invalid_headers), stay as they are
    expect(arrive({ "my.header": "v" })).to.deep.equal({ "my.header": "v" });
  });

  it("keeps all values of a header, and the hyphens' own where both are sent", () => {
    const both = { api_access_token: { value: "a" }, "api-access-token": { value: "b" } };
    expect(arrive({ api_access_token: "a", "api-access-token": "b" })).to.deep.equal({ "api-access-token": "b" });
    const many = { x_key: { value: "1", multiValue: [{ value: "1" }, { value: "2" }] }, ...both };
    const text = String(run(renderHeaderNames(), { request: { uri: "/", headers: many } }));
    expect(text).to.contain('"x-key":{"value":"1","multiValue":[{"value":"1"},{"value":"2"}]}');
  });

  it("lets no spelling of a header through by which a visitor feigns a proxy, and makes none of CloudFront's own", () => {
    // all that nginx sets or drops in its place, in all of their spellings
    const names = [...forwardedHeaders(hosts).matchAll(/^proxy_set_header (\S+)/gm)].map(([, name = ""]) =>
      name.toLowerCase(),
    );
    expect(names).to.include.members(["x_forwarded_for", "x-real_ip", "client_ip"]);
    const theirs = ["content_length", "transfer_encoding", "x_amz_cf_id", "x_edge_x", "cdn_loop", "x_origin_verify"];
    // one that the edge writes itself, or that has one word, is no more than CloudFront would pass
    const own = ["host", "connection", "upgrade", "x-forwarded-for", "x-forwarded-proto"];
    for (const name of [...names, ...theirs].filter((n) => !own.includes(n))) {
      expect(arrive({ [name]: "feigned", host: "h" }), name).to.deep.equal({ host: "h" });
    }
  });

  it("runs before every request that reaches an application, beside the function of the frames", async () => {
    const { resources } = await recordEdge();
    const { defaultCacheBehavior, orderedCacheBehaviors } = one(resources, "edge-cdn").inputs;
    for (const behaviour of [defaultCacheBehavior as Inputs, ...list(orderedCacheBehaviors)]) {
      const events = list(behaviour["functionAssociations"]).map((f) => f["eventType"] as string);
      expect(new Set(events).size, "one function for each event").to.equal(events.length);
      const passing = behaviour["originRequestPolicyId"] !== undefined;
      expect(events.includes("viewer-request"), String(behaviour["pathPattern"])).to.equal(passing);
    }
    expect(one(resources, "edge-alb-balancer").inputs).to.include({ dropInvalidHeaderFields: true });
    expect(renderHeaderNames().length, "CloudFront takes 10 KB").to.be.lessThan(10_240);
  });
});

describe("edge: how long files are kept", () => {
  const policyOf = async (routes = edgeRoutes) => {
    const { resources } = await recordEdge({ routes });
    const behaviours = list(one(resources, "edge-cdn").inputs["orderedCacheBehaviors"]);
    const named = (id: unknown) => resources.find((r) => r.id !== undefined && r.id === id)?.name;
    return (pattern: string) => {
      const found = behaviours.find((b) => b["pathPattern"] === pattern);
      return [named(found?.["cachePolicyId"]), named(found?.["responseHeadersPolicyId"])];
    };
  };

  it("keeps what has no hash in its name for five minutes, in browsers too (AWS-16)", async () => {
    const { resources } = await recordEdge();
    const { minTtl, defaultTtl, maxTtl } = one(resources, "edge-briefly").inputs;
    expect([minTtl, defaultTtl, maxTtl]).to.deep.equal([0, 300, 300]);
    const { items } = one(resources, "edge-framable-briefly").inputs["customHeadersConfig"] as { items: Inputs[] };
    expect(items).to.deep.include({ header: "Cache-Control", value: "public, max-age=300", override: true });
    const long = JSON.stringify(one(resources, "edge-framable").inputs);
    expect(long).not.to.contain("Cache-Control");
    expect(one(resources, "edge-assets").inputs["maxTtl"], "a path is that of every host").to.equal(86_400);
  });

  it("takes the longer prefix, and the shorter time where hosts differ", async () => {
    const [first] = edgeRoutes;
    if (first === undefined) throw new Error("no route");
    const third = { ...first, service: "third", host: "third", logins: [], framable: [], legacyPath: "/third/" };
    const of = await policyOf([
      ...edgeRoutes,
      { ...third, cached: ["/vite/", "/packs/hashed/"], cachedBriefly: ["/assets/", "/vite/sdk/"] },
    ]);
    expect(of("/packs/*")).to.deep.equal(["edge-briefly", "edge-framable-briefly"]);
    expect(of("/packs/hashed/*")).to.deep.equal(["edge-assets", "edge-framable"]);
    expect(of("/assets/*")).to.deep.equal(["edge-briefly", "edge-headers-briefly"]);
    expect(of("/vite/*")).to.deep.equal(["edge-assets", "edge-framable"]);
    expect(of("/vite/sdk/*")).to.deep.equal(["edge-briefly", "edge-framable-briefly"]);
  });
});

describe("edge: CloudFront and WAF", () => {
  it("keeps hashed files, passes everything else on, and caches no error", async () => {
    const { resources } = await recordEdge();
    const { inputs } = one(resources, "edge-cdn");
    expect(inputs["defaultCacheBehavior"]).to.include({ viewerProtocolPolicy: "redirect-to-https" });
    const behaviours = list(inputs["orderedCacheBehaviors"]);
    const methods = (pattern: string) =>
      (behaviours.find((b) => b["pathPattern"] === pattern)?.["allowedMethods"] as string[]).length;
    expect(behaviours.map((b) => b["pathPattern"])).to.have.members([
      "/vite/*",
      "/packs/*",
      "/assets/*",
      "/widget*",
      "/survey/*",
      "/hc/*",
    ]);
    expect([methods("/vite/*"), methods("/widget*")]).to.deep.equal([3, 7]);
    expect(list(inputs["customErrorResponses"]).map((e) => e["errorCachingMinTtl"])).to.deep.equal(Array(10).fill(0));
    expect(inputs).to.include({ httpVersion: "http2and3", isIpv6Enabled: true });
    const key = one(resources, "edge-assets").inputs["parametersInCacheKeyAndForwardedToOrigin"];
    expect(JSON.stringify(key)).to.contain("Host");
  });

  it("tells the applications the visitor's own address, and nothing that a visitor could feign", async () => {
    const { resources } = await recordEdge();
    expect(one(resources, "edge-alb-balancer").inputs).to.include({ xffHeaderProcessingMode: "preserve" });
    const request = one(resources, "edge-request").inputs;
    const { defaultCacheBehavior, orderedCacheBehaviors } = one(resources, "edge-cdn").inputs;
    const passing = [defaultCacheBehavior as Inputs, ...list(orderedCacheBehaviors)].filter(
      (b) => (b["allowedMethods"] as string[]).length === 7,
    );
    expect(passing).to.have.length(4);
    for (const behaviour of passing) expect(behaviour["originRequestPolicyId"]).to.match(/^edge-request/);
    expect(request["headersConfig"]).to.include({ headerBehavior: "allExcept" });
    const left = JSON.stringify(request["headersConfig"]);
    for (const name of ["Forwarded", "Client-IP", "X-Forwarded-Host"]) expect(left).to.contain(`"${name}"`);
    for (const needed of ["Host", "Origin", "Authorization", "X-Forwarded-For"]) {
      expect(left).not.to.contain(`"${needed}"`);
    }
    expect([request["cookiesConfig"], request["queryStringsConfig"]]).to.deep.equal([
      { cookieBehavior: "all" },
      { queryStringBehavior: "all" },
    ]);
  });

  it("sends frame headers everywhere but where the application decides", async () => {
    const { resources } = await recordEdge();
    const config = (name: string) => one(resources, name).inputs["securityHeadersConfig"] as Inputs;
    expect(config("edge-headers")).to.include.keys("frameOptions", "contentSecurityPolicy", "strictTransportSecurity");
    expect(config("edge-framable")).to.include.keys("strictTransportSecurity");
    expect(config("edge-framable")).not.to.have.any.keys("frameOptions", "contentSecurityPolicy");
  });

  it("has certificate, firewall and their logs in us-east-1, and both distributions behind them", async () => {
    const { resources } = await recordEdge();
    const away = resources.filter((r) => r.inputs["region"] === "us-east-1").map((r) => r.name);
    expect(away).to.include.members([
      "edge-certificate-cloudfront",
      "edge-waf-acl",
      "edge-waf-log",
      "edge-waf-logging",
    ]);
    expect(away).not.to.include("edge-certificate-regional");
    expect(one(resources, "edge-waf-log").inputs["name"]).to.match(/^aws-waf-logs-/);
    for (const d of ofKind(resources, "Distribution")) {
      expect(d.inputs["webAclId"]).to.match(/^arn:aws:wafv2/);
      expect(d.inputs["viewerCertificate"]).to.include({ minimumProtocolVersion: "TLSv1.2_2021" });
    }
    expect(ofKind(resources, "LogDelivery")).to.have.length(2);
    const logged = ofKind(resources, "LogDelivery").flatMap((d) => d.inputs["recordFields"] as string[]);
    expect(logged).to.include("c-ip").and.not.include("cs(Cookie)").and.not.include("cs-uri-query");
  });

  it("limits logins at every spelling", async () => {
    const { resources } = await recordEdge();
    const rules = list(one(resources, "edge-waf-acl").inputs["rules"]);
    expect(rules.map((r) => r["name"])).to.deep.equal([
      "ip-reputation",
      "login-rate",
      "rate",
      "body-size",
      "known-bad-inputs",
      "common",
    ]);
    const pattern = /"regexString":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(rules))?.[1] ?? '""';
    const login = new RegExp(JSON.parse(pattern) as string);
    for (const path of ["/auth/sign_in", "/auth/sign_in.json", "/rest/login/", "/api/auth/login"]) {
      expect(login.test(path), path).to.equal(true);
    }
    expect(login.test("/auth/sign_in/other")).to.equal(false);
  });

  it("registers all of it in a preview, and protects what is asked for", async () => {
    const [real, preview] = [await recordEdge(), await recordEdge({}, true)];
    expect(preview.resources.map((r) => r.urn)).to.deep.equal(real.resources.map((r) => r.urn));
    const balancer = (resources: readonly RecordedResource[]) => one(resources, "edge-alb-balancer");
    expect(balancer(real.resources)).to.include({ protect: true });
    const open = await recordEdge({ deletionProtection: false });
    expect(balancer(open.resources)).to.include({ protect: false });
    expect(one(open.resources, "edge-logs").inputs).to.include({ forceDestroy: true });
    for (const r of real.resources.slice(1)) expect(r.name.startsWith("edge"), r.name).to.equal(true);
  });
});
