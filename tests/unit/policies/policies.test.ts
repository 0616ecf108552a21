import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { policies } from "../../../policies/engine/pack";
import type { Waiver } from "../../../policies/engine/types";
import { evaluate, EXPIRED_WAIVER, matches } from "../../../policies/engine/evaluate";
import { assignsSecret, isSecretName, secretsIn } from "../../../policies/engine/secret-text";
import { rules } from "../../../policies/rules";
import { waivers } from "../../../policies/waivers";
import { ruleCases } from "../../support/policies/cases";
import { MASK, resource, UNKNOWN } from "../../support/policies/resource";
import { root } from "../../support/root";

const today = new Date("2026-12-01T12:00:00Z");

describe("policy rules", () => {
  it("have ids of their own, texts and references in one form", () => {
    expect(new Set(rules.map((r) => r.id)).size).to.equal(rules.length);
    for (const rule of rules) {
      expect(rule.id).to.match(/^AIE-[A-Z][A-Z0-9]*-\d\d$/);
      for (const text of [rule.reason, rule.remedy]) expect(text, rule.id).to.match(/^[A-Z`].{20,}\.$/);
      expect(rule.title, rule.id).to.match(/^[A-Z].{10,}[^.]$/);
      for (const id of rule.references) {
        expect(id, rule.id).to.match(/^(FSBP [A-Za-z0-9]+\.\d+|CKV2?_AWS_\d+|AVD-AWS-\d{4}|CIS \d\.\d+(\.\d+)?)$/);
      }
    }
  });

  it("have a violating and a passing stack each", () => {
    expect(Object.keys(ruleCases).sort()).to.deep.equal(rules.map((r) => r.id).sort());
    for (const [id, { bad, good }] of Object.entries(ruleCases)) {
      expect(bad.length, id).to.be.greaterThan(0);
      expect(good.length, id).to.be.greaterThan(0);
    }
  });

  for (const rule of rules) {
    const { bad = [], good = [] } = ruleCases[rule.id] ?? {};
    it(`${rule.id} finds: not "${rule.title}"`, () => {
      bad.forEach((stack, i) => {
        const findings = evaluate(stack, { rules: [rule], waivers: [] });
        expect(findings, `bad stack ${i}`).not.to.be.empty;
        for (const f of findings) {
          expect(f).to.include({ rule: rule.id, severity: rule.severity, remedy: rule.remedy });
          expect(stack.map((r) => r.urn)).to.include(f.urn);
          expect(f).not.to.have.property("waiver");
        }
      });
    });
    it(`${rule.id} passes: ${rule.title}`, () => {
      good.forEach((stack, i) => {
        expect(evaluate(stack, { rules: [rule], waivers: [] }), `good stack ${i}`).to.be.empty;
      });
    });
  }

  it("find nothing where every input is unknown or secret", () => {
    // these find the secret itself, or something that no input decides
    const secretSeekers = ["AIE-EC2-07", "AIE-CMD-01", "AIE-CMD-02", "AIE-CMD-03", "AIE-ECS-04"];
    const judged = rules.filter((r) => !secretSeekers.includes(r.id));
    for (const [id, { bad }] of Object.entries(ruleCases)) {
      const rule = judged.find((r) => r.id === id && r.scope === "resource" && !/-(EC2-13|DATA-04)$/.test(id));
      if (rule === undefined) continue;
      for (const [i, stack] of bad.entries()) {
        for (const value of [UNKNOWN, MASK, "<known after apply>"]) {
          const hidden = stack.map((r) => ({
            ...r,
            inputs: {
              ...Object.fromEntries(Object.keys(r.inputs).map((k) => [k, value])),
              ...Object.fromEntries(hiddenDefaults.map((k) => [k, value])),
            },
          }));
          expect(evaluate(hidden, { rules: [rule], waivers: [] }), `${id} ${i}`).to.be.empty;
        }
      }
    }
  });
});

/** Inputs whose absence is a violation: a value that is not known yet is none. */
const hiddenDefaults = [
  ...["metadataOptions", "rootBlockDevice", "monitoring", "ebsOptimized", "iamInstanceProfile", "volumeTags"],
  ...["encrypted", "kmsKeyId", "stopInstanceBeforeDetaching", "description", "defaultTags", "policyDetails", "state"],
  ...["storageEncrypted", "multiAz", "monitoringInterval", "performanceInsightsEnabled", "deletionProtection"],
  ...[
    "enabledCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled",
    "backupRetentionPeriod",
    "copyTagsToSnapshot",
  ],
  ...["skipFinalSnapshot", "finalSnapshotIdentifier", "parameters", "snapshotRetentionLimit", "authToken"],
  ...["automaticFailoverEnabled", "atRestEncryptionEnabled", "transitEncryptionEnabled", "subnetGroupName", "subnets"],
  ...[
    "dropInvalidHeaderFields",
    "accessLogs",
    "enableDeletionProtection",
    "sslPolicy",
    "internal",
    "viewerCertificate",
  ],
  ...["defaultRootObject", "originGroups", "webAclId", "securityHeadersConfig", "rules", "visibilityConfig"],
  ...["validationMethod", "settings", "deploymentCircuitBreaker", "imageScanningConfiguration", "imageTagMutability"],
  ...["encryptionConfigurations", "enableKeyRotation", "kmsMasterKeyId", "retentionInDays"],
];

describe("evaluate", () => {
  const types = [...new Set(rules.flatMap((r) => r.types ?? []))];
  const keys = [
    ...["metadataOptions", "rootBlockDevice", "ebsBlockDevices", "userData", "userDataBase64", "policy", "policyArn"],
    ...["assumeRolePolicy", "inlinePolicies", "ingress", "egress", "cidrIpv4", "ipProtocol", "fromPort", "toPort"],
    ...["policyDetails", "tags", "defaultTags", "environment", "stdin", "create", "connection", "ami", "state"],
  ];
  const strange = fc.oneof(fc.constantFrom(MASK, UNKNOWN, '{"toString":1}'), fc.jsonValue());
  const inputs = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), strange, { maxKeys: 12 });

  it("never throws, whatever the inputs are", () => {
    const anyResource = fc.record({ type: fc.constantFrom(...types, "other:index:Thing"), inputs, uses: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyResource, { maxLength: 8 }), (all) => {
        const urns = all.map((_, i) => `urn:${i}`);
        const resources = all.map((r, i) =>
          resource(r.type, r.inputs, { urn: `urn:${i}`, name: `r${i}`, dependencies: r.uses ? urns : [] }),
        );
        for (const f of evaluate(resources)) expect(f.message).to.be.a("string").that.is.not.empty;
      }),
      { numRuns: 500 },
    );
  });

  it("never throws on odd values inside the shapes that rules look into", () => {
    fc.assert(
      fc.property(strange, strange, (a, b) => {
        const odd = {
          ...Object.fromEntries(keys.map((k) => [k, { [k]: a, toString: b, Statement: [a, { Action: b }] }])),
        };
        const blocks = {
          ingress: [{ protocol: a, fromPort: b, cidrBlocks: [a, "0.0.0.0/0"] }],
          policy: JSON.stringify({ Statement: a }),
        };
        const plan = {
          policyDetails: { schedules: [{ createRule: { interval: a }, retainRule: { count: b, interval: a } }] },
        };
        for (const type of types) evaluate([odd, blocks, plan].map((i) => resource(type, i)));
      }),
    );
  });
});

describe("waivers", () => {
  const ssh = resource(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0", description: "SSH" },
    { name: "demo-host-in-ssh" },
  );
  const only = rules.filter((r) => r.id === "AIE-NET-01");
  const waiver: Waiver = { rule: "AIE-NET-01", resource: "*-host-*", reason: "a demonstration", expires: "2026-12-01" };

  it("mark the finding and keep it", () => {
    const [finding, ...others] = evaluate([ssh], { rules: only, waivers: [waiver], today });
    expect(others).to.be.empty;
    expect(finding).to.deep.include({ rule: "AIE-NET-01", severity: "error" });
    expect(finding?.waiver).to.deep.equal({ reason: "a demonstration", expires: "2026-12-01" });
  });

  it("cover only their rule, and only the names that match", () => {
    for (const other of [{ rule: "AIE-NET-02" }, { resource: "host" }, { resource: "*-host-in" }]) {
      const [finding] = evaluate([ssh], { rules: only, waivers: [{ ...waiver, ...other }], today });
      expect(finding, JSON.stringify(other)).not.to.have.property("waiver");
    }
  });

  it("count no more when their time is over, and are reported", () => {
    const findings = evaluate([ssh], { rules: only, waivers: [waiver], today: new Date("2026-12-02T00:00:00Z") });
    expect(findings.map((f) => [f.rule, f.severity])).to.deep.equal([
      ["AIE-NET-01", "error"],
      [EXPIRED_WAIVER, "warning"],
    ]);
    expect(findings[0]).not.to.have.property("waiver");
    expect(findings[1]?.message).to.contain("expired on 2026-12-01").and.contain("a demonstration");
    const renewed = { ...waiver, expires: "2027-12-01" };
    expect(evaluate([ssh], { rules: only, waivers: [waiver, renewed], today: new Date("2026-12-02") })).to.have.length(
      1,
    );
  });

  it("match names with * only as a wildcard", () => {
    expect(matches("*", "")).to.be.true;
    expect(matches("a.c", "abc")).to.be.false;
    expect(matches("a*c", "a\nb-c")).to.be.true;
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) =>
        matches(a.replaceAll("*", "") + "*" + c.replaceAll("*", ""), a.replaceAll("*", "") + b + c.replaceAll("*", "")),
      ),
    );
  });

  it("that stand name rules that exist, have a date and say why", () => {
    for (const w of waivers) {
      const rule = rules.find((r) => r.id === w.rule);
      expect(rule, w.rule).to.exist;
      expect(w.expires).to.match(/^20\d\d-\d\d-\d\d$/);
      expect(new Date(w.expires).toISOString()).to.contain(w.expires);
      expect(w.reason.length).to.be.greaterThan(30);
    }
  });
});

describe("what looks like a secret", () => {
  it("is found by name", () => {
    const names = [
      "password",
      "masterPassword",
      "POSTGRES_PASSWORD",
      "DATA_API_TOKEN",
      "OPENAI_API_KEY",
      "authToken",
      "privateKeyPem",
      "secretString",
    ];
    for (const name of names) expect(isSecretName(name), name).to.be.true;
    for (const name of [
      "httpTokens",
      "secretArn",
      "PASSWORD_FILE",
      "passwordLength",
      "publicKey",
      "keyName",
      "tokenType",
    ]) {
      expect(isSecretName(name), name).to.be.false;
    }
  });

  it("is not in the bootstrap script of the host", () => {
    const script = readFileSync(join(root, "templates/host/user-data.sh"), "utf8");
    expect(secretsIn(script)).to.be.empty;
    expect(assignsSecret(script)).to.be.false;
  });
});

describe("policy pack", () => {
  it("has every rule once; errors are mandatory, warnings and waived violations advisory", () => {
    const pack = policies();
    for (const rule of rules) {
      const own = pack.filter((p) => p.name === rule.id);
      expect(own, rule.id).to.have.length(1);
      expect(own[0]?.enforcementLevel).to.equal(rule.severity === "error" ? "mandatory" : "advisory");
      expect(own[0]).to.have.property(rule.scope === "stack" ? "validateStack" : "validateResource");
    }
    expect(pack.find((p) => p.name === "AIE-WAIVED")?.enforcementLevel).to.equal("advisory");
    expect(pack[0]).to.have.property("remediateResource");
  });
});
