import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { SecretBundle } from "../../../../components/secrets/secret-bundle";
import { record, valueOf } from "../../../../record/record";

const failure = (values: Record<string, pulumi.Input<string>>) =>
  record(() => new SecretBundle("bundle", { description: "d", values, recoveryDays: 7 })).then(
    () => "no error",
    (error: unknown) => String(error),
  );

describe("SecretBundle", () => {
  const values = { SMTP_PASSWORD: pulumi.secret("b"), POSTGRES_PASSWORD: pulumi.secret("a"), PLAIN: "c" };

  it("keeps the values of a service in one secret, named by AWS", async () => {
    const { resources } = await record(
      () => new SecretBundle("bundle", { description: "Chatwoot", values, recoveryDays: 30 }),
    );
    const [secret] = resources.filter((r) => r.type === "aws:secretsmanager/secret:Secret");
    expect(secret?.inputs).to.deep.equal({ description: "Chatwoot", recoveryWindowInDays: 30 });
    const [version] = resources.filter((r) => r.type === "aws:secretsmanager/secretVersion:SecretVersion");
    expect(version?.inputs["secretString"]).to.equal("********");
    expect(resources.filter((r) => r.name.startsWith("bundle"))).to.have.length(3);
  });

  it("is secret also when the values were not marked", async () => {
    const { resources } = await record(
      () => new SecretBundle("bundle", { description: "d", values: { KEY: "plain-value" }, recoveryDays: 7 }),
    );
    expect(JSON.stringify(resources)).not.to.contain("plain-value");
  });

  it("points at a value by key and version", async () => {
    const { result: bundle } = await record(
      () => new SecretBundle("bundle", { description: "d", values, recoveryDays: 7 }),
    );
    const [arn, version] = [await valueOf(bundle.arn), await valueOf(bundle.versionId)];
    expect(arn).to.match(/^arn:aws:secretsmanager:/);
    expect(await valueOf(bundle.reference("SMTP_PASSWORD"))).to.equal(`${arn}:SMTP_PASSWORD::${version}`);
    expect(() => bundle.reference("OTHER")).to.throw("no value OTHER in this bundle");
  });

  it("refuses names that are no environment variables, and an empty bundle", async () => {
    expect(await failure({ "smtp-password": "x" })).to.contain("has smtp-password");
    expect(await failure({})).to.contain("has none");
  });
});
