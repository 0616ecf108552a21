import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { awsKeys } from "../../../settings/aws/keys";
import { composeStack } from "../../../stacks/compose";
import { readSettings } from "../../../stacks/read";
import { complaint, fargate, host, inRegion, type Values } from "../../support/aws/settings";
import { record, type RecordedResource } from "../../../record/record";
import { root } from "../../support/root";

/** Without the mark of a secret, and as the provider reads it. */
function plain(value: unknown): unknown {
  const inner = typeof value === "object" && value !== null ? (Object.values(value)[0] as unknown) : value;
  return typeof inner === "string" && /^[[{]/.test(inner) ? (JSON.parse(inner) as unknown) : inner;
}

/** What the provider of a sandbox is given. */
async function provider(keys: Values, secret: readonly string[] = [], reveal = true) {
  expect(complaint(inRegion(keys), secret)).to.equal("");
  const { resources } = await record(() => composeStack(readSettings()), { stack: "sandbox", reveal });
  const found = resources.filter((r: RecordedResource) => r.type === "pulumi:providers:aws");
  expect(found).to.have.length(1);
  return Object.fromEntries(Object.entries(found[0]?.inputs ?? {}).map(([k, v]) => [k, plain(v)]));
}

const deploy = "arn:aws:iam::123456789012:role/deploy";

describe("the account and the region of a stack", function () {
  it("hands every key of the provider on (AWS-3)", async () => {
    const given: Record<string, readonly [string, unknown]> = {
      profile: ["customer-a", "customer-a"],
      allowedAccountIds: ['["111122223333"]', ["111122223333"]],
      assumeRoles: [JSON.stringify([{ roleArn: deploy, externalId: "x1" }]), [{ roleArn: deploy, externalId: "x1" }]],
      assumeRoleWithWebIdentity: [
        JSON.stringify({ roleArn: deploy, webIdentityTokenFile: "/t" }),
        { roleArn: deploy, webIdentityTokenFile: "/t" },
      ],
      sharedConfigFiles: ["~/.aws/a,~/.aws/b", ["~/.aws/a", "~/.aws/b"]],
      sharedCredentialsFiles: ['["/etc/aws"]', ["/etc/aws"]],
      ignoreTags: ['{"keyPrefixes":["cost-"]}', { keyPrefixes: ["cost-"] }],
      endpoints: ['{"ecs":"https://ecs.example.com"}', [{ ecs: "https://ecs.example.com" }]],
      maxRetries: ["7", "7"],
      retryMode: ["adaptive", "adaptive"],
      tokenBucketRateLimiterCapacity: ["100", "100"],
      useFipsEndpoint: ["true", "true"],
      useDualstackEndpoint: ["true", "true"],
      stsRegion: ["us-east-1", "us-east-1"],
      customCaBundle: ["/etc/ca.pem", "/etc/ca.pem"],
      httpProxy: ["http://proxy:3128", "http://proxy:3128"],
      httpsProxy: ["http://proxy:3128", "http://proxy:3128"],
      noProxy: ["localhost", "localhost"],
      insecure: ["true", "true"],
      ec2MetadataServiceEndpoint: ["http://[fd00:ec2::254]", "http://[fd00:ec2::254]"],
      ec2MetadataServiceEndpointMode: ["IPv6", "IPv6"],
      s3UsePathStyle: ["true", "true"],
      s3UsEast1RegionalEndpoint: ["regional", "regional"],
      skipCredentialsValidation: ["true", "true"],
      skipMetadataApiCheck: ["true", "true"],
      skipRegionValidation: ["true", "true"],
      tagPolicyCompliance: ["warning", "warning"],
      userAgents: ['["acme/1"]', ["acme/1"]],
    };
    const inputs = await provider(Object.fromEntries(Object.entries(given).map(([k, [text]]) => [k, text])));
    for (const [key, [, expected]] of Object.entries(given)) expect(inputs[key], key).to.deep.equal(expected);
    expect(inputs["region"]).to.equal("eu-central-1");

    const other: Record<string, readonly [string, unknown]> = {
      accessKey: ["AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
      secretKey: ["a-secret-key-of-somebody", "a-secret-key-of-somebody"],
      token: ["a-token-of-somebody", "a-token-of-somebody"],
      forbiddenAccountIds: ["111122223333, 444455556666", ["111122223333", "444455556666"]],
    };
    const texts = Object.fromEntries(Object.entries(other).map(([k, [text]]) => [k, text]));
    const second = await provider(
      { ...texts, assumeRole: JSON.stringify({ roleArn: deploy }), defaultTags: '{"tags":{"team":"desk","floor":3}}' },
      ["secretKey", "token"],
    );
    for (const [key, [, expected]] of Object.entries(other)) expect(second[key], key).to.deep.equal(expected);
    // its name in older versions
    expect(second["assumeRoles"]).to.deep.equal([{ roleArn: deploy }]);
    const third = await provider({ skipRequestingAccountId: "true" });
    expect(third["skipRequestingAccountId"]).to.equal("true");

    const tried = [
      ...Object.keys(given),
      ...Object.keys(other),
      "assumeRole",
      "defaultTags",
      "skipRequestingAccountId",
      "region",
    ];
    expect(Object.keys(awsKeys).filter((key) => !tried.includes(key))).to.deep.equal([]);
  });

  it("names every key in the documentation", () => {
    const text = readFileSync(join(root, "docs/production.md"), "utf8");
    const names = Object.keys(awsKeys).filter((key) => !text.includes(`\`${key}\``) && key !== "region");
    expect(names).to.deep.equal([]);
  });

  it("adds the program's tags to those of the stack", async () => {
    const { defaultTags } = await provider({ defaultTags: '{"tags":{"team":"desk","floor":3}}' });
    expect(defaultTags).to.deep.equal({
      tags: {
        team: "desk",
        floor: "3",
        "ai-ecosystem:stack": "sandbox",
        "ai-ecosystem:project": "ai-ecosystem",
        ManagedBy: "pulumi",
      },
    });
  });

  it("gives the provider of a stack without such keys what it always had", async () => {
    const { defaultTags, ...inputs } = await provider({});
    expect(defaultTags).to.be.an("object");
    expect(inputs).to.deep.equal({
      region: "eu-central-1",
      skipCredentialsValidation: "false",
      skipRegionValidation: "true",
    });
  });

  it("keeps what is stored encrypted a secret", async () => {
    const roles = JSON.stringify([{ roleArn: deploy, externalId: "hunter2-external" }]);
    const keys = { accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "hunter2-secret", token: "hunter2-token" };
    const shown = await provider({ ...keys, assumeRoles: roles }, ["secretKey", "token", "assumeRoles"], false);
    expect(JSON.stringify(shown)).not.to.contain("hunter2").and.not.contain("AKIAIOSFODNN7EXAMPLE");
  });

  it("puts the whole stack into that region, whatever the environment says (AWS-10)", async () => {
    const before = process.env["AWS_REGION"];
    process.env["AWS_REGION"] = "ap-south-1";
    try {
      for (const rest of [host, { ...fargate, "ai-ecosystem:bedrock": "true" }]) {
        const all = { ...rest, "ai-ecosystem:alertEmail": "ops@acme.test" };
        expect(complaint(inRegion({}), [], all)).to.equal("");
        const { resources } = await record(() => composeStack(readSettings()), { stack: "acme" });
        const text = JSON.stringify(resources);
        expect(text).to.contain("eu-central-1").and.not.contain("ap-south-1");
        if (rest === host) {
          expect(text).to.contain("arn:aws:automate:eu-central-1:ec2:recover").and.not.contain("us-east-1");
          continue;
        }
        const web = resources.find(
          (r) => r.type === "aws:ecs/taskDefinition:TaskDefinition" && r.name.includes("chatwoot-web"),
        );
        const containers = String(web?.inputs["containerDefinitions"]);
        expect(containers)
          .to.contain('"AWS_REGION","value":"eu-central-1"')
          .and.contain('"awslogs-region":"eu-central-1"');
        const topics = resources.filter((r) => r.type === "aws:sns/topic:Topic").map((r) => r.inputs["region"]);
        expect(topics).to.include.members(["eu-central-1", "us-east-1"]);
      }
    } finally {
      if (before === undefined) delete process.env["AWS_REGION"];
      else process.env["AWS_REGION"] = before;
    }
  });
});
