import { expect } from "chai";
import { composeStack } from "../../../stacks/compose";
import { readSettings } from "../../../stacks/read";
import { record } from "../../../record/record";
import { complaint, fargate, host, inRegion, type Values } from "../../support/aws/settings";
import { failureOf } from "../../support/recorded/failure";
import { sandboxSettings } from "../../support/fixtures";

const own = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`ai-ecosystem:${key}`, value]));
const said = (values: Values, rest = host) => complaint(inRegion({}), [], { ...rest, ...own(values) });
const keysIn = (text: string) => [...text.matchAll(/^- [\w-]+:([\w.]+)/gm)].map((m) => m[1]);
/** A domain of so many characters. */
const domain = (length: number): string => {
  const end = "customers.example.com";
  const labels: string[] = [];
  for (let left = length - end.length; left > 0;) {
    const next = left > 65 ? 61 : left;
    labels.push(`${"a".repeat(next - 1)}.`);
    left -= next;
  }
  return labels.join("") + end;
};

describe("settings that AWS would refuse", function () {
  it("a domain that is too long for a certificate, with its length (AWS-29)", () => {
    const prod = (length: number) => said({ domain: domain(length), hostedZone: domain(length) }, fargate);
    expect(domain(72)).to.have.length(72);
    expect(prod(64)).to.equal("");
    expect(prod(65)).to.match(
      /has 1 problem:\n- ai-ecosystem:domain = .*has 65 characters, and 64 are the most on fargate/,
    );
    expect(prod(72)).to.contain("has 72 characters");
    // a host's certificate names its hosts apart from that
    expect(said({ domain: domain(200), adminEmail: "a@acme.test" })).to.equal("");
    expect(said({ domain: domain(249), adminEmail: "a@acme.test" }))
      .to.contain("ai-ecosystem:domain")
      .and.contain("253");
    expect(said({ domain: `${"a".repeat(64)}.example.com`, adminEmail: "a@acme.test" })).to.contain(
      "ai-ecosystem:domain",
    );
  });

  it("a zone with a label that is none", () => {
    for (const hostedZone of [`${"a".repeat(64)}.test`, "-acme.test", "acme-.test"]) {
      const text = said({ domain: `desk.${hostedZone}`, hostedZone }, fargate);
      expect(text, hostedZone).to.contain("ai-ecosystem:hostedZone").and.contain("neither a zone id");
    }
  });

  const networks: readonly (readonly [string, RegExp])[] = [
    ["203.0.113/24", /is not a CIDR block/],
    ["203.000.113.007/32", /is not a CIDR block/],
    ["0x7f.0.0.1/32", /is not a CIDR block/],
    ["203.0.113.256/32", /is not a CIDR block/],
    ["203.0.113.7/33", /is not a CIDR block/],
    ["203.0.113.7/032", /is not a CIDR block/],
    ["203.0.113.0/255.255.255.0", /is not a CIDR block/],
    ["203.0.113.0/24/24", /is not a CIDR block/],
    ["2001:db8::/129", /is not a CIDR block/],
    ["fe80::1%eth0/64", /is not a CIDR block/],
    ["::ffff:203.0.113.7/128", /write it as IPv4/],
    ["198.51.100.7", /is an address without a mask; this one alone is 198\.51\.100\.7\/32/],
    ["2001:db8::7", /this one alone is 2001:db8::7\/128/],
    ["office", /is not a CIDR block/],
  ];
  for (const [network, message] of networks) {
    it(`the network ${network}, as one problem`, () => {
      const text = said({ sshAllowedCidrs: JSON.stringify(["203.0.113.7/32", network]) });
      expect(text).to.match(message);
      expect(keysIn(text)).to.deep.equal(["sshAllowedCidrs.1"]);
    });
  }

  it("networks that are one and the same, and says what it made of them (NEW-11)", async () => {
    const given = [
      "203.0.113.7/24",
      "203.0.113.0/24",
      "2001:DB8::/64",
      "2001:db8::7/64",
      "2001:db8:0::/48",
      "2001:db8::0/48",
    ];
    const settings = sandboxSettings({ sshAllowedCidrs: JSON.stringify(given) });
    expect(settings.sshAllowedCidrs).to.deep.equal(["203.0.113.0/24", "2001:db8::/64", "2001:db8::/48"]);
    expect(settings.notes).to.include("ai-ecosystem:sshAllowedCidrs: 203.0.113.7/24 is 203.0.113.0/24");
    const { resources } = await record(() => composeStack(settings), { stack: "sandbox" });
    expect(new Set(resources.map((r) => r.urn)).size).to.equal(resources.length);
    const rules = resources.filter((r) => r.name.includes("-in-ssh-"));
    expect(rules.map((r) => r.inputs["cidrIpv4"] ?? r.inputs["cidrIpv6"])).to.have.members(
      settings.sshAllowedCidrs ?? [],
    );
  });

  it("a network of the VPC in another spelling", () => {
    for (const vpcCidr of ["010.0.0.0/16", "10.0/16", "10.0.0.1/16", "0300.0250.0.0/16", "10.0.0.0/016"]) {
      expect(keysIn(said({ vpcCidr })), vpcCidr).to.deep.equal(["vpcCidr"]);
    }
  });

  it("a key of a kind that EC2 does not take", () => {
    const key = (kind: string) => complaint(inRegion({}), [], { ...host, ...own({ sshPublicKey: `${kind} AAAA me` }) });
    expect(key("ecdsa-sha2-nistp256")).to.match(/ai-ecosystem:sshPublicKey = .*ssh-ed25519, ssh-rsa/);
    // its other half is missing, and nothing else
    expect(keysIn(key("ssh-ed25519"))).to.deep.equal(["sshPrivateKey"]);
  });

  it("an amount that is none of money", () => {
    const budget = (amount: string) => said({ alertEmail: "ops@acme.test", monthlyBudgetUsd: amount });
    for (const amount of ["60", "59.99", "0.07", "1000000", "0.1"]) expect(budget(amount), amount).to.equal("");
    for (const amount of ["0", "-1", "0.0000001", "1.005", "1e9"]) {
      expect(keysIn(budget(amount)), amount).to.deep.equal(["monthlyBudgetUsd"]);
    }
  });

  it("a value with a problem of its own, once: it is there", () => {
    const problems = said({ alertEmail: "nobody", monthlyBudgetUsd: "60", domain: "UPPER", hostedZone: "acme.test" });
    expect(keysIn(problems)).to.have.members(["alertEmail", "domain"]);
  });

  it("names of a stack, on either topology", async () => {
    const compose = async (stack: string, rest: Values) => {
      expect(complaint(inRegion({}), [], rest)).to.equal("");
      return String(await failureOf(() => record(() => composeStack(readSettings()), { stack })));
    };
    const alerts = { ...host, "ai-ecosystem:alertEmail": "ops@acme.test" };
    expect(await compose("a".repeat(24), host)).to.equal("no error");
    expect(await compose("a".repeat(25), host)).to.contain("it has 25 characters, and 24 are the most");
    expect(await compose("team.sandbox", host)).to.equal("no error");
    expect(await compose("team.sandbox", alerts)).to.contain("may have no dot");
    expect(await compose("Prod", fargate)).to.contain("only lower-case letters");
    expect(await compose("prod-eu-west-1", fargate)).to.match(/Names of roles have 64 characters.*3 longer/);
  });

  it("says how long the longest role of a host is", async () => {
    const settings = { ...sandboxSettings({ bedrock: "true", alertEmail: "ops@acme.test" }), stack: "a".repeat(24) };
    const { resources } = await record(() => composeStack(settings), { stack: settings.stack });
    const roles = resources.filter((r) => r.type === "aws:iam/role:Role");
    expect(Math.max(...roles.map((r) => r.name.length + 8))).to.equal(64);
  });

  it("zones of another region, and takes a list with commas", () => {
    const text = said({ zones: '["eu-central-1a","eu-west-1b"]' }, fargate);
    expect(text).to.match(
      /has 1 problem:\n- ai-ecosystem:zones = .*eu-west-1b, which is not in aws:region, eu-central-1/,
    );
    expect(said({ zones: "us-east-1a,us-east-1b" }, fargate)).to.contain("has us-east-1a, us-east-1b");
    expect(said({ zones: "eu-central-1a, eu-central-1c" }, fargate)).to.equal("");
    expect(said({ zones: "[]" }, fargate)).to.contain("as many as azCount");
  });

  it("an address of runbooks that the description of an alarm has no room for", () => {
    const base = "https://git.example.com/";
    expect(said({ runbookBaseUrl: base + "a".repeat(512 - base.length) })).to.equal("");
    expect(said({ runbookBaseUrl: base + "a".repeat(513 - base.length) })).to.contain("longer than 512 characters");
  });
});
