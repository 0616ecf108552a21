import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { Edge, type EdgeRoute } from "../../../../components/edge/edge";
import { LoadBalancer } from "../../../../components/edge/load-balancer";
import { accessLogs } from "../../../../components/edge/logs";
import { planEdge } from "../../../../components/edge/routes";
import { fakeMark } from "../../../../record/mocks/fake";
import { record, valueOf } from "../../../../record/record";
import {
  domain,
  edgeArgs,
  edgeRoutes,
  list,
  ofKind,
  one,
  recordEdge,
  type Inputs,
} from "../../../support/recorded/edge";
import { failureOf } from "../../../support/recorded/failure";

/** The rules with values that are not secret: one secret would hide all conditions of a rule. */
const openRules = async (routes: readonly EdgeRoute[]) => {
  const { resources } = await record(() => {
    const bucket = new aws.s3.Bucket("parent", {});
    new LoadBalancer("alb", {
      vpcId: "vpc-1",
      publicSubnetIds: ["subnet-1", "subnet-2"],
      certificateArn: "arn:certificate",
      plan: planEdge(routes, domain),
      acceptedSecrets: ["this one", "the one before"],
      logs: accessLogs("logs", { retentionDays: 30, forceDestroy: false, loggedBuckets: "alb-" }, bucket),
      deletionProtection: true,
    });
  });
  return ofKind(resources, "ListenerRule").map(({ name, inputs }) => {
    const conditions = list(inputs["conditions"]);
    const values = (key: string) =>
      conditions.flatMap((c) => (c[key] === undefined ? [] : ((c[key] as Inputs)["values"] as string[])));
    return {
      name: name.replace(/^alb-|-rule$/g, ""),
      priority: inputs["priority"] as number,
      host: values("hostHeader"),
      path: values("pathPattern"),
      secrets: values("httpHeader"),
      action: list(inputs["actions"])[0] ?? {},
    };
  });
};

/** What the load balancer would do with a request that CloudFront sent. */
const chosen = async (routes: readonly EdgeRoute[], host: string, path: string): Promise<string | undefined> =>
  (await openRules(routes))
    .sort((a, b) => a.priority - b.priority)
    .find(
      (rule) =>
        rule.host.includes(host) &&
        (rule.path.length === 0 ||
          rule.path.some((p) => (p.endsWith("*") ? path.startsWith(p.slice(0, -1)) : p === path))),
    )?.name;

describe("edge: who reaches what", () => {
  it("lets nobody but CloudFront reach the load balancer, on 443 alone", async () => {
    const { resources } = await recordEdge();
    const group = one(resources, "edge-alb-sg");
    expect(group.inputs).not.to.have.any.keys("ingress", "egress");
    const openings = ofKind(resources, "SecurityGroupIngressRule");
    expect(openings.map((r) => r.name)).to.deep.equal(["edge-alb-from-cloudfront"]);
    expect(openings[0]?.inputs).to.include({ fromPort: 443, toPort: 443, ipProtocol: "tcp" });
    expect(openings[0]?.inputs["prefixListId"]).to.match(/^pl-/);
    expect(openings[0]?.inputs).not.to.have.any.keys("cidrIpv4", "cidrIpv6");
  });

  it("lets the load balancer out to the services that it is told of, and to their ports only", async () => {
    const { resources, result } = await record(() => {
      const made = new Edge("edge", edgeArgs());
      for (const service of ["chatwoot-web", "data-bridge"]) made.allowTo(service, `sg-${service}`);
      return made;
    });
    const rules = ofKind(resources, "SecurityGroupEgressRule").map((r) => [
      r.inputs["referencedSecurityGroupId"],
      r.inputs["fromPort"],
      r.inputs["toPort"],
    ]);
    expect(rules).to.have.deep.members([
      ["sg-chatwoot-web", 3000, 3000],
      ["sg-data-bridge", 8888, 8888],
      ["sg-data-bridge", 8000, 8000],
    ]);
    expect(() => {
      result.allowTo("postgres", "sg-1");
    }).to.throw("no route to postgres");
  });

  it("answers 403 to whatever no rule admits", async () => {
    const { resources } = await recordEdge();
    const listeners = ofKind(resources, "Listener");
    expect(listeners).to.have.length(1);
    expect(listeners[0]?.inputs).to.deep.include({
      port: 443,
      protocol: "HTTPS",
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: { contentType: "text/plain", messageBody: "Forbidden", statusCode: "403" },
        },
      ],
    });
  });

  it("asks for the secret in every rule, and takes two values", async () => {
    for (const rule of await openRules(edgeRoutes)) {
      expect(rule.secrets, rule.name).to.deep.equal(["this one", "the one before"]);
      expect(rule.host, rule.name).to.have.length(1);
      expect(rule.host.length + rule.secrets.length + rule.path.length, "AWS takes five values").to.be.at.most(5);
    }
  });

  it("shows the secret nowhere", async () => {
    const { resources } = await recordEdge();
    expect(JSON.stringify(resources)).not.to.contain(fakeMark);
    for (const rule of ofKind(resources, "ListenerRule")) expect(rule.inputs["conditions"]).to.equal("********");
    expect(one(resources, "edge-cdn").inputs["origins"]).to.equal("********");
  });

  it("changes the older of two secrets, sends the newer, and only after it is accepted", async () => {
    const held = async (generation: number) => {
      const { resources } = await recordEdge({ originSecretGeneration: generation });
      return ["even", "odd"].map(
        (slot) => (one(resources, `edge-origin-secret-${slot}`).inputs["keepers"] as Inputs)["generation"],
      );
    };
    expect(await held(1)).to.deep.equal(["0", "1"]);
    expect(await held(2)).to.deep.equal(["2", "1"]);
    expect(await held(3)).to.deep.equal(["2", "3"]);
    const { resources } = await recordEdge();
    expect(one(resources, "edge-cdn").dependencies).to.include.members(
      ofKind(resources, "ListenerRule").map((r) => r.urn),
    );
  });
});

describe("edge: routes", () => {
  it("has a rule, an alias and two records for every host name", async () => {
    const { resources } = await recordEdge();
    const hosts = ["chat", "data", "desk", "n8n"].map((label) => `${label}.${domain}`);
    expect(one(resources, "edge-cdn").inputs["aliases"]).to.deep.equal(hosts);
    expect(one(resources, "edge-dashboard-cdn").inputs["aliases"]).to.deep.equal([domain]);
    const records = ofKind(resources, "Record").filter((r) => r.inputs["type"] !== "CNAME");
    expect(records.map((r) => `${String(r.inputs["type"])} ${String(r.inputs["name"])}`)).to.have.members(
      [domain, ...hosts].flatMap((host) => [`A ${host}`, `AAAA ${host}`]),
    );
    const ruled = new Set((await openRules(edgeRoutes)).flatMap((r) => r.host));
    expect([...ruled].sort()).to.deep.equal(hosts);
  });

  it("gives every path to the right service", async () => {
    const expected: readonly [string, string, string][] = [
      ["desk", "/app/login", "chatwoot-web"],
      ["desk", "/webhooks/line", "chatwoot-web"],
      ["n8n", "/", "n8n"],
      ["n8n", "/webhook/start", "n8n-webhook-webhook"],
      ["n8n", "/webhook-waiting/7", "n8n-webhook-webhook-waiting"],
      ["n8n", "/form/ask", "n8n-webhook-form"],
      ["n8n", "/webhook-test/start", "n8n"],
      ["chat", "/api/ask", "librechat"],
      ["data", "/", "data-bridge-home"],
      ["data", "/data/jupyter/lab", "data-bridge"],
      ["data", "/data/api/queries", "data-bridge-data-api"],
      ["data", "/data/health", "data-bridge-data-health"],
    ];
    for (const [host, path, rule] of expected) {
      expect(await chosen(edgeRoutes, `${host}.${domain}`, path), `${host} ${path}`).to.equal(rule);
    }
    expect(await chosen(edgeRoutes, `other.${domain}`, "/"), "unknown host").to.equal(undefined);
  });

  it("keeps the webhooks with n8n itself while nothing else takes them", async () => {
    const without = edgeRoutes.filter((r) => r.service !== "n8n-webhook");
    expect(await chosen(without, `n8n.${domain}`, "/webhook/start")).to.equal("n8n");
  });

  it("checks health on the port that answers the path", async () => {
    const { resources } = await recordEdge();
    const checks = ofKind(resources, "TargetGroup").map((g) => {
      const check = g.inputs["healthCheck"] as Inputs;
      return `${g.name} ${String(g.inputs["port"])} ${String(check["path"])} ${String(check["port"])}`;
    });
    expect(checks).to.include.members([
      "edge-alb-data-bridge 8888 /data/health 8000",
      "edge-alb-data-bridge-8000 8000 /data/health traffic-port",
      "edge-alb-chatwoot-web 3000 /health traffic-port",
    ]);
  });

  it("has a tenth service everywhere, and moves no other rule for it", async () => {
    const demo: EdgeRoute = {
      ...{ service: "demo", port: 8080, host: "demo", healthPath: "/ok" },
      ...{ unlimited: [], logins: ["/sign-in"], framable: [] },
    };
    const before = await recordEdge();
    const { resources, result } = await recordEdge({ routes: [demo, ...edgeRoutes] });
    expect(result.targetGroups["demo"]?.port).to.equal(8080);
    expect(await valueOf(result.targetGroups["demo"]?.arnSuffix ?? "")).to.match(/^targetgroup\//);
    expect(one(resources, "edge-cdn").inputs["aliases"]).to.include(`demo.${domain}`);
    one(resources, "edge-dns-demo-example-com-aaaa");
    expect(JSON.stringify(one(resources, "edge-waf-acl").inputs["rules"])).to.contain("/sign-in|");
    one(resources, "edge-alb-demo-rule");
    for (const rule of ofKind(before.resources, "ListenerRule")) {
      expect(one(resources, rule.name).inputs["priority"], rule.name).to.equal(rule.inputs["priority"]);
    }
  });

  it("has a second target group where ECS moves the traffic, and leaves the weights to it", async () => {
    const routes = edgeRoutes.map((r) => (r.service === "librechat" ? { ...r, blueGreen: true } : r));
    const { resources, result } = await recordEdge({ routes });
    expect(ofKind(resources, "TargetGroup").map((g) => g.name)).to.include("edge-alb-librechat-green");
    const weighted = ofKind(resources, "ListenerRule").filter((r) => r.ignoreChanges.includes("actions"));
    expect(weighted.map((r) => r.name)).to.deep.equal(["edge-alb-librechat-weighted-rule"]);
    const [action] = list(weighted[0]?.inputs["actions"]);
    const weights = list((action?.["forward"] as Inputs)["targetGroups"]).map((g) => g["weight"]);
    expect(weights).to.deep.equal([100, 0]);
    expect(result.targetGroups["librechat"]?.blueGreen).to.have.keys("alternate", "ruleArn");
    expect(result.targetGroups["n8n"]).not.to.have.property("blueGreen");
  });

  it("never leaves a host without a rule while its service changes to blue/green or back", async () => {
    const blueGreen = edgeRoutes.map((r) => (["librechat", "n8n"].includes(r.service) ? { ...r, blueGreen: true } : r));
    const before = await openRules(edgeRoutes);
    const after = await openRules(blueGreen);
    for (const service of ["librechat", "n8n"]) {
      const [plain] = before.filter((r) => r.name === service);
      const [weighted] = after.filter((r) => r.name === `${service}-weighted`);
      // a new rule beside the old one, and not a change of it: it is made first, and comes first
      expect(after.map((r) => r.name)).not.to.include(service);
      expect(weighted?.host).to.deep.equal(plain?.host);
      expect(weighted?.priority, service).to.be.lessThan(plain?.priority ?? 0);
    }
    // the rules of single paths still come before
    expect(await chosen(blueGreen, "n8n.example.com", "/webhook/x")).to.equal("n8n-webhook-webhook");
    expect(await chosen(blueGreen, "n8n.example.com", "/")).to.equal("n8n-weighted");
    const others = (rules: typeof before) => rules.filter((r) => !/^(librechat|n8n)(-weighted)?$/.test(r.name));
    expect(others(after)).to.deep.equal(others(before));
  });

  it("is the same for the same routes in another order", () => {
    expect(planEdge([...edgeRoutes].reverse(), domain)).to.deep.equal(planEdge(edgeRoutes, domain));
  });

  it("names every route that it cannot serve", () => {
    const [first] = edgeRoutes;
    if (first === undefined) throw new Error("no routes");
    const wrong: EdgeRoute[] = [
      { ...first, host: "a.b" },
      { ...first, service: "second", framable: ["/*"], only: ["/x/"], home: "/y" },
      { ...first, service: "third", host: "third", logins: ["/assets/sign-in"], cached: ["/assets/"] },
    ];
    expect(() => planEdge(wrong, domain))
      .to.throw("is not one label")
      .with.property("message")
      .that.includes('"/*" is no path')
      .and.includes("needs one service for its rest")
      .and.includes("has a home")
      .and.includes("CloudFront keeps for every host");
  });

  it("says what is missing when there is one zone", async () => {
    const failed = await failureOf(() => recordEdge({ publicSubnetIds: ["subnet-1"] }));
    expect(String(failed)).to.contain("azCount");
  });
});
