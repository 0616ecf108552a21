import { expect } from "chai";
import { catalogue } from "../../../services/catalogue";
import { composeStack, type ComposedStack } from "../../../stacks/compose";
import { record, valueOf, type RecordedResource } from "../../../record/record";
import { demo, sandboxCatalogue, sandboxSettings } from "../../support/fixtures";
import { everything, recordProd } from "../../support/recorded/prod";
import { difference, expectStored, shown } from "../../support/recorded/snapshot";

const compose = (values: Record<string, string> = {}, preview = false) =>
  record(() => composeStack(sandboxSettings(values)), { preview, stack: "sandbox" });

const only = (resources: readonly RecordedResource[], type: string): RecordedResource => {
  const found = resources.filter((r) => r.type === type);
  expect(found, type).to.have.length(1);
  return found[0] as RecordedResource;
};

const components = (resources: readonly RecordedResource[]) =>
  resources.filter((r) => r.type.startsWith("ai-ecosystem:"));

describe("the sandbox stack", function () {
  let resources: readonly RecordedResource[];
  let stack: ComposedStack;

  before(async () => {
    ({ resources, result: stack } = await compose());
  });

  it("registers what the stored snapshot says", async () => {
    await expectStored("sandbox.json", shown(resources));
  });

  it("registers the same resources in a preview, where nothing is known yet", async () => {
    const names = (list: readonly RecordedResource[]) => list.map((r) => r.urn).sort();
    expect(names((await compose({}, true)).resources)).to.deep.equal(names(resources));
  });

  it("gives every child its component's name as prefix", () => {
    for (const component of components(resources)) {
      for (const child of resources.filter((r) => r.parent === component.urn)) {
        expect(child.name).to.match(new RegExp(`^${component.name}-`));
      }
    }
  });

  it("puts every AWS resource into a component", () => {
    const loose = resources.filter(
      (r) => r.type.startsWith("aws:") && r.parent?.includes("pulumi:pulumi:Stack$") !== true,
    );
    const outside = loose.filter((r) => !components(resources).some((c) => c.urn === r.parent));
    expect(outside.map((r) => r.name)).to.deep.equal([]);
  });

  it("tags everything through one provider", () => {
    expect(JSON.stringify(only(resources, "pulumi:providers:aws").inputs)).to.contain("ai-ecosystem:stack");
  });

  it("protects the data and what it is encrypted with", () => {
    const kept = resources.filter((r) => r.protect).map((r) => r.name);
    expect(kept).to.include("ai-ecosystem-sandbox-host-data");
    expect(kept).to.include("ai-ecosystem-sandbox-secrets-n8n-encryption-key");
    expect(kept).to.include("ai-ecosystem-sandbox-host-backups");
    expect(kept).to.include("ai-ecosystem-sandbox-secrets-backup-key");
    expect(kept).not.to.include("ai-ecosystem-sandbox-secrets-redis-password");
  });

  it("lets go of the data only when that is stated", async () => {
    const { resources: open } = await compose({ deletionProtection: "false" });
    expect(open.filter((r) => r.protect)).to.deep.equal([]);
    expect(only(open, "aws:ebs/volume:Volume").inputs).to.include({ finalSnapshot: true });
  });

  it("never replaces a running host because of an AMI or the bootstrap", () => {
    expect(only(resources, "aws:ec2/instance:Instance").ignoreChanges).to.include.members(["ami", "userData"]);
  });

  it("lets containers reach the instance's role for Bedrock alone (SEC-3)", async () => {
    const hops = async (values: Record<string, string>) => {
      const { inputs } = only((await compose(values)).resources, "aws:ec2/instance:Instance");
      return (inputs["metadataOptions"] as { httpPutResponseHopLimit: number }).httpPutResponseHopLimit;
    };
    expect(await hops({})).to.equal(1);
    expect(await hops({ bedrock: "true" })).to.equal(2);
  });

  it("makes no secret again because of an edit of the catalogue", () => {
    // a push's request is no secret
    for (const r of resources.filter((x) => x.type.startsWith("random:") && !x.name.endsWith("-push-request"))) {
      expect(r.ignoreChanges, r.name).to.include("length");
    }
  });

  it("asks for the image of the instance's processor", async () => {
    const type = "aws:ec2/instance:Instance";
    const ami = async (instanceType: string) => only((await compose({ instanceType })).resources, type).inputs["ami"];
    expect(await ami("t4g.small")).not.to.equal(await ami("t3.small"));
  });

  it("hides every secret in what is recorded", () => {
    const push = resources.find((r) => r.name.endsWith("-push"));
    expect(push?.inputs["stdin"]).to.equal("********");
    expect(JSON.stringify(push?.inputs["connection"])).not.to.contain("PRIVATE KEY");
  });

  it("has the documented outputs", async () => {
    const documented = [
      "dashboardUrl",
      "chatwootUrl",
      "n8nUrl",
      "librechatUrl",
      "dataUrl",
      "images",
      "estimatedMonthlyPrices",
      "estimatedMonthlyUsd",
      "credentials",
      "generatedSecrets",
      "publicIp",
      "sshCommand",
      "sshHostKey",
      "ssmCommand",
      "sshPrivateKey",
      "instanceId",
      "releaseId",
      "backups",
    ];
    expect(stack.outputs).to.include.all.keys(documented);
    // the address of a further service is one by itself
    const more = Object.keys(stack.outputs).filter((name) => !documented.includes(name) && !name.endsWith("Url"));
    expect(more).to.deep.equal([]);
    expect(await valueOf(stack.outputs["estimatedMonthlyUsd"])).to.equal(40.21);
  });

  it("points a domain's names to the host, in the zone given", async () => {
    const domain = { domain: "desk.example.com", hostedZone: "example.com", adminEmail: "a@example.com" };
    const records = (await compose(domain)).resources.filter((r) => r.type === "aws:route53/record:Record");
    const labels = sandboxCatalogue().services.flatMap((s) => (s.route === undefined ? [] : [`${s.route.host}.`]));
    expect(records.map((r) => r.inputs["name"])).to.have.members(["", ...labels].map((l) => `${l}desk.example.com`));
  });

  it("makes a budget when an amount and an address are given", async () => {
    const { resources: with_ } = await compose({ monthlyBudgetUsd: "60", alertEmail: "ops@example.com" });
    expect(only(with_, "aws:budgets/budget:Budget").inputs).to.include({ limitAmount: "60" });
  });

  it("takes your own key pair", async () => {
    const own = {
      sshPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH8 me@laptop",
      sshPrivateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n",
    };
    const { resources: mine } = await compose(own);
    expect(mine.filter((r) => r.type.startsWith("tls:"))).to.deep.equal([]);
    expect(only(mine, "aws:ec2/keyPair:KeyPair").inputs["publicKey"]).to.equal(own.sshPublicKey);
    expect(JSON.stringify(mine)).not.to.contain("OPENSSH PRIVATE KEY");
  });

  it("sends a release to nobody but the host whose key the first connection recorded (SEC-1)", async () => {
    const run = () => composeStack(sandboxSettings());
    const { resources: shown } = await record(run, { stack: "sandbox", reveal: true });
    const commands = shown.filter((r) => r.type === "command:remote:Command");
    const push = commands.find((r) => r.name.endsWith("-push"));
    expect(JSON.stringify(push?.inputs["connection"])).to.match(/"hostKey":"ssh-ed25519 \w+"/);
    const ready = commands.find((r) => r.name.endsWith("-ready"));
    expect(JSON.stringify(ready?.inputs)).not.to.contain("stdin");
  });

  it("asks for each release anew, so that the way back from a failed push is a push as well", async () => {
    const run = () => composeStack(sandboxSettings());
    const { resources } = await record(run, { stack: "sandbox", reveal: true });
    const push = resources.find((r) => r.name.endsWith("-host-push"));
    const request = resources.find((r) => r.name.endsWith("-host-push-request"));
    const [, id, hex] = /^sudo bash -s -- ([0-9a-f]{16}) (\S+)$/.exec(String(push?.inputs["create"])) ?? [];
    expect(request?.inputs["keepers"]).to.deep.equal({ release: id });
    expect(hex).to.be.a("string").and.not.equal("undefined");
    expect(push?.dependencies).to.include(request?.urn);
  });

  it("takes a further service as one object", async () => {
    const { result } = await record(() => composeStack(sandboxSettings(), [...catalogue, demo]), { stack: "sandbox" });
    expect(result.catalogue.services.map((s) => s.name)).to.include("demo");
    expect(result.envNames).to.include("demo-token");
  });

  it("says which service setting is wrong", () => {
    const run = () => composeStack(sandboxSettings({ services: '{"postgres":{"enabled":false}}' }));
    return record(run, { stack: "sandbox" }).then(
      () => expect.fail("it went through"),
      (error: unknown) => {
        expect(String(error)).to.contain("services.postgres.enabled").and.contain("cannot be false");
      },
    );
  });
});

describe("the production stack", function () {
  it("registers what the stored snapshots say, as it comes and with everything switched on", async () => {
    const { resources } = await recordProd();
    await expectStored("prod.json", shown(resources));
    await expectStored("prod-everything.json", difference(resources, (await recordProd(everything)).resources));
  });
});
