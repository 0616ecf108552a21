import { Ajv } from "ajv";
import { expect } from "chai";
import * as fc from "fast-check";
import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildCatalogue, catalogue as factories } from "../../../services/catalogue";
import { awsBridge, renderCompose } from "../../../templates/compose";
import { template } from "../../../templates/text";
import { demo, hosts, sandboxCatalogue, sandboxContext, sandboxRelease } from "../../support/fixtures";
import { root } from "../../support/root";

interface ComposeService {
  image: string;
  networks: Record<string, { aliases?: string[] }>;
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  deploy: { resources: { limits: { memory: string } } };
  logging: { driver: string; options: Record<string, string> };
  security_opt: string[];
  cap_drop: string[];
  cap_add?: string[];
  user?: string;
  ports?: string[];
  restart: string;
  command?: string[];
  labels?: Record<string, string>;
  volumes?: { type: string; source: string; target: string; read_only: boolean }[];
  depends_on?: Record<string, { condition: string }>;
}
interface ComposeFile {
  name: string;
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, { name: string; driver_opts: { device: string } }>;
}

const filesHash = () => "0";
const parse = (text: string) => load(text) as ComposeFile;
const render = (values: Record<string, string> = {}) =>
  parse(
    renderCompose(sandboxCatalogue(values), {
      plan: values["memoryPlan"] === "compact" ? "compact" : "standard",
      hosts,
      filesHash,
    }),
  );

describe("compose.yaml", () => {
  const file = render();
  const services = Object.entries(file.services);
  const running = services.filter(([, s]) => s.restart === "unless-stopped");

  it("conforms to the Compose specification", () => {
    const schema = JSON.parse(readFileSync(join(root, "tests/support/schemas/compose-spec.json"), "utf8")) as object;
    // draft 7, by an address that Ajv does not know it under
    Reflect.deleteProperty(schema, "$schema");
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    expect(validate(file), JSON.stringify(validate.errors?.slice(0, 3))).to.equal(true);
  });

  it("has the catalogue's long-running services; everything else is a job that is not restarted", () => {
    expect(running.map(([name]) => name)).to.have.members(sandboxCatalogue().services.map((s) => s.name));
    for (const [name, s] of services.filter(([n]) => !running.some(([r]) => r === n))) {
      expect(s.restart, name).to.equal("no");
    }
  });

  it("gives every container a limit, log rotation and no new privileges, and drops its capabilities", () => {
    for (const [name, s] of services) {
      expect(s.deploy.resources.limits.memory, name).to.match(/^\d+M$/);
      expect(s.logging, name).to.deep.equal({ driver: "json-file", options: { "max-size": "10m", "max-file": "3" } });
      expect(s.security_opt, name).to.deep.equal(["no-new-privileges:true"]);
      expect(s.cap_drop, name).to.deep.equal(["ALL"]);
    }
    expect(services.filter(([, s]) => s.cap_add !== undefined).map(([name]) => name)).to.deep.equal([]);
  });

  it("checks the health of every long-running service", () => {
    for (const [name, s] of running) expect(s.healthcheck?.test[0], name).to.equal("CMD");
  });

  it("keeps the limits of the compact plan", () => {
    const compact = Object.values(render({ memoryPlan: "compact" }).services).filter((s) => s.restart !== "no");
    expect(compact.reduce((sum, s) => sum + parseInt(s.deploy.resources.limits.memory, 10), 0)).to.equal(
      sandboxCatalogue({ memoryPlan: "compact" }).services.reduce((sum, s) => sum + s.memoryMb.compact, 0),
    );
  });

  it("has an internal backend, and data stores on nothing else", () => {
    expect(file.networks["backend"]?.internal).to.equal(true);
    expect(file.networks["frontend"]?.internal).to.equal(undefined);
    for (const name of ["postgres", "mongodb", "redis"]) {
      expect(Object.keys(file.services[name]?.networks ?? {}), name).to.deep.equal(["backend"]);
    }
  });

  it("lets LibreChat alone use the host's role, and only with Bedrock", () => {
    expect(file.networks).to.not.have.property("aws");
    const { networks, services } = render({ bedrock: "true" });
    const inside = Object.keys(services).filter((name) => "aws" in (services[name]?.networks ?? {}));
    expect(inside).to.deep.equal(["librechat"]);
    expect(networks["aws"]).to.deep.equal({
      driver: "bridge",
      driver_opts: { "com.docker.network.bridge.name": awsBridge },
    });
    // the way out of a container is the first by name of the networks that lead outwards
    const out = Object.keys(services["librechat"]?.networks ?? {}).filter((name) => networks[name]?.internal !== true);
    expect(out.sort()[0]).to.equal("aws");
    expect(template("host/bin/metadata-guard")).to.contain(` ! -i ${awsBridge} `);
  });

  it("publishes 80 and 443 of nginx, and nothing else (SEC-8)", () => {
    const ports = services.flatMap(([name, s]) => (s.ports ?? []).map((p) => `${name} ${p}`));
    expect(ports).to.deep.equal(["nginx 80:80", "nginx 443:443"]);
    // somebody's own machine is not its network's
    const local = parse(renderCompose(sandboxCatalogue(), { plan: "standard", hosts, filesHash, ports: { 80: 8080 } }));
    expect(local.services["nginx"]?.ports).to.deep.equal(["127.0.0.1:8080:80"]);
  });

  it("holds no secret, only the names of those that it needs", () => {
    const env = file.services["librechat"]?.environment ?? {};
    expect(env["CREDS_KEY"]).to.equal("${LIBRECHAT_CREDS_KEY:?}");
    expect(env["MONGO_URI"]).to.equal(
      "mongodb://librechat:${LIBRECHAT_DB_PASSWORD:?}@mongodb:27017/librechat?authSource=admin",
    );
  });

  it("puts no secret on a command line", () => {
    for (const [name, s] of services) {
      const words = [...(s.command ?? []), ...(s.healthcheck?.test ?? [])].join(" ");
      // a single $ would be filled in by Compose; a double one is left to the container's shell
      expect(words.replaceAll("$$", ""), name).not.to.contain("$");
    }
  });

  it("reaches n8n and Chatwoot by names with a dot", () => {
    expect(file.services["n8n"]?.networks["frontend"]?.aliases).to.deep.equal(["n8n.internal"]);
    expect(file.services["chatwoot-sidekiq"]?.networks).to.have.keys("frontend", "backend");
  });

  it("waits for stores by health and for jobs by success", () => {
    expect(file.services["n8n"]?.depends_on).to.deep.equal({
      "n8n-import": { condition: "service_completed_successfully" },
      "n8n-runners": { condition: "service_healthy" },
    });
    expect(file.services["postgres-setup"]?.depends_on).to.deep.equal({ postgres: { condition: "service_healthy" } });
  });

  it("keeps every volume on the data volume, under the seed's names", () => {
    const names = Object.keys(file.volumes);
    expect(names).to.include.members([
      "ai-eco-postgres",
      "ai-eco-mongo",
      "ai-eco-n8n",
      "ai-eco-librechat",
      "ai-eco-jupyter",
    ]);
    for (const [name, v] of Object.entries(file.volumes)) {
      expect(v).to.deep.include({ name });
      expect(v.driver_opts.device).to.equal(`\${ECOSYSTEM_HOME:-/opt/ai-ecosystem}/data/volumes/${name}`);
    }
  });

  it("recreates a container only when its own files change", () => {
    const compose = (text: string) => parse(text).services;
    const before = compose(sandboxRelease().files["compose.yaml"]?.text ?? "");
    const after = compose(sandboxRelease({ openrouterApiKey: "sk-or-0123456789" }).files["compose.yaml"]?.text ?? "");
    expect(after["librechat"]?.labels).not.to.deep.equal(before["librechat"]?.labels);
    expect(after["data-bridge"]).to.deep.equal(before["data-bridge"]);
    expect(after["nginx"]).to.deep.equal(before["nginx"]);
  });

  it("takes a further service as one object", () => {
    const catalogue = buildCatalogue([...factories, demo], sandboxContext(), {});
    const added = parse(renderCompose(catalogue, { plan: "compact", hosts, filesHash })).services["demo"];
    expect(added?.environment).to.deep.equal({ DEMO_TOKEN: "${DEMO_TOKEN:?}" });
    expect(added?.deploy.resources.limits.memory).to.equal("10M");
  });

  it("carries any text through YAML and Compose's interpolation unharmed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const odd = buildCatalogue(
          [() => ({ ...demo(sandboxContext()), environment: { ODD: text } })],
          sandboxContext(),
          {},
        );
        const value = parse(renderCompose(odd, { plan: "compact", hosts, filesHash })).services["demo"]?.environment?.[
          "ODD"
        ];
        expect(value?.replaceAll("$$", "$")).to.equal(text);
        expect(value?.replaceAll("$$", "") ?? "").not.to.contain("$");
      }),
    );
  });
});
