import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { evaluate } from "../../../policies/engine/evaluate";
import { composeStack } from "../../../stacks/compose";
import { unusedSettings } from "../../../settings/unused";
import { settingKeys, type SettingKey } from "../../../settings/keys";
import { readSettings } from "../../../stacks/read";
import { paintFor } from "../../../tools/preview/table";
import { previewText } from "../../../tools/preview/text";
import { record, type RecordedResource } from "../../../record/record";
import { prodPreviewOf } from "../../support/recorded/preview";
import { exampleConfig } from "../../support/examples";

type Values = Readonly<Record<string, string>>;

/** What a stack file of the project says, with changes. */
const valuesOf = (stack: "sandbox" | "prod", changes: Values): Values => ({
  ...exampleConfig(stack).values,
  ...Object.fromEntries(Object.entries(changes).map(([key, value]) => [`ai-ecosystem:${key}`, value])),
});
const use = (values: Values) => {
  pulumi.runtime.setAllConfig({ ...values }, Object.keys(values));
};
/** What is wrong, as the operator reads it. */
const complaint = (values: Values): string => {
  use(values);
  try {
    readSettings();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
const keysIn = (text: string) => [...text.matchAll(/^- ai-ecosystem:(\w+)/gm)].map((m) => m[1]);
const compose = async (values: Values): Promise<readonly RecordedResource[]> => {
  use(values);
  return (await record(() => composeStack(readSettings()), { stack: "acme" })).resources;
};
const errors = (resources: readonly RecordedResource[]) =>
  evaluate(resources).filter((f) => f.severity === "error" && f.waiver === undefined);

/** Examples of the keys that one topology alone reads; MongoDB's address excludes the class of DocumentDB. */
const examples = (topology: "host" | "fargate"): Values =>
  Object.fromEntries(
    Object.entries<SettingKey>(settingKeys)
      .filter(([name, key]) => key.only === topology && name !== "documentDbClass")
      .map(([name, key]) => [name, key.example]),
  );

describe("the switch from one topology to the other", function () {
  const required = { domain: "example.com", hostedZone: "example.com", adminEmail: "ops@example.com" };
  const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n";
  /** Values that make a difference; of all others the example of the key, where the topology alone reads it. */
  const own: Readonly<Record<"host" | "fargate", Values>> = {
    host: {
      ...examples("host"),
      instanceType: "t4g.large",
      memoryPlan: "compact",
      cpuCredits: "unlimited",
      sshAllowedCidrs: '["198.51.100.0/24"]',
      allowPublicSsh: "true",
      sshPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH8 me@laptop",
      sshPrivateKey: key,
      swapSizeGb: "8",
      rootVolumeGb: "40",
      dataVolumeGb: "50",
      tls: "self-signed",
    },
    fargate: {
      ...examples("fargate"),
      costProfile: "economy",
      postgresClass: "db.m7g.large",
      valkeyClass: "cache.t4g.medium",
      originSecretGeneration: "2",
      accountPublicAccessBlock: "existing",
      mongoUri: "mongodb://a.example.net/librechat",
      deployment: "blueGreen",
      guardDuty: "off",
      githubOidc: "existing",
      logRetentionDays: "90",
      slackWebhookUrl: "https://hooks.slack.com/services/T000/B000/hidden",
      githubRepository: "acme/desk",
      restoredFrom: '{"postgres":["a-snapshot"]}',
      stateBucket: "acme-pulumi-state",
      stateKmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    },
  };

  it("names every key that production requires, at once, and how to set it", () => {
    const text = complaint(valuesOf("sandbox", { topology: "fargate" }));
    expect(keysIn(text)).to.have.members(Object.keys(required));
    for (const name of Object.keys(required))
      expect(text).to.match(new RegExp(`pulumi config set -s \\S+ ai-ecosystem:${name} `));
  });

  it("needs no other edit of the sandbox's file: with those keys it is production", async () => {
    const resources = await compose(valuesOf("sandbox", { topology: "fargate", ...required }));
    expect(resources.filter((r) => r.type === "aws:ecs/service:Service").length).to.be.greaterThan(5);
    expect(resources.filter((r) => r.type === "aws:ec2/instance:Instance")).to.deep.equal([]);
    expect(errors(resources).map((f) => `${f.rule} ${f.urn}`)).to.deep.equal([]);
  });

  it("goes back the same way, and asks for the networks that may use SSH", async () => {
    expect(keysIn(complaint(valuesOf("prod", { topology: "host" })))).to.deep.equal(["sshAllowedCidrs"]);
    const values = valuesOf("prod", { topology: "host", sshAllowedCidrs: "203.0.113.7/32" });
    const resources = await compose(values);
    expect(resources.filter((r) => r.type === "aws:ec2/instance:Instance")).to.have.length(1);
    expect(errors(resources).map((f) => `${f.rule} ${f.urn}`)).to.deep.equal([]);
  });

  for (const topology of ["host", "fargate"] as const) {
    const other = topology === "host" ? "fargate" : "host";
    it(`says which settings are of no effect with topology ${topology}, and they are of none`, async () => {
      const file = topology === "host" ? "sandbox" : "prod";
      const plain = valuesOf(file, {});
      const all = valuesOf(file, topology === "host" ? own.fargate : own.host);
      const unused = Object.keys(own[other]).map((name) => `ai-ecosystem:${name}`);
      expect(unusedSettings({ topology, data: "local" }, Object.keys(all))).to.have.members(unused);
      expect(unusedSettings({ topology: other, data: "local" }, Object.keys(all))).not.to.have.members(unused);
      expect(await compose(all)).to.deep.equal(await compose(plain));
    });
  }

  it("tells of them in the preview", async () => {
    const text = (values: Values) => prodPreviewOf(values).then((data) => previewText(data, paintFor(false)));
    expect(await text({ instanceType: "t3.large", tls: "self-signed" })).to.contain(
      "Of no effect with topology fargate: ai-ecosystem:instanceType, ai-ecosystem:tls\n",
    );
    expect(await text({})).not.to.contain("Of no effect");
  });
});
