import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Edge } from "../../../components/edge/edge";
import { planEdge } from "../../../components/edge/routes";
import type { Service } from "../../../services/model/types";
import { routesOf } from "../../../stacks/edge-routes";
import { fargateContext } from "../../../stacks/contexts";
import { rewritePaths } from "../../../templates/ecs";
import { renderTaskFiles } from "../../../templates/release/task-files";
import { record } from "../../../record/record";
import { domain, edgeArgs, edgeRoutes, one, type Inputs } from "../../support/recorded/edge";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { root } from "../../support/root";

const preload = join(root, "templates/node/keep-alive.js");

/** How each application is told, by the image: seconds that its environment sets. */
const told: Readonly<Record<string, (value: (name: string) => string, service: Service) => number>> = {
  "chatwoot-web": (value) => Number(value("PUMA_PERSISTENT_TIMEOUT")),
  librechat: (value) => Number(value("HTTP_KEEP_ALIVE_TIMEOUT_MS")) / 1000,
  "data-bridge": (value) => Number(value("KEEP_ALIVE_SECONDS")),
  n8n: preloaded,
  "n8n-webhook": preloaded,
};

function preloaded(value: (name: string) => string, service: Service): number {
  const [, file = ""] = /--require (\S+)$/.exec(rewritePaths(service, value("NODE_OPTIONS"))) ?? [];
  const context = fargateContext(prodSettings());
  const { files } = renderTaskFiles(prodCatalogue(prodSettings()), context);
  expect(files).to.have.property(file.replace("/release/", ""));
  return Number(value("KEEP_ALIVE_SECONDS"));
}

describe("idle connections", () => {
  const settings = prodSettings();
  const catalogue = prodCatalogue(settings);
  // of one that does not say it, the preview warns
  const routes = routesOf(catalogue, settings.deployment).filter((r) => r.keepAliveSeconds !== undefined);

  it("are kept for longer by each station than by the one before it (AWS-17)", async () => {
    const { resources } = await record(() => new Edge("edge", edgeArgs({ routes })), { reveal: true });
    const balancer = one(resources, "edge-alb-balancer").inputs["idleTimeout"] as number;
    const origins = JSON.stringify(one(resources, "edge-cdn").inputs["origins"]);
    const cloudFront = Number(/"originKeepaliveTimeout":(\d+)/.exec(origins)?.[1]);
    expect(cloudFront).to.be.within(1, 60, "more needs a quota");
    expect(balancer).to.be.greaterThan(cloudFront);
    for (const { service, keepAliveSeconds } of routes) {
      expect(keepAliveSeconds ?? 0, service).to.be.greaterThan(balancer);
    }
    expect(routes.map((r) => r.service)).to.include.members(["n8n", "n8n-webhook", "librechat", "data-bridge"]);
  });

  for (const name of Object.keys(told)) {
    it(`${name} is told so by its environment`, () => {
      const service = catalogue.services.find((s) => s.name === name) ?? expect.fail(name);
      const value = (variable: string): string => {
        const text = service.environment[variable];
        return typeof text !== "string" ? expect.fail(`${name} has no plain ${variable}`) : text;
      };
      expect(told[name]?.(value, service), "seconds").to.equal(service.keepAliveSeconds);
    });
  }

  it("a further service that closes first is refused, and one that does not say is warned of", () => {
    const [first] = edgeRoutes;
    if (first === undefined) expect.fail("no route");
    const further = { ...first, service: "demo", host: "demo", legacyPath: "/demo/", keepAliveSeconds: 5 };
    expect(() => planEdge([...edgeRoutes, further], domain)).to.throw(
      /demo: it keeps idle connections for 5 s.*400.*set keepAliveSeconds to 410/s,
    );
    expect(() => planEdge([...edgeRoutes, { ...further, keepAliveSeconds: 401 }], domain)).not.to.throw();
    expect(() => planEdge([...edgeRoutes, { ...further, keepAliveSeconds: undefined }], domain)).not.to.throw();
  });

  /** What Node's own server says of itself with each answer. */
  const saidBy = (program: string, seconds: string | undefined, ...options: readonly string[]): Inputs =>
    JSON.parse(
      execFileSync(process.execPath, ["--require", preload, ...options, "--eval", program], {
        env: { PATH: process.env["PATH"], ...(seconds === undefined ? {} : { KEEP_ALIVE_SECONDS: seconds }) },
        encoding: "utf8",
      }),
    ) as Inputs;
  const ask = (create: string) => `
    const server = ${create}((_, response) => response.end("x"));
    server.listen(0, "127.0.0.1", async () => {
      const { headers } = await fetch("http://127.0.0.1:" + server.address().port);
      console.log(JSON.stringify({ said: headers.get("keep-alive"), headers: server.headersTimeout }));
      server.closeAllConnections();
      server.close();
    });`;

  it("Node's server keeps them with the preload, whichever way it is made", () => {
    const common = `const http = require("http"); ${ask("http.createServer")}`;
    const module = `import { createServer } from "node:http"; ${ask("createServer")}`;
    const own = `const http = require("http"); ${ask("((f) => Object.assign(new http.Server(f), { keepAliveTimeout: 1 }))")}`;
    const kept = { said: "timeout=410", headers: 420_000 };
    expect(saidBy(common, "410")).to.deep.equal(kept);
    expect(saidBy(module, "410", "--input-type=module")).to.deep.equal(kept);
    expect(saidBy(own, "410")).to.deep.equal(kept);
    expect(saidBy(common, undefined), "without the variable").to.include({ said: "timeout=5" });
  });
});
