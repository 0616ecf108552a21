import { expect } from "chai";
import * as fc from "fast-check";
import { evaluate } from "../../../policies/engine/evaluate";
import { describeProblems } from "../../../settings/problems";
import { parseSettings } from "../../../settings/settings";
import { inRegion } from "../../../dev/docs/profiles";
import type { RecordedResource } from "../../../record/record";
import { failureOf } from "../../support/recorded/failure";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { everything, recordProd } from "../../support/recorded/prod";
import { unexpectedConnections } from "../../support/recorded/connections";

type Values = Readonly<Record<string, string>>;

/** What is wrong with a stack that was made: nothing should be. */
async function flaws(values: Values, stack = "prod"): Promise<string[]> {
  const { resources, result } = await recordProd(values, undefined, { stack });
  const errors = evaluate(resources).filter((f) => f.severity === "error" && f.waiver === undefined);
  return [
    ...errors.map((f) => `${f.rule} ${f.urn.split("::").at(-1) ?? ""}: ${f.message}`),
    ...unexpectedConnections(resources, result.catalogue),
    ...twice(resources.map((r) => r.urn)).map((urn) => `made twice: ${urn}`),
    ...longNames(resources),
  ];
}

const twice = (names: readonly string[]) => names.filter((name, i) => names.indexOf(name) !== i);

/** Names that AWS refuses: those that are given, and those that Pulumi makes of the logical name and eight characters. */
const longNames = (resources: readonly RecordedResource[]): string[] =>
  Object.entries({
    "aws:iam/role:Role": 64,
    "aws:iam/policy:Policy": 128,
    "aws:lambda/function:Function": 64,
    "aws:elasticache/subnetGroup:SubnetGroup": 255,
    "aws:cloudwatch/eventRule:EventRule": 64,
  }).flatMap(([type, most]) =>
    resources
      .filter((r) => r.type === type)
      .map((r) => (typeof r.inputs["name"] === "string" ? r.inputs["name"] : `${r.name}-1234567`))
      .filter((name) => name.length > most)
      .map((name) => `${type} ${name} is longer than ${most}`),
  );

const services = prodCatalogue(prodSettings()).services.map((s) => s.name);

describe("production in all its variants", function () {
  const variants: Readonly<Record<string, Values>> = {
    "the least that it needs": {},
    "everything on": everything,
    "the smallest sizes": { costProfile: "economy" },
    "a MongoDB of one's own": { mongoUri: "mongodb://desk:hidden-from-all@a.example.net:27018/librechat" },
    "three zones and one NAT gateway": { azCount: "3", natGateways: "1" },
    "a zone by its id, the domain below it": { domain: "desk.example.com", hostedZone: "Z0123456789ABC" },
    "nothing that is kept": { deletionProtection: "false", backupRetentionDays: "1", guardDuty: "off" },
    "no application at all": {
      services: JSON.stringify(Object.fromEntries(services.map((name) => [name, { enabled: false }]))),
    },
  };
  for (const [name, values] of Object.entries(variants)) {
    it(`is made without an error: ${name}`, async () => {
      expect(await flaws(values)).to.deep.equal([]);
    });
  }

  for (const store of ["postgres", "mongodb", "redis"]) {
    it(`says that it cannot be without ${store}`, async () => {
      const error = await failureOf(() => recordProd({ services: JSON.stringify({ [store]: { enabled: false } }) }));
      expect(String(error)).to.contain(`ai-ecosystem:services.${store}.enabled: cannot be false`);
    });
  }

  const refused: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    "services.n8n-worker.cpu": [
      { "n8n-worker": { cpu: 0.3 } },
      /0\.3 vCPU is no size of Fargate; there are 0\.25, 0\.5/,
    ],
    "services.librechat.memoryMb": [
      { librechat: { memoryMb: 640 } },
      /with 0\.5 vCPU Fargate has 1024, 2048, .* not 640/,
    ],
    "services.chatwoot-web.memoryMb": [{ "chatwoot-web": { cpu: 4 } }, /8192, 9216, 10240, … 30720/],
    "services.n8n.maxTasks": [{ n8n: { maxTasks: 2 } }, /must be 1/],
    "services.librechat.spot": [{ librechat: { spot: true } }, /must be false/],
    "services.chatwoot-web.minTasks": [{ "chatwoot-web": { minTasks: 0 } }, /must be at least 1: nothing starts/],
    "services.librechat.minTasks": [{ librechat: { minTasks: 9 } }, /is 9, above maxTasks, which is 6/],
  };
  for (const [key, [overrides, words]] of Object.entries(refused)) {
    it(`refuses what Fargate does not have: ${key}`, async () => {
      const error = String(await failureOf(() => recordProd({ services: JSON.stringify(overrides) })));
      expect(error).to.contain(`ai-ecosystem:${key}: `).and.match(words).and.contain("1 problem");
    });
  }

  it("leaves Spot when that is stated, and nothing else changes", async () => {
    const strategies = async (services: object) => {
      const { resources } = await recordProd({ services: JSON.stringify(services) });
      const all = resources.filter((r) => r.type === "aws:ecs/service:Service");
      return Object.fromEntries(all.map((r) => [String(r.inputs["name"]), r.inputs["capacityProviderStrategies"]]));
    };
    const spot = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
    const before = await strategies({});
    expect(Object.keys(before).filter((name) => JSON.stringify(before[name]) === JSON.stringify(spot))).to.have.members(
      ["data-bridge", "n8n-worker"],
    );
    expect(await strategies({ "n8n-worker": { spot: false } })).to.deep.equal({
      ...before,
      "n8n-worker": [{ capacityProvider: "FARGATE", weight: 1 }],
    });
  });

  it("may be called production, or p", async () => {
    expect(await flaws(everything, "production")).to.deep.equal([]);
    expect(await flaws({}, "p")).to.deep.equal([]);
  });

  for (const [stack, words] of [
    ["production-eu-west-1", "would be 9 longer: choose a shorter name for the stack"],
    ["Production", "only lower-case letters, digits and hyphens"],
    ["prod_eu", "only lower-case letters, digits and hyphens"],
  ] as const) {
    it(`refuses a name that AWS does not take: ${stack}`, async () => {
      expect(String(await failureOf(() => recordProd({}, undefined, { stack })))).to.contain(words);
    });
  }

  it("refuses to be without a NAT gateway", () => {
    expect(() => prodSettings({ natGateways: "0" })).to.throw("natGateways must be at least 1");
  });

  describe("whatever the settings say", () => {
    const text = (value: fc.Arbitrary<unknown>) => value.map((v) => (typeof v === "string" ? v : JSON.stringify(v)));
    const some = (value: fc.Arbitrary<unknown>) => fc.option(text(value), { nil: undefined });
    const sizes: readonly [number, number][] = [
      [0.25, 1024],
      [0.25, 2048],
      [0.5, 1024],
      [1, 2048],
      [2, 16384],
      [4, 30720],
    ];
    const override = fc
      .record({
        enabled: fc.boolean(),
        size: fc.option(fc.constantFrom(...sizes)),
        tasks: fc.option(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 3 }))),
      })
      .map(({ enabled, size, tasks }) => ({
        enabled,
        ...(size === null ? {} : { cpu: size[0], memoryMb: size[1] }),
        ...(tasks === null ? {} : { minTasks: tasks[0], maxTasks: Math.max(1, tasks[0] + tasks[1]) }),
      }));
    const settings = fc
      .record({
        costProfile: some(fc.constantFrom("economy", "standard")),
        azCount: some(fc.constantFrom(2, 3)),
        natGateways: some(fc.constantFrom(1, 2)),
        vpcCidr: some(fc.constantFrom("10.1.0.0/16", "172.16.0.0/20", "192.168.0.0/18")),
        deployment: some(fc.constantFrom("rolling", "blueGreen")),
        guardDuty: some(fc.constantFrom("create", "existing", "off")),
        accountPublicAccessBlock: some(fc.constantFrom("create", "existing")),
        githubOidc: some(fc.constantFrom("create", "existing")),
        githubRepository: some(fc.constant("acme/desk")),
        logRetentionDays: some(fc.constantFrom(7, 30, 365)),
        backupRetentionDays: some(fc.integer({ min: 1, max: 35 })),
        deletionProtection: some(fc.boolean()),
        bedrock: some(fc.boolean()),
        originSecretGeneration: some(fc.integer({ min: 1, max: 9 })),
        openaiApiKey: some(fc.constant("sk-hidden-from-all")),
        googleApiKey: some(fc.constant("AIza-hidden-from-all")),
        smtp: some(
          fc.constantFrom(
            { host: "smtp.example.com", port: 25, from: "desk@example.com" },
            { host: "smtp.example.com", user: "desk", password: "hidden-from-all", from: "desk@example.com" },
          ),
        ),
        mongoUri: some(
          fc.constantFrom("mongodb+srv://a:hidden@c.example.net/l", "mongodb://a:hidden@b.example.net:443/l"),
        ),
        alertEmail: some(fc.constant("ops@example.com")),
        slackWebhookUrl: some(fc.constant("https://hooks.slack.com/services/T000/B000/hidden")),
        monthlyBudgetUsd: some(fc.integer({ min: 1, max: 9999 })),
        services: some(
          fc.dictionary(fc.constantFrom(...services), override, { maxKeys: 4 }).map((all) =>
            Object.fromEntries(
              Object.entries(all).map(([name, { enabled, ...sizes }]) => {
                const worker = ["chatwoot-sidekiq", "n8n-worker"].includes(name);
                return [
                  name,
                  {
                    // a worker goes with its whole
                    ...(enabled || worker ? {} : { enabled }),
                    // there is one of it at most
                    ...(name === "n8n" ? {} : sizes),
                    // what scales on its tasks alone has one
                    ...(name !== "n8n" && !worker && sizes.minTasks === 0 ? { minTasks: 1 } : {}),
                  },
                ];
              }),
            ),
          ),
        ),
      })
      .map((all) => Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined)) as Values)
      .map((all) => ("alertEmail" in all ? all : without(all, "monthlyBudgetUsd")));

    it("it is made without an error", async () => {
      await fc.assert(
        fc.asyncProperty(settings, async (values) => {
          expect(await flaws(values)).to.deep.equal([]);
        }),
        { numRuns: 12 },
      );
    });

    it("the generator keeps to the rules, and reaches most of the settings", () => {
      const required = {
        topology: "fargate",
        domain: "example.com",
        hostedZone: "example.com",
        adminEmail: "a@b.example",
      };
      for (const values of fc.sample(settings, 100)) {
        const all = { ...required, ...values };
        const result = parseSettings({ values: all, secretKeys: new Set(Object.keys(all)), aws: inRegion() });
        if ("problems" in result) expect.fail(describeProblems(result.problems));
      }
      expect(new Set(fc.sample(settings, 100).flatMap((values) => Object.keys(values))).size).to.be.greaterThan(20);
    });
  });
});

function without(values: Values, key: string): Values {
  return Object.fromEntries(Object.entries(values).filter(([k]) => k !== key));
}
