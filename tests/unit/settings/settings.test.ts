import { expect } from "chai";
import * as fc from "fast-check";
import { nearest } from "../../../settings/nearest";
import { settingKeys } from "../../../settings/keys";
import { describeProblems, type Problem } from "../../../settings/problems";
import { inRegion } from "../../../dev/docs/profiles";
import { completeSettings, parseSettings, type Settings } from "../../../settings/settings";

const valid = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]' };

function problems(values: Record<string, string>, secretKeys: readonly string[] = []): Problem[] {
  const result = parseSettings({ values, secretKeys: new Set(secretKeys), aws: inRegion() });
  return "problems" in result ? result.problems : [];
}

function settings(values: Record<string, string>, secretKeys: readonly string[] = []): Settings {
  const result = parseSettings({ values, secretKeys: new Set(secretKeys), aws: inRegion() });
  if ("problems" in result) throw new Error(describeProblems(result.problems));
  return completeSettings(result.parsed, "test");
}

describe("settings", () => {
  it("fills in the documented defaults", () => {
    const s = settings(valid);
    expect(s).to.include({
      instanceType: "t3.medium",
      memoryPlan: "standard",
      swapSizeGb: 4,
      rootVolumeGb: 30,
      dataVolumeGb: 20,
      tls: "letsencrypt",
      vpcCidr: "10.0.0.0/16",
      azCount: 2,
      natGateways: 0,
      backups: "s3",
      backupRetentionDays: 7,
      deletionProtection: true,
    });
    expect(s.domain).to.equal(undefined);
  });

  it("gives small and micro instances the compact plan, unless told otherwise", () => {
    expect(settings({ ...valid, instanceType: "t4g.micro" }).memoryPlan).to.equal("compact");
    expect(settings({ ...valid, instanceType: "t3.small" }).memoryPlan).to.equal("compact");
    expect(settings({ ...valid, instanceType: "t3a.large" }).memoryPlan).to.equal("standard");
    expect(settings({ ...valid, instanceType: "t3.small", memoryPlan: "standard" }).memoryPlan).to.equal("standard");
  });

  it("gives fargate two NAT gateways", () => {
    const prod = {
      topology: "fargate",
      domain: "desk.example.com",
      hostedZone: "example.com",
      adminEmail: "a@example.com",
    };
    expect(settings(prod).natGateways).to.equal(2);
    expect(settings({ ...prod, natGateways: "1" }).natGateways).to.equal(1);
  });

  it("reports every problem at once, each with its key", () => {
    const found = problems({
      topology: "hosts",
      instanceType: "t3.giant",
      azCount: "7",
      vpcCidr: "8.8.8.0/24",
      sshAllowedCidrs: "not-a-network",
      domain: "UPPER",
      memoryplan: "compact",
    });
    expect(found.map((p) => p.key.split(".")[0])).to.include.members([
      "topology",
      "instanceType",
      "azCount",
      "vpcCidr",
      "sshAllowedCidrs",
      "domain",
      "memoryplan",
    ]);
  });

  it("names the nearest key for one that does not exist, at every level", () => {
    const top = problems({ ...valid, instancetype: "t3.small" });
    expect(top).to.have.length(1);
    expect(top[0]).to.include({ key: "instancetype", message: "is not known; did you mean instanceType?" });
    const inner = problems({ ...valid, services: '{"n8n":{"memoryMB":600}}' });
    expect(inner[0]?.key).to.equal("services.n8n.memoryMB");
    expect(inner[0]?.message).to.contain("did you mean memoryMb?");
    expect(nearest("sshAllowedCidr", Object.keys(settingKeys))).to.equal("sshAllowedCidrs");
  });

  it("says key, value, what is allowed and an example", () => {
    const text = describeProblems(problems({ ...valid, instanceType: "t3.giant" }));
    expect(text).to.contain("ai-ecosystem:instanceType = t3.giant");
    expect(text).to.contain("allowed: t3, t3a, t4g in the sizes micro, small, medium, large");
    expect(text).to.contain("pulumi config set ai-ecosystem:instanceType t3.medium");
    const known = describeProblems(problems({ ...valid, instanceType: "t3.giant", services: "[]" }), "acme");
    expect(known).to.contain("pulumi config set -s acme ai-ecosystem:instanceType t3.medium");
    expect(known).to.contain("pulumi config set -s acme --path 'ai-ecosystem:services.n8n.memoryMb' 640");
  });

  it("shows of a value with parts the part that is wrong, and says which is missing", () => {
    const services = '{"n8n":{"memoryMb":600,"image":"n8n:latest"},"librechat":{"cpu":99}}';
    const found = problems({
      ...valid,
      services,
      sshAllowedCidrs: '["203.0.113.7/32","office"]',
      smtp: '{"host":"mail.acme.de"}',
    });
    const value = Object.fromEntries(found.map((p) => [p.key, p.value]));
    expect(value).to.deep.equal({
      "sshAllowedCidrs.1": "office",
      "services.n8n.image": "n8n:latest",
      "services.librechat.cpu": "99",
      "smtp.from": undefined,
    });
    expect(found.find((p) => p.key === "smtp.from")?.message).to.equal("is required");
  });

  it("requires what the topology needs, even when another key has the wrong type", () => {
    const found = problems({ topology: "host", azCount: "many" }).map((p) => p.key);
    expect(found).to.have.members(["azCount", "sshAllowedCidrs"]);
    expect(problems({ topology: "fargate" }).map((p) => p.key)).to.include("domain");
    expect(problems({}).map((p) => p.key)).to.include("topology");
  });

  it("switches a sandbox's settings to fargate by the keys that production requires, and names them", () => {
    const switched = { ...valid, instanceType: "t3.medium", topology: "fargate" };
    const required = { domain: "desk.example.com", hostedZone: "example.com", adminEmail: "a@example.com" };
    expect(problems(switched).map((p) => p.key)).to.have.members(Object.keys(required));
    expect(problems({ ...switched, ...required })).to.deep.equal([]);
  });

  for (const open of ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"]) {
    it(`refuses SSH from ${open} unless it is meant`, () => {
      const values = { topology: "host", sshAllowedCidrs: JSON.stringify([open]) };
      expect(problems(values)[0]?.message).to.contain("allowPublicSsh");
      expect(problems({ ...values, allowPublicSsh: "true" })).to.have.length(0);
    });
  }

  it("takes a list of networks as text with commas, too", () => {
    const s = settings({ topology: "host", sshAllowedCidrs: "203.0.113.7/32, 2001:db8::/48" });
    expect(s.sshAllowedCidrs).to.deep.equal(["203.0.113.7/32", "2001:db8::/48"]);
  });

  it("refuses a secret in plain text, and never shows it", () => {
    const found = problems({ ...valid, openaiApiKey: "sk-very-secret-value" });
    expect(found[0]?.message).to.contain("--secret");
    expect(describeProblems(found)).not.to.contain("sk-very-secret-value");
    const short = problems({ ...valid, openaiApiKey: "s p a c e d" }, ["openaiApiKey"]);
    expect(describeProblems(short)).not.to.contain("s p a c e d");
    const mail = '{"host":"smtp.example.com","from":"a@example.com","user":"u","password":"hush-hush"}';
    const plain = problems({ ...valid, smtp: mail });
    expect(plain.map((p) => p.key)).to.include("smtp.password");
    expect(describeProblems(plain)).not.to.contain("hush-hush");
    const others = [
      '{"host":"smtp.example.com","password":"hush-hush"}',
      '{"host":"not a host","from":"a@example.com","password":"hush-hush","user":"u"}',
      '{"host":"smtp.example.com","from":"a@example.com","password":"hush-hush"}',
      '{"host":"smtp.example.com","password":"hush-hush"',
      "smtp://u:hush-hush@smtp.example.com",
      '["hush-hush"]',
    ];
    for (const smtp of others) {
      const told = describeProblems(problems({ ...valid, smtp }));
      expect(told, smtp).to.contain("ai-ecosystem:smtp").and.not.to.contain("hush-hush");
    }
  });

  it("keeps configured secrets as secret outputs", async () => {
    const s = settings({ ...valid, openaiApiKey: "sk-very-secret-value" }, ["openaiApiKey"]);
    const key = s.secrets.apiKeys.openai as unknown as { isSecret: Promise<boolean> };
    expect(await key.isSecret).to.equal(true);
    expect(JSON.stringify(Object.entries(s).filter(([k]) => k !== "secrets"))).not.to.contain("sk-very-secret");
  });

  it("knows the ports of a MongoDB of one's own, and nothing else of its address", () => {
    const ports = (uri: string) =>
      settings(
        {
          ...valid,
          topology: "fargate",
          domain: "example.com",
          hostedZone: "example.com",
          adminEmail: "a@b.example",
          mongoUri: uri,
        },
        ["mongoUri"],
      ).mongoPorts;
    expect(ports("mongodb://a.example.net/librechat")).to.deep.equal([27017]);
    expect(ports("mongodb://user:p%40ss:1@b.example.net:27020,a.example.net:27018/db?x=1:2")).to.deep.equal([
      27018, 27020,
    ]);
    expect(ports("mongodb://user:pass@[2001:db8::1]:5,[2001:db8::2]/?tls=true")).to.deep.equal([5, 27017]);
    expect(ports("mongodb+srv://user:pass@cluster.example.net/librechat")).to.deep.equal([27015, 27016, 27017]);
    expect(settings(valid).mongoPorts).to.deep.equal([]);
  });

  it("takes the place of the state for the GitHub roles, and only with a repository", () => {
    const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const state = { stateBucket: "s3://acme-state/desks?region=us-east-1", stateKmsKeyArn: key };
    expect(problems({ ...valid, ...state, githubRepository: "acme/desk" })).to.deep.equal([]);
    expect(problems({ ...valid, ...state, githubRepository: "acme@12/desk@34" })).to.deep.equal([]);
    expect(problems({ ...valid, ...state }).map((p) => p.key)).to.deep.equal(["stateBucket", "stateKmsKeyArn"]);
    for (const wrong of ["Acme", "s3://", "gs://acme-state", "acme-state/desks", "ai-ecosystem-prod-state"]) {
      const found = problems({ ...valid, githubRepository: "acme/desk", stateBucket: wrong });
      expect(
        found.map((p) => p.key),
        wrong,
      ).to.deep.equal(["stateBucket"]);
    }
    for (const wrong of ["alias/acme-state", "arn:aws:kms:us-east-1:123456789012:alias/acme-state", "1234abcd"]) {
      const found = problems({ ...valid, githubRepository: "acme/desk", stateKmsKeyArn: wrong });
      expect(
        found.map((p) => p.key),
        wrong,
      ).to.deep.equal(["stateKmsKeyArn"]);
    }
    for (const wrong of ["acme", "acme@12/desk", "acme/desk/x"]) {
      expect(
        problems({ ...valid, githubRepository: wrong }).map((p) => p.key),
        wrong,
      ).to.deep.equal(["githubRepository"]);
    }
  });

  it("takes a class of its own for each store, when its price is known", () => {
    const prod = { topology: "fargate", domain: "example.com", hostedZone: "example.com", adminEmail: "a@example.com" };
    const classes = { postgresClass: "db.t4g.large", documentDbClass: "db.serverless", valkeyClass: "cache.t4g.small" };
    expect(settings({ ...prod, ...classes })).to.include(classes);
    const unpriced = problems({ ...prod, postgresClass: "db.x2iedn.24xlarge" });
    expect(unpriced.map((p) => p.key)).to.deep.equal(["postgresClass"]);
    expect(describeProblems(unpriced))
      .to.contain("ai-ecosystem:postgresClass = db.x2iedn.24xlarge: has no price")
      .and.contain('prices.overrides.json, e.g. { "rds.db.')
      .and.match(/allowed: db\.t4g\.micro, db\.t4g\.small, db\.t4g\.medium, .*db\.m7g\.large/);
    const wrong = { postgresClass: "t4g.small", documentDbClass: "db.serverless.small", valkeyClass: "db.t4g.small" };
    expect(problems({ ...prod, ...wrong }).map((p) => p.message)).to.have.length(3);
    const mongoUri = "mongodb+srv://user:password@cluster.example.net/librechat";
    const both = problems({ ...prod, documentDbClass: "db.t3.medium", mongoUri }, ["mongoUri"]);
    expect(both.map((p) => `${p.key} ${p.message}`)).to.deep.equal([
      "documentDbClass is of no use with mongoUri, in whose stead there is no DocumentDB",
    ]);
  });

  it("keeps texts of digits as texts", () => {
    const s = settings({ ...valid, openaiApiKey: "1234567890" }, ["openaiApiKey"]);
    expect(s.secrets.apiKeys).to.have.property("openai");
  });

  it("never throws, and names the key, on 1,000 random documents", () => {
    const value = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom("host", "fargate", "t3.small", "true", "0", "-1", "10.0.0.0/16", "203.0.113.7/32", "example.com"),
      fc.ipV4(),
      fc.integer().map(String),
    );
    const key = fc.oneof(fc.constantFrom(...Object.keys(settingKeys)), fc.string());
    let accepted = 0;
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 12 }), fc.boolean(), (extra, sane) => {
        const values = sane ? { ...extra, ...valid } : extra;
        const result = parseSettings({ values, secretKeys: new Set(Object.keys(values)), aws: inRegion() });
        if ("parsed" in result) {
          accepted++;
          expect(completeSettings(result.parsed, "test").topology).to.be.oneOf(["host", "fargate"]);
          return;
        }
        expect(result.problems).not.to.have.length(0);
        for (const problem of result.problems) {
          expect(problem.key).not.to.equal(undefined);
          expect(problem.message).to.match(/\S/);
        }
        const text = describeProblems(result.problems);
        expect(text)
          .to.contain("ai-ecosystem:")
          .and.not.match(/\n\s+at .*:\d+:\d+/);
      }),
      { numRuns: 1000 },
    );
    expect(accepted).to.be.greaterThan(0);
  });
});
