import { expect } from "chai";
import { said } from "../../../services/model/text";
import { evaluate } from "../../../policies/engine/evaluate";
import { secretsOf, type Catalogue } from "../../../services/catalogue";
import type { Container } from "../../../services/model/types";
import { composeStack, type ComposedStack } from "../../../stacks/compose";
import { estimateCost } from "../../../cost/estimate";
import { record, valueOf, type RecordedResource } from "../../../record/record";
import { fourApplications } from "../../support/applications";
import { failureOf } from "../../support/recorded/failure";
import { sandboxSettings } from "../../support/fixtures";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { recordProd } from "../../support/recorded/prod";
import { unexpectedConnections } from "../../support/recorded/connections";
import { variableText } from "../../support/values";

interface Whole {
  /** First label of its host names; `n8n` is also a word of its own. */
  readonly label?: string;
  /** Names that go with it. */
  readonly parts: readonly string[];
  readonly outputs: readonly string[];
  readonly login?: string;
}
const wholes: Readonly<Record<string, Whole>> = {
  "chatwoot-web": { label: "desk", parts: ["chatwoot-sidekiq"], outputs: ["chatwootUrl"], login: "chatwoot" },
  n8n: { label: "n8n", parts: ["n8n-worker", "n8n-webhook"], outputs: ["n8nUrl"], login: "n8n" },
  librechat: { label: "chat", parts: [], outputs: ["librechatUrl"], login: "librechat" },
  "data-bridge": { label: "data", parts: [], outputs: ["dataUrl"], login: "data" },
  "n8n-webhook": { parts: [], outputs: [] },
};
const names = Object.keys(wholes);
const sets = (all: readonly string[]): string[][] => [
  ...all.map((name) => [name]),
  ...all.flatMap((name, i) => all.slice(i + 1).map((other) => [name, other])),
  [...all],
];

/** Stores that somebody needs. */
const storesOf = (topology: string, off: readonly string[]): string[] => {
  const on = (name: string) => !off.includes(name);
  const chat = on("librechat");
  return [
    ...(on("chatwoot-web") || on("n8n") || on("data-bridge") ? ["postgres"] : []),
    ...(chat ? ["mongodb"] : []),
    ...(on("chatwoot-web") || (topology === "fargate" && (on("n8n") || chat)) ? ["redis"] : []),
  ];
};

const text = (container: Container): string[] =>
  Object.entries(container.environment).map(([key, value]) => `${key}=${variableText(value)}`);

/** Names of hosts in a text: after `//`, `@` or `=`, up to a port, a path, a dot or the end. */
const naming = (host: string) => new RegExp(`(//|@|=)${host}(\\.internal)?([:/.]|$)`);

/** What of a catalogue points to something that is not there. */
function dangling({ services, jobs, stores }: Catalogue, off: readonly string[]): string[] {
  const containers = [...services, ...jobs];
  const known = new Set([...containers.map((c) => c.name), ...stores]);
  const gone = [...off, ...["postgres", "mongodb", "redis"].filter((s) => !(stores as readonly string[]).includes(s))];
  return containers.flatMap((c) => [
    ...[...(c.after ?? []), ...(c.calls ?? []), ...(c.uses ?? [])]
      .filter((name) => !known.has(name))
      .map((name) => `${c.name} refers to ${name}`),
    ...gone.flatMap((host) =>
      text(c)
        .filter((line) => naming(host).test(line))
        // a database or a role of the same name
        .filter((line) => !/_(DATABASE|USER|USERNAME|PREFIX)=/.test(line))
        .map((line) => `${c.name} names ${host}: ${line}`),
    ),
  ]);
}

/** What stays of a service that is off, by intent: its keys and logins, its files, its role in the database, its images. */
const stays = [
  "random:index/randomPassword:RandomPassword",
  "aws:s3/",
  "ai-ecosystem:data:",
  "aws:secretsmanager/secret",
  "aws:lambda/permission:Permission",
  "aws:ecr/",
];

const leftovers = (resources: readonly RecordedResource[], off: readonly string[]): string[] =>
  resources
    .filter(({ name }) => off.some((service) => new RegExp(`-${service}(-|$)`).test(name)))
    .filter(({ type }) => !stays.some((prefix) => type.startsWith(prefix)))
    .map(({ type, name }) => `${type} ${name}`);

const storeTypes: Readonly<Record<string, RegExp>> = {
  postgres: /^aws:rds\//,
  mongodb: /^aws:docdb\//,
  redis: /^aws:elasticache\//,
};

async function flaws(topology: "host" | "fargate", off: readonly string[]): Promise<string[]> {
  const values = { services: JSON.stringify(Object.fromEntries(off.map((name) => [name, { enabled: false }]))) };
  const common = { domain: "acme.example", hostedZone: "acme.example", adminEmail: "ops@acme.example" };
  const { resources, result } =
    topology === "fargate"
      ? await recordProd({ ...common, ...values }, fourApplications)
      : await record<ComposedStack>(() => composeStack(sandboxSettings({ ...common, ...values }), fourApplications));
  const { catalogue, settings, outputs } = result;
  const gone = off.flatMap((name) => [name, ...(wholes[name]?.parts ?? [])]);
  const findings = evaluate(resources).filter((f) => f.severity === "error" && f.waiver === undefined);
  const stores = storesOf(topology, off);
  const text = JSON.stringify([
    resources.filter((r) => !stays.some((prefix) => r.type.startsWith(prefix))).map((r) => r.inputs),
    topology === "host" ? Object.values(await valueOf(result.files)) : [],
  ]);
  const shown = (await valueOf(outputs["credentials"])) as Record<string, unknown>;
  const cost = estimateCost({ settings, catalogue, resources });
  const lines = [...cost.floor, ...cost.usage].map((line) => `${line.id} ${said(line.item)}`);
  const managed: Readonly<Record<string, RegExp>> = { postgres: /PostgreSQL/, mongodb: /DocumentDB/, redis: /Valkey/ };
  return [
    ...findings.map((f) => `${f.rule}: ${f.message}`),
    ...(topology === "fargate" ? unexpectedConnections(resources, catalogue) : []),
    ...dangling(catalogue, gone),
    ...(topology === "fargate" ? leftovers(resources, gone) : []),
    ...Object.entries(storeTypes)
      .filter(
        ([store, type]) =>
          topology === "fargate" && stores.includes(store) !== resources.some((r) => type.test(r.type)),
      )
      .map(([store]) => `${store} is there, or not`),
    ...(stores.join() === catalogue.stores.join() ? [] : [`stores: ${catalogue.stores.join()}`]),
    ...off
      .flatMap((name) => wholes[name]?.label ?? [])
      .filter((label) => text.includes(`${label}.acme.example`))
      .map((label) => `something names ${label}.acme.example`),
    ...off.flatMap((name) => wholes[name]?.outputs ?? []).filter((output) => output in outputs),
    ...off
      .flatMap((name) => wholes[name]?.login ?? [])
      .filter((login) => login in shown)
      .map((l) => `login ${l}`),
    ...lines.filter((line) => gone.some((name) => new RegExp(`^(task-)?${name} `).test(line))),
    ...Object.entries(managed)
      .filter(([store, words]) => topology === "fargate" && !stores.includes(store) && lines.some((l) => words.test(l)))
      .map(([store]) => `a cost line of ${store}`),
  ];
}

describe("services that are off", function () {
  for (const topology of ["host", "fargate"] as const) {
    const shipped = names.filter((name) => topology === "fargate" || name !== "n8n-webhook");
    for (const off of sets(shipped)) {
      it(`leave nothing that points to them: ${topology} without ${off.join(", ")}`, async () => {
        expect(await flaws(topology, off)).to.deep.equal([]);
      });
    }
  }

  const host = (services: object) => () =>
    record(() => composeStack(sandboxSettings({ services: JSON.stringify(services) }), fourApplications));
  const fargate =
    (services: object, more: Record<string, string> = {}) =>
    () =>
      recordProd({ services: JSON.stringify(services), ...more }, fourApplications);
  const off = { enabled: false };
  const refused: Readonly<Record<string, readonly [() => Promise<unknown>, ...(string | RegExp)[]]>> = {
    "the entrance of the host": [host({ nginx: off }), "services.nginx.enabled: cannot be false: nothing on the host"],
    "Chatwoot's worker by itself": [
      host({ "chatwoot-sidekiq": off }),
      /chatwoot-sidekiq\.enabled: cannot be false: .*both off/,
    ],
    "n8n's worker by itself": [fargate({ "n8n-worker": off }), /n8n-worker\.enabled: cannot be false: .*both off/],
    "a part without its whole": [
      fargate({ n8n: off, "n8n-webhook": { enabled: true } }),
      "services.n8n-webhook.enabled: cannot be true: it works for n8n, which is off",
    ],
    "stores that somebody needs, all at once, with who does": [
      host({ postgres: off, mongodb: off, redis: off }),
      "services.postgres.enabled: cannot be false: chatwoot-web, chatwoot-sidekiq, n8n, data-bridge need it",
      "services.mongodb.enabled: cannot be false: librechat needs it",
      "services.redis.enabled: cannot be false: chatwoot-web, chatwoot-sidekiq need it",
    ],
    "the same of managed stores": [
      fargate({ mongodb: off, redis: off }),
      "services.mongodb.enabled: cannot be false: librechat needs it",
      "services.redis.enabled: cannot be false: chatwoot-web, chatwoot-sidekiq, n8n, n8n-worker, n8n-webhook, librechat need it",
    ],
  };
  for (const [name, [run, ...words]] of Object.entries(refused)) {
    it(`refuses what cannot be off: ${name}`, async () => {
      const error = String(await failureOf(run));
      for (const word of words) expect(error).to[typeof word === "string" ? "contain" : "match"](word as never);
    });
  }

  describe("whose managed store the region does not have", () => {
    const stack =
      (values: Record<string, string>, aws: Record<string, string> = {}) =>
      () =>
        record(() => composeStack(prodSettings(values, { "aws:region": "us-west-1", ...aws }), fourApplications), {
          stack: "prod",
        });

    it("make no stack where somebody needs it, with who does and the ways out", async () => {
      expect(String(await failureOf(stack({})))).to.match(
        /- aws:region: has no DocumentDB, and librechat needs it: .*ai-ecosystem:mongoUri.*aws:skipRegionValidation/,
      );
      const services = JSON.stringify({ librechat: off, mongodb: { enabled: true } });
      expect(String(await failureOf(stack({ services })))).to.contain("has no DocumentDB, and data-bridge needs it");
    });

    it("are no hindrance where nobody does, or AWS has it since", () => {
      const without = { services: JSON.stringify({ librechat: off }) };
      const own = { mongoUri: "mongodb://desk:hidden@a.example.net/librechat" };
      for (const values of [without, own]) {
        expect(prodCatalogue(prodSettings(values, { "aws:region": "us-west-1" })).stores).not.to.include("mongodb");
      }
      const newer = { "aws:region": "us-west-1", "aws:skipRegionValidation": "true" };
      expect(prodCatalogue(prodSettings({}, newer)).stores).to.include("mongodb");
    });
  });

  describe("whose managed store exists", () => {
    const stack = (values: Record<string, string>) => () =>
      record(() => composeStack({ ...prodSettings(values), existingStores: ["mongodb"] }, fourApplications), {
        stack: "prod",
      });
    const ofStores = (resources: readonly RecordedResource[]) =>
      resources.filter((r) => storeTypes["mongodb"]?.test(r.type)).map((r) => r.name);
    const without = (...names: string[]) => ({
      services: JSON.stringify(Object.fromEntries(names.map((name) => [name, off]))),
    });

    it("keep it with its data, though nobody needs it", async () => {
      const all = await stack({})();
      for (const values of [without("librechat"), { mongoUri: "mongodb://desk:hidden@a.example.net/librechat" }]) {
        const { resources, result } = await stack(values)();
        expect(ofStores(resources)).to.deep.equal(ofStores(all.resources));
        expect(unexpectedConnections(resources, result.catalogue)).to.deep.equal([]);
        const { floor } = estimateCost({ ...result, resources });
        expect(floor.map((line) => line.id)).to.include("mongodb");
      }
    });

    it("refuse its end while data is protected, with the way out", async () => {
      const error = String(await failureOf(stack(without("librechat", "mongodb"))));
      expect(error)
        .to.contain("services.mongodb.enabled: would delete a store and its data")
        .and.contain("deletionProtection");
    });

    it("let it go when both are said", async () => {
      const { resources } = await stack({ ...without("librechat", "mongodb"), deletionProtection: "false" })();
      expect(ofStores(resources)).to.deep.equal([]);
    });
  });

  for (const [topology, run] of [
    ["host", host({ "chatwoot-web": off })],
    ["fargate", fargate({ "chatwoot-web": off })],
  ] as const) {
    it(`leave the others their people: n8n has its owner without Chatwoot, and no starter flow (${topology})`, async () => {
      const { services, jobs } = (await run()).result.catalogue;
      const users = services.find((s) => s.name === "n8n")?.users;
      const job = jobs.find((j) => j.name === users?.job);
      expect(job?.command).to.deep.equal(["/import/import.sh", "owner"]);
      expect(secretsOf(job as Container)).to.include("n8n-owner-password-hash");
      expect(secretsOf(job as Container).filter((id) => id.startsWith("chatwoot"))).to.deep.equal([]);
      for (const { name } of services.filter((s) => s.application?.id === "n8n")) {
        expect(services.find((s) => s.name === name)?.after, name).to.include(job?.name);
      }
    });
  }

  it("keep a store that is said to stay, though nobody needs it", async () => {
    const { result } = await host({ librechat: off, mongodb: { enabled: true } })();
    expect(result.catalogue.services.map((s) => s.name)).to.include("mongodb");
  });
});
