import { expect } from "chai";
import { askEc2 } from "../../support/aws/request";
import { only } from "../../support/engine/project";
import type { GetLife } from "./life";

export function end(life: GetLife): void {
  describe("destruction", () => {
    const names = () =>
      life()
        .project.state()
        .map((r) => r.urn);

    it("is refused as long as the data is protected, and nothing goes", async () => {
      const before = names();
      const runs = life().runs();
      expect(only(life().project.state(), "aws:ebs/volume:Volume").protect).to.be.true;
      const { status, output } = await life().project.pulumi("destroy --yes");
      expect(status, output).not.to.equal(0);
      expect(output).to.match(/ai-ecosystem-sandbox-host-data" cannot be deleted\s+because it is protected/);
      expect(names()).to.deep.equal(before);
      expect(life().runs()).to.deep.equal(runs);
    });

    it("happens once the intent is stated, and keeps a last snapshot of the data", async () => {
      const { project } = life();
      const volume = only(project.state(), "aws:ebs/volume:Volume").id ?? "";
      expect(await askEc2("DescribeVolumes")).to.contain(volume);
      await project.succeed("config set ai-ecosystem:deletionProtection false");
      const pushed = life().pushed();
      await life().up();
      expect(life().pushed()).to.deep.equal(pushed);
      await project.succeed("destroy --yes --skip-preview");
      expect(project.state()).to.deep.equal([]);
      expect(await askEc2("DescribeVolumes")).not.to.contain(volume);
      expect(await askEc2("DescribeSnapshots")).to.contain(`<volumeId>${volume}</volumeId>`);
    });
  });
}
