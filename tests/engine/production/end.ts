import { expect } from "chai";
import type { GetProduction } from "./production";

export function end(production: GetProduction): void {
  describe("destruction", () => {
    const names = () =>
      production()
        .project.state()
        .map((r) => r.urn);

    it("is refused as long as the data is protected, and nothing goes", async () => {
      const before = names();
      const { status, output } = await production().history.run("destroy --yes");
      expect(status, output).not.to.equal(0);
      expect(output).to.match(/cannot be deleted\s+because it is protected/);
      expect(names()).to.deep.equal(before);
    });

    it("happens once the intent is stated", async () => {
      await production().set("deletionProtection", false);
      await production().up();
      await production().succeed("destroy --yes --skip-preview");
      expect(production().project.state()).to.deep.equal([]);
    });
  });
}
