import { expect } from "chai";
import {
  buildCatalogue,
  catalogue as factories,
  CatalogueError,
  secretsOf,
  type Catalogue,
  type Overrides,
} from "../../../services/catalogue";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { demo, sandboxCatalogue, sandboxContext } from "../../support/fixtures";

const names = (list: readonly { name: string }[]) => list.map((s) => s.name);

function problemsOf(run: () => unknown): readonly { key: string; message: string }[] {
  try {
    run();
  } catch (error) {
    if (error instanceof CatalogueError) return error.problems;
    throw error;
  }
  return [];
}

describe("catalogue", () => {
  const { services, jobs, secrets } = sandboxCatalogue();

  for (const plan of ["compact", "standard"] as const) {
    it(`gives every service of the ${plan} plan what it needs at least, and more than it holds at idle`, () => {
      for (const { name, memoryMb, memoryNeed } of sandboxCatalogue({ memoryPlan: plan }).services) {
        expect(memoryMb[plan], name).to.be.at.least(memoryNeed?.floor ?? 0);
        expect(memoryMb[plan], name).to.be.greaterThan(memoryNeed?.idle[plan] ?? 0);
      }
    });
  }

  it("refuses limits below what a service needs, all at once, with the number (APP-2, APP-15)", () => {
    const least = Object.fromEntries(
      ["n8n", "librechat", "chatwoot-web", "postgres", "redis", "mongodb", "data-bridge", "chatwoot-sidekiq"].map(
        (name) => [name, { memoryMb: 16 }],
      ),
    );
    const refused = () => sandboxCatalogue({}, least);
    expect(refused).to.throw(/services\.librechat\.memoryMb: leaves it 16 MiB; it needs 640 at least/);
    for (const name of Object.keys(least)) expect(refused).to.throw(`services.${name}.memoryMb`);
    // the job loads the whole application: peak 369
    expect(jobs.find((job) => job.name === "librechat-admin")?.memoryMb).to.deep.equal({ compact: 448, standard: 448 });
  });

  it("derives heaps from the limit in force (APP-15)", () => {
    const heap = (values: Record<string, string>, overrides: Overrides, name: string) => {
      const { services: all, jobs: once } = sandboxCatalogue(values, overrides);
      const options = [...all, ...once].find((c) => c.name === name)?.environment["NODE_OPTIONS"];
      return Number(/--max-old-space-size=(\d+)/.exec(typeof options === "string" ? options : "")?.[1]);
    };
    expect(heap({}, {}, "librechat")).to.equal(448);
    expect(heap({}, { librechat: { memoryMb: 1024 } }, "librechat")).to.equal(768);
    expect(heap({ memoryPlan: "compact" }, {}, "n8n")).to.equal(288);
    expect(heap({}, { n8n: { memoryMb: 1000 } }, "n8n")).to.equal(760);
    const tasks = prodCatalogue(prodSettings()).services.filter((s) => "NODE_OPTIONS" in s.environment);
    expect(tasks.length).to.be.greaterThan(2);
    for (const { name, fargate, environment } of tasks) {
      const options = environment["NODE_OPTIONS"];
      const heapMb = Number(/--max-old-space-size=(\d+)/.exec(typeof options === "string" ? options : "")?.[1]);
      expect(heapMb, name).to.be.within(512, (fargate?.memoryMb ?? 0) - 256);
    }
  });

  it("keeps the keys of data while the service that reads it is off (APP-16)", () => {
    const off = Object.fromEntries(["n8n", "librechat"].map((name) => [name, { enabled: false }]));
    const keys = (list: Catalogue) => list.secrets.filter((s) => s.fixed === true).map((s) => s.id);
    expect(keys(sandboxCatalogue({}, off))).to.have.members(keys(sandboxCatalogue()));
    const settings = prodSettings({ services: JSON.stringify({ ...off, "n8n-worker": { enabled: false } }) });
    expect(keys(prodCatalogue(settings))).to.have.members(keys(prodCatalogue(prodSettings())));
  });

  it("refuses an image of a store that cannot open the data, and takes a newer patch (APP-38)", () => {
    const wrong = (image: Overrides) => () => sandboxCatalogue({}, image);
    expect(wrong({ postgres: { image: "pgvector/pgvector:pg18" } })).to.throw(
      /services\.postgres\.image: is of version 18, and the data of version 17/,
    );
    expect(wrong({ mongodb: { image: "mongo:4.4" } })).to.throw(/is of version 4\.4, and the data of version 8\.0/);
    expect(wrong({ mongodb: { image: "mongo:8.2.1" } })).to.throw("8.2");
    expect(wrong({ redis: { image: "redis:6-alpine" } })).to.throw("of version 6");
    expect(wrong({ postgres: { image: "pgvector/pgvector:trixie" } })).to.throw("does not tell its version");
    for (const image of ["pgvector/pgvector:0.8.7-pg17", "registry.example.com:5000/pgvector:0.9.0-pg17-trixie"]) {
      expect(wrong({ postgres: { image } }), image).not.to.throw();
    }
    expect(wrong({ redis: { image: "redis:7.4.12-alpine" }, mongodb: { image: "mongo:8.0.30" } })).not.to.throw();
  });

  it("gives n8n more than the 316 MB that it was measured with", () => {
    expect(services.find((s) => s.name === "n8n")?.memoryMb.compact).to.be.greaterThan(316);
  });

  it("pins every image by a tag that is not latest", () => {
    for (const { name, image } of [...services, ...jobs]) expect(image, name).to.match(/:(?!latest$)[\w.-]+$/);
  });

  it("lets no container write to its image, but for those that were seen to run so as stand-ins only", () => {
    const open = [...services, ...jobs].filter((c) => c.readOnlyRoot !== true).map((c) => c.name);
    expect(open).to.have.members([
      "chatwoot-web",
      "chatwoot-sidekiq",
      "chatwoot-prepare",
      "chatwoot-admin",
      "librechat",
      "librechat-admin",
    ]);
  });

  it("keeps data stores off the frontend network", () => {
    for (const s of services.filter((x) => x.role === "store")) expect(s.networks, s.name).to.deep.equal(["backend"]);
  });

  it("declares every secret that a container reads, and reads every one that it declares", () => {
    const read = new Set([...services, ...jobs].flatMap(secretsOf));
    const declared = secrets.flatMap((s) => (s.bcrypt === true ? [s.id, `${s.id}-hash`] : [s.id]));
    expect([...read].filter((id) => !declared.includes(id))).to.deep.equal([]);
    expect(declared.filter((id) => !read.has(id))).to.deep.equal(["n8n-owner-password"]);
  });

  it("only waits for what exists, without a circle", () => {
    const all = [...services, ...jobs];
    const done = new Set<string>();
    for (let left = all.length; left > 0; left--) {
      const next = all.find((c) => !done.has(c.name) && (c.after ?? []).every((a) => done.has(a)));
      if (next === undefined) throw new Error(`a circle among ${names(all.filter((c) => !done.has(c.name))).join()}`);
      done.add(next.name);
    }
  });

  it("gives LibreChat the secrets in the forms that it accepts", () => {
    const of = (id: string) => secrets.find((s) => s.id === id);
    expect(of("librechat-creds-key")).to.include({ length: 64, charset: "hex", fixed: true });
    expect(of("librechat-creds-iv")).to.include({ length: 32, charset: "hex", fixed: true });
  });

  it("never rotates the keys that data is encrypted with", () => {
    const fixed = secrets.filter((s) => s.fixed === true).map((s) => s.id);
    expect(fixed).to.include.members(["n8n-encryption-key", "chatwoot-secret-key-base", "librechat-creds-key"]);
  });

  it("leaves out a disabled application with its jobs", () => {
    const smaller = sandboxCatalogue({}, { librechat: { enabled: false } });
    expect(names(smaller.services)).not.to.include("librechat");
    expect(names(smaller.jobs)).not.to.include("librechat-admin");
    // its logins and keys wait for the day it comes back
    expect(smaller.secrets.map((s) => s.id)).to.deep.equal(secrets.map((s) => s.id));
  });

  it("refuses to switch off a store that is needed, and says who needs it", () => {
    const found = problemsOf(() => sandboxCatalogue({}, { postgres: { enabled: false } }));
    expect(found[0]?.key).to.equal("services.postgres.enabled");
    expect(found.map((p) => p.message).join()).to.contain("chatwoot");
  });

  it("names the nearest service for one that does not exist", () => {
    const found = problemsOf(() => sandboxCatalogue({}, { libreChat: { memoryMb: 512 }, valueOf: {} }));
    expect(found.map((p) => p.key)).to.deep.equal(["services.libreChat", "services.valueOf"]);
    expect(found[0]?.message).to.contain("did you mean librechat?");
  });

  it("moves an image for every container that shares it", () => {
    const moved = sandboxCatalogue({}, { "chatwoot-web": { image: "chatwoot/chatwoot:v4.19.0-ce" } });
    const images = [...moved.services, ...moved.jobs].filter((c) => c.name.startsWith("chatwoot")).map((c) => c.image);
    expect(new Set(images)).to.deep.equal(new Set(["chatwoot/chatwoot:v4.19.0-ce"]));
    const split = { "chatwoot-web": { image: "a/b:1" }, "chatwoot-sidekiq": { image: "a/b:2" } };
    expect(problemsOf(() => sandboxCatalogue({}, split))[0]?.key).to.equal("services.chatwoot-sidekiq.image");
  });

  it("applies memory overrides", () => {
    const s = sandboxCatalogue({}, { n8n: { memoryMb: 900 } }).services.find((x) => x.name === "n8n");
    expect(s?.memoryMb).to.deep.equal({ compact: 900, standard: 900 });
  });

  it("refuses two services of one name and a secret declared twice", () => {
    const found = problemsOf(() => buildCatalogue([...factories, demo, demo], sandboxContext(), {}));
    expect(found.map((p) => p.message).join())
      .to.contain("name of two services")
      .and.contain("demo-token is declared twice");
  });

  it("offers LibreChat only the endpoints that have a key", () => {
    const endpoints = (values: Record<string, string>) =>
      sandboxCatalogue(values).services.find((s) => s.name === "librechat")?.environment["ENDPOINTS"];
    expect(endpoints({})).to.equal("agents");
    expect(endpoints({ anthropicApiKey: "sk-ant-0123456789", bedrock: "true" })).to.equal("anthropic,bedrock,agents");
  });
});
