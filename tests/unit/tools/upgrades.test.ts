import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { compareVersions, databaseVersions, moveProblem, versionIn } from "../../../services/model/images/version";
import type { Overrides } from "../../../services/catalogue";
import { newerThan } from "../../../tools/upgrades/newer";
import { tagsOf } from "../../../tools/upgrades/registry";
import { sandboxCatalogue } from "../../support/fixtures";
import { versionMoves } from "../../support/version-moves";
import { by, hostPlan, look, prodPlan, ready, running } from "../../support/aws/preflight";
import type { Plan } from "../../../tools/preflight/types";

describe("the version of an image", () => {
  for (const [image, version] of [
    ["chatwoot/chatwoot:v4.18.0-ce", "4.18.0"],
    ["docker.n8n.io/n8nio/n8n:2.42.5", "2.42.5"],
    ["localhost:5000/n8n:2.42.5@sha256:00", "2.42.5"],
    ["registry.acme.io:443/chatwoot:v4.18.0-acme.3", "4.18.0"],
    ["n8n:2.42", "2.42"],
    ["n8n:latest", undefined],
    ["n8n@sha256:00", undefined],
    ["chatwoot:mine-4.18.0", undefined],
  ] as const) {
    it(`${image} is ${version ?? "not told"}`, () => {
      expect(versionIn(image)).to.equal(version);
    });
  }

  it("is compared by numbers", () => {
    expect(compareVersions("4.9.0", "4.10.0")).to.be.lessThan(0);
    expect(compareVersions("5.0.0", "4.10.9")).to.be.greaterThan(0);
    expect(compareVersions("4.10", "4.10.0")).to.equal(0);
  });

  it("goes to the next minor one where migrations ask for that, and never back", () => {
    const words = { far: "first 4.19", back: "older than the data" } as const;
    for (const [from, to, why] of versionMoves) {
      const problem = expect(moveProblem(from, to, "minor"), `${from} ${to}`);
      if (why === undefined) problem.to.equal(undefined);
      else problem.to.contain(words[why]);
    }
    expect(moveProblem("4.18.0", "9.0.0", "any")).to.equal(undefined);
    for (const step of ["minor", "any"] as const)
      expect(moveProblem("4.18.1", "4.18.0", step)).to.contain("older than the data");
  });

  it("is told to the database's setup for each application that migrates one, by the image in force", () => {
    const versions = (services: Overrides) => {
      const { jobs } = sandboxCatalogue({}, services);
      const text = jobs.find((j) => j.name === "postgres-setup")?.environment["DATABASE_VERSIONS"] as string;
      return (JSON.parse(text) as ReturnType<typeof databaseVersions>).map(
        (v) => `${v.database} ${v.application} ${v.version}`,
      );
    };
    const own = { image: "chatwoot/chatwoot:v4.99.1-ce" };
    expect(versions({ "chatwoot-web": own })).to.include("chatwoot_production Chatwoot 4.99.1");
    expect(versions({ "chatwoot-web": { image: "acme/chatwoot:ours" } }).join()).not.to.contain("Chatwoot");
    expect(versions({ n8n: { enabled: false } }).join()).not.to.contain("n8n");
  });
});

describe("newer versions of an image", () => {
  const chatwoot = { image: "chatwoot/chatwoot:v4.18.0-ce", store: false, step: "minor" } as const;
  const cases: readonly (readonly [string, Parameters<typeof newerThan>[0], readonly string[], object])[] = [
    ["none", chatwoot, ["v4.18.0-ce", "v4.17.0-ce", "v4.19.0", "latest-ce", "develop-ce"], {}],
    ["a patch and the next minor one", chatwoot, ["v4.18.1-ce", "v4.19.2-ce"], { next: "v4.19.2-ce" }],
    [
      "those that are too far",
      chatwoot,
      ["v4.18.3-ce", "v4.19.0-ce", "v4.19.2-ce", "v4.21.0-ce", "v5.0.0-rc1-ce"],
      { next: "v4.19.2-ce", newest: "v4.21.0-ce", why: moveProblem("4.18.0", "4.21.0", "minor") },
    ],
    [
      "a release, no trial",
      { image: "n8n:2.42.5", store: false, step: "any" },
      ["2.43.0-exp.1", "2.44.0", "next"],
      { next: "2.44.0" },
    ],
    [
      "a store's own major",
      { image: "pgvector/pgvector:0.8.4-pg17", store: true },
      ["0.8.7-pg18", "0.8.7-pg17"],
      { next: "0.8.7-pg17" },
    ],
    [
      "a date",
      { image: "quay.io/jupyter/minimal-notebook:2026-10-05", store: false },
      ["2026-11-02", "2026-10-05", "lab-4.4.1"],
      { next: "2026-11-02" },
    ],
  ];
  for (const [name, pinned, tags, expected] of cases) {
    it(`are ${name}`, () => {
      expect(newerThan(pinned, tags)).to.deep.equal(expected);
    });
  }

  it("of a store in another major version are told, and not proposed", () => {
    const { next, newest, why } = newerThan({ image: "mongo:8.0.29", store: true }, ["8.0.30", "8.2.1", "7.0.99"]);
    expect([next, newest]).to.deep.equal(["8.0.30", "8.2.1"]);
    expect(why).to.contain("a dump and a restore");
  });
});

describe("a registry", () => {
  let server: Server;
  let asked: string[] = [];
  const at = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const redirected = (url: string, init?: { readonly headers?: Readonly<Record<string, string>> }) =>
    fetch(url.replace(/^https:\/\/[^/]+/, at()), init);

  beforeEach((done) => {
    asked = [];
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "", at());
      asked.push(`${url.pathname} ${request.headers.authorization ?? "nobody"}`);
      if (url.pathname === "/token") {
        response.end(JSON.stringify({ token: `for ${String(url.searchParams.get("scope"))}` }));
      } else if (request.headers.authorization === undefined) {
        const challenge = `Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      } else if (url.pathname === "/v2/a/b/tags/list" && url.searchParams.get("last") === null) {
        response.writeHead(200, { link: '</v2/a/b/tags/list?n=1000&last=1.0>; rel="next"' });
        response.end(JSON.stringify({ tags: ["1.0"] }));
      } else if (url.pathname === "/v2/a/b/tags/list") response.end(JSON.stringify({ tags: ["2.0"] }));
      else response.writeHead(404).end();
    }).listen(0, "127.0.0.1", done);
  });
  afterEach((done) => {
    server.close(done);
    server.closeAllConnections();
  });

  it("tells all tags, page by page, to whoever has the token that it asks for", async () => {
    expect(await tagsOf("docker.io/a/b", redirected)).to.deep.equal(["1.0", "2.0"]);
    expect(asked).to.deep.equal([
      "/v2/a/b/tags/list nobody",
      "/token nobody",
      "/v2/a/b/tags/list Bearer for repository:a/b:pull",
      "/v2/a/b/tags/list Bearer for repository:a/b:pull",
    ]);
  });

  it("that does not have the repository is named", async () => {
    const told = await tagsOf("ghcr.io/no/such", redirected).catch((error: unknown) => (error as Error).message);
    expect(told).to.equal("ghcr.io answers 404 for ghcr.io/no/such");
  });
});

describe("make up, where versions change", () => {
  const having = (plan: Plan, images: Readonly<Record<string, string>>): Plan => ({
    ...running(plan),
    state: [
      ...running(plan).state.filter((r) => r.type !== "pulumi:pulumi:Stack"),
      { urn: "urn:root", type: "pulumi:pulumi:Stack", outputs: { images } },
    ],
  });
  const found = async (plan: Plan) => by((await look(plan, ready(plan))).results, "versions");

  it("says which, and that their databases are migrated", async () => {
    const plan = await hostPlan({});
    const images = Object.fromEntries(plan.catalogue.services.map((s) => [s.name, s.image]));
    expect((await found(having(plan, images))).says).to.equal("all stay");
    const { state, says } = await found(
      having(plan, {
        ...images,
        n8n: "docker.n8n.io/n8nio/n8n:2.1.0",
        librechat: "ghcr.io/librechat-ai/librechat:v0.8.0",
      }),
    );
    expect(state).to.equal("good");
    expect(says).to.match(/n8n 2\.1\.0 -> [\d.]+ \(migrates its database\), LibreChat 0\.8\.0 -> [\d.]+$/);
  });

  it("stops before what the data does not go with, in both topologies", async () => {
    for (const plan of [await hostPlan({}), await prodPlan({})]) {
      for (const [image, why] of [
        ["chatwoot/chatwoot:v4.1.0-ce", "first 4.2"],
        ["chatwoot/chatwoot:v4.99.0-ce", "older than the data"],
      ] as const) {
        const { state, hint } = await found(having(plan, { "chatwoot-web": image }));
        expect(state).to.equal("missing");
        expect(hint?.join()).to.contain("services.chatwoot-web.image").and.contain(why);
      }
    }
  });

  it("has nothing to say of a stack that is not there", async () => {
    expect(await found(await hostPlan({}))).to.include({ state: "good" });
  });
});
