import { expect } from "chai";
import { complaint, fargate, host, inRegion, type Values } from "../../support/aws/settings";

const deploy = "arn:aws:iam::123456789012:role/deploy";

describe("keys of the provider that are refused", () => {
  it("requires the region, whatever the environment says", () => {
    const before = process.env["AWS_REGION"];
    process.env["AWS_REGION"] = "eu-west-1";
    const said = complaint({});
    if (before === undefined) delete process.env["AWS_REGION"];
    else process.env["AWS_REGION"] = before;
    expect(said).to.match(
      /- aws:region: is required.*\n +allowed: .*\n +example: pulumi config set -s \S+ aws:region /,
    );
    expect(said).to.contain("AWS_REGION and profiles do not count");
    expect(complaint({ regin: "eu-west-1" })).to.contain("- aws:regin: is not known; did you mean aws:region?");
  });

  const refusedRegions: readonly (readonly [string, RegExp])[] = [
    ["eu-west-1a", /is a zone, not a region; its region is eu-west-1/],
    ["us-east-1-bos-1a", /is a zone.*us-east-1/],
    ["Frankfurt", /did you mean eu-central-1\?/],
    ["ireland", /did you mean eu-west-1\?/],
    ["EU-WEST-1", /did you mean eu-west-1\?/],
    ["eu-wst-1", /did you mean eu-west-1\?/],
    ["euwest1", /did you mean eu-west-1\?/],
    [" eu-west-1", /did you mean eu-west-1\?/],
    ["aws-global", /is not the name of a region/],
    ["", /is not the name of a region/],
    ["eu-central-9", /did you mean eu-central-\d\?.*aws:skipRegionValidation true/],
    ["us-gov-west-1", /AWS GovCloud/],
    ["us-gov-west-1a", /AWS GovCloud/],
    ["cn-north-1", /AWS China/],
    ["us-iso-east-1", /isolated/],
    ["us-isob-east-1", /isolated/],
    ["eu-isoe-west-1", /isolated/],
    ["eusc-de-east-1", /Sovereign/],
  ];
  for (const [region, message] of refusedRegions) {
    it(`refuses the region "${region}" on both topologies (AWS-28)`, () => {
      for (const rest of [host, fargate]) {
        const said = complaint({ region }, [], rest);
        expect(said).to.contain("has 1 problem:\n- aws:region").and.match(message);
      }
    });
  }

  it("takes a region newer than the list when told so, and still no other partition", () => {
    expect(complaint({ region: "eu-central-9", skipRegionValidation: "true" })).to.equal("");
    expect(complaint({ region: "us-gov-west-1", skipRegionValidation: "true" })).to.contain("GovCloud");
    expect(complaint({ region: "eu-west-1a", skipRegionValidation: "true" })).to.contain("is a zone");
    expect(complaint({ region: "Frankfurt", skipRegionValidation: "true" })).to.contain("did you mean eu-central-1?");
  });

  it("refuses keys of a namespace that nobody reads, and knows those of the engine and its providers", () => {
    const keys = { "ai-ecosytem:topology": "host", "awss:profile": "desk", "aws-native:region": "eu-west-1" };
    const said = complaint({ region: "eu-west-1" }, [], { ...host, ...keys });
    expect(said).to.contain("has 3 problems");
    expect(said).to.match(
      /- ai-ecosytem:topology: .*did you mean ai-ecosystem:topology\? .*config rm -s \S+ ai-ecosytem:/,
    );
    expect(said).to.contain("did you mean aws:profile?").and.contain("- aws-native:region: is read by nobody");
    const read = { "pulumi:tags": "{}", "random:x": "1", "command:x": "1", "tls:proxy": "{}" };
    expect(complaint({ region: "eu-west-1" }, [], { ...host, ...read })).to.equal("");
  });

  const role = (changes: object) => JSON.stringify({ roleArn: deploy, ...changes });
  const refused: readonly (readonly [string, Values, RegExp, (readonly string[])?, Values?])[] = [
    [
      "a misspelt key",
      { allowedAccountId: "1" },
      /aws:allowedAccountId: is not known; did you mean aws:allowedAccountIds\?/,
    ],
    ["an older name", { s3ForcePathStyle: "true" }, /did you mean aws:s3UsePathStyle\?/],
    ["a key that is gone", { skipGetEc2Platforms: "true" }, /aws:skipGetEc2Platforms: is gone.*config rm/],
    ["the version of a default provider", { version: "7.0.0" }, /aws:version: .*package\.json/],
    ["no account number", { allowedAccountIds: '["12345"]' }, /aws:allowedAccountIds\.0 = .*12 digits/],
    ["an account number that YAML cut", { allowedAccountIds: "[12345678901]" }, /in quotes/],
    [
      "both lists",
      { allowedAccountIds: "111122223333", forbiddenAccountIds: "111122223333" },
      /aws:forbiddenAccountIds: .*remove one/,
    ],
    [
      "a guard that nobody asks",
      { allowedAccountIds: "111122223333", skipRequestingAccountId: "true" },
      /aws:skipRequestingAccountId: /,
    ],
    ["half of a key pair", { accessKey: "AKIAIOSFODNN7EXAMPLE" }, /aws:accessKey: needs aws:secretKey/],
    ["the other half", { secretKey: "x" }, /aws:secretKey: needs aws:accessKey/, ["secretKey"]],
    ["a token alone", { token: "x" }, /aws:token: needs aws:accessKey/, ["token"]],
    [
      "a secret in plain text",
      { accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "hunter2hunter2" },
      /aws:secretKey: is a secret.*\n.*\n +example: pulumi config set -s \S+ --secret aws:secretKey/,
    ],
    [
      "two accounts",
      { profile: "a", accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "x" },
      /aws:profile: .*two answers/,
      ["secretKey"],
    ],
    [
      "no ARN of a role",
      { assumeRoles: '{"roleArn":"deploy"}' },
      /aws:assumeRoles\.0\.roleArn = .*arn:aws:iam::123456789012:role\/name/,
    ],
    [
      "a role of another partition",
      { assumeRoles: '{"roleArn":"arn:aws-us-gov:iam::123456789012:role/a"}' },
      /not the ARN of a role/,
    ],
    ["a role without one", { assumeRoles: '[{"sessionName":"me"}]' }, /aws:assumeRoles\.0\.roleArn.*is required/],
    ["a misspelt part of a role", { assumeRoles: role({ external_id: "x" }) }, /did you mean externalId\?/],
    ["a session that is too long", { assumeRoles: role({ duration: "13h" }) }, /15m to 12h/],
    ["both names of roles", { assumeRole: role({}), assumeRoles: role({}) }, /aws:assumeRole: .*remove one/],
    [
      "a token of an identity in plain text",
      { assumeRoleWithWebIdentity: role({ webIdentityToken: "hunter2hunter2" }) },
      /webIdentityToken: is a secret/,
    ],
    ["tags without tags", { defaultTags: '{"team":"desk"}' }, /aws:defaultTags.*there are tags/],
    [
      "tags of ours",
      { defaultTags: '{"tags":{"managedby":"me"}}' },
      /aws:defaultTags: sets a tag that the program sets itself/,
    ],
    ["tags of AWS", { defaultTags: '{"tags":{"aws:team":"me"}}' }, /aws:, which AWS keeps/],
    ["what no tag may hold", { defaultTags: '{"tags":{"team":"a<b"}}' }, /aws:defaultTags\.tags\.team = .*256/],
    ["ignored tags of ours", { ignoreTags: '{"keyPrefixes":["ai-"]}' }, /aws:ignoreTags: covers a tag/],
    [
      "a list of services that is none",
      { endpoints: '{"ecs":"ecs.example.com"}' },
      /aws:endpoints\.0\.ecs = .*http or https/,
    ],
    ["no truth value", { useFipsEndpoint: "yes" }, /aws:useFipsEndpoint = yes: .*\n +allowed: true or false/],
    ["no number", { maxRetries: "many" }, /aws:maxRetries = many: .*\n +allowed: a whole number/],
    ["no mode", { retryMode: "legacy" }, /aws:retryMode = legacy: .*\n +allowed: standard or adaptive/],
    ["a zone for STS", { stsRegion: "us-east-1a" }, /aws:stsRegion = us-east-1a: is a zone/],
    ["a region that is encrypted", { region: "encrypted-placeholder" }, /aws:region: is encrypted/, ["region"]],
    [
      "eight tags on fargate",
      { defaultTags: JSON.stringify({ tags: Object.fromEntries("a b c d e f g h".split(" ").map((t) => [t, t])) }) },
      /aws:defaultTags: has more than 7 tags/,
      [],
      fargate,
    ],
    [
      "a narrowed role on fargate",
      { assumeRoles: role({ sourceIdentity: "me" }) },
      /aws:assumeRoles: .*sourceIdentity.*put it into the role itself/,
      [],
      fargate,
    ],
    ["a proxy on fargate", { httpsProxy: "http://p:3128" }, /aws:httpsProxy: is not for fargate/, [], fargate],
    ["no certificates on fargate", { insecure: "true" }, /aws:insecure: .*aws:customCaBundle/, [], fargate],
    [
      "a role without a token on fargate",
      { assumeRoleWithWebIdentity: role({}) },
      /needs webIdentityTokenFile/,
      [],
      fargate,
    ],
    ["two files on fargate", { sharedConfigFiles: "a,b" }, /aws:sharedConfigFiles: .*merge them/, [], fargate],
  ];
  for (const [what, keys, message, secret = [], rest = host] of refused) {
    it(`refuses ${what}, in words`, () => {
      const said = complaint(inRegion(keys), secret, rest);
      expect(said).to.match(message);
      expect(said).not.to.match(/hunter2|\[object|undefined|Invalid/);
    });
  }

  it("tells all of it at once, with what is wrong elsewhere", () => {
    const said = complaint({ regin: "eu-west-1", allowedAccountIds: "x" }, [], { ...host, "ai-ecosystem:tls": "none" });
    expect([...said.matchAll(/^- ([\w-]+:\w+)/gm)].map((m) => m[1])).to.have.members([
      "aws:regin",
      "aws:region",
      "aws:allowedAccountIds",
      "ai-ecosystem:tls",
    ]);
  });

  it("refuses tags that AWS would refuse: too many, or one name in two cases", () => {
    const tags = (names: readonly string[]) =>
      inRegion({ defaultTags: JSON.stringify({ tags: Object.fromEntries(names.map((name) => [name, "x"])) }) });
    const many = (count: number) => tags(Array.from({ length: count }, (_, i) => `T${i}`));
    expect(complaint(many(46))).to.equal("");
    expect(complaint(many(47))).to.match(/has 1 problem:\n- aws:defaultTags: has more than 46 tags/);
    expect(complaint(many(8), [], fargate)).to.contain("has more than 7 tags");
    expect(complaint(many(47), [], fargate)).to.contain("has 1 problem");
    for (const rest of [host, fargate]) {
      expect(complaint(tags(["Team", "team"]), [], rest)).to.match(/has 1 problem:.*\n- aws:defaultTags: .*case alone/);
    }
  });
});
