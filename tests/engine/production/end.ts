import { expect } from "chai";
import type { GetProduction } from "./production";

export function protection(production: GetProduction): void {
  describe("protection of the data", () => {
    const names = () =>
      production()
        .project.state()
        .map((r) => r.urn);

    it("refuses the destruction, and nothing goes", async () => {
      const before = names();
      const { status, output } = await production().history.run("destroy --yes");
      expect(status, output).not.to.equal(0);
      expect(output).to.match(/cannot be deleted\s+because it is protected/);
      expect(names()).to.deep.equal(before);
    });

    it("is gone once the intent is stated, and nothing else changes hands", async () => {
      await production().set("deletionProtection", false);
      expect((await production().up()).filter((c) => !c.startsWith("update "))).to.deep.equal([]);
    });
  });
}

export function end(production: GetProduction): void {
  describe("destruction", () => {
    it("takes everything away, each before what it needs", async () => {
      await production().succeed("destroy --yes --skip-preview --parallel 100");
      expect(production().project.state()).to.deep.equal([]);
      expect(await production().aws.violations()).to.deep.equal([]);
    });
  });
}
