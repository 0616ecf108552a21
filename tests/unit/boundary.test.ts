import { join } from "node:path";
import { expect } from "chai";
import { boundaryStatements } from "../../components/delivery/identity";
import { statementsOf } from "../../policies/documents";
import { composeStack } from "../../stacks/compose";
import { readSettings } from "../../stacks/settings";
import { fakeAccount } from "../../tools/mocks/fake";
import { readStackConfig, useConfig } from "../../tools/offline-config";
import { record } from "../../tools/record";
import { may, type Document } from "../support/iam";

describe("permissions boundary", () => {
  it("leaves the roles of prod what their own policies give them", async function () {
    this.timeout(60000);
    const config = readStackConfig(join(__dirname, "..", ".."), "prod");
    useConfig(config);
    const { resources } = await record(() => composeStack(readSettings()), { project: config.project, stack: "prod" });
    const scope = { account: fakeAccount, region: "us-east-1", stack: "prod" };
    const boundary: Document = { Statement: boundaryStatements(scope) };
    const grants = resources
      .filter((r) => r.type === "aws:iam/rolePolicy:RolePolicy" && r.parent?.includes("EcosystemHost") !== true)
      .flatMap((r) =>
        statementsOf(r)
          .filter((s) => s.allows)
          .map((s) => ({ ...s, name: r.name })),
      )
      .flatMap((s) => s.actions.flatMap((action) => s.resources.map((on) => ({ name: s.name, action, on }))));
    expect(grants.length).to.be.greaterThan(20);
    const beyond = grants.filter(({ action, on }) => !may([boundary], action, on));
    expect(beyond.map(({ name, action, on }) => `${name}: ${action} on ${on}`)).to.deep.equal([]);
  });
});
