import { expect } from "chai";
import type * as pulumi from "@pulumi/pulumi";
import { CatalogueError } from "../../../services/model/checks/catalogue-error";
import { configured } from "../../../stacks/credentials";
import { sandboxSettings } from "../../support/fixtures";

const secrets = [
  { id: "desk-key", length: 40, charset: "alphanumeric", fixed: true },
  { id: "owner-password", length: 20, charset: "password", bcrypt: true },
] as const;

describe("secrets of the configuration", () => {
  const given = (overrides: unknown) =>
    configured(sandboxSettings({ secretOverrides: JSON.stringify(overrides) }), { secrets });
  const problems = (overrides: unknown): readonly string[] => {
    try {
      given(overrides);
    } catch (error) {
      if (error instanceof CatalogueError) return error.problems.map((p) => `${p.key} ${p.message}`);
      throw error;
    }
    return [];
  };
  const valueOf = (output: pulumi.Output<string> | undefined) =>
    new Promise((resolve) => {
      if (output === undefined) resolve(undefined);
      else output.apply(resolve);
    });

  it("take the place of generated ones, and are secret", async () => {
    const values = given({
      "desk-key": "of-another-stack",
      "owner-password": "12345678",
      "owner-password-hash": "$2a$10$a./B",
    });
    expect(Object.keys(values)).to.have.members(["desk-key", "owner-password", "owner-password-hash"]);
    expect(await valueOf(values["desk-key"])).to.equal("of-another-stack");
    expect(await (values["desk-key"] as unknown as { isSecret: Promise<boolean> }).isSecret).to.be.true;
  });

  it("may bring along what another stack has sealed its archives with", async () => {
    expect(await valueOf(given({ "backup-key": "of-another-stack" })["backup-key"])).to.equal("of-another-stack");
  });

  it("are refused when no service has such a secret, and without what belongs to them", () => {
    expect(problems({ "desk-kee": "of-another-stack" })).to.deep.equal([
      "secretOverrides has desk-kee; there are desk-key, owner-password, owner-password-hash, backup-key",
    ]);
    expect(problems({ "owner-password": "12345678" })).to.deep.equal([
      "secretOverrides has one of owner-password and owner-password-hash, and they belong together",
    ]);
  });

  it("are no object, or hold what no generated secret has: the settings say so without them", () => {
    for (const text of [
      "abc",
      '{"desk-key": "short"}',
      '{"desk-key": "with \'quotes\' in it"}',
      '{"Desk": "12345678"}',
    ]) {
      expect(() => sandboxSettings({ secretOverrides: text }), text)
        .to.throw("is no JSON object of secrets' names and values")
        .with.property("message")
        .that.does.not.contain("with ");
    }
  });
});
