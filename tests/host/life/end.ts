import { expect } from "chai";
import { only } from "../../support/project";
import type { GetLife } from "./life";

/** What the emulated EC2 answers; it looks at no signature, only at the service that it names. */
async function ec2(action: string): Promise<string> {
  const region = process.env["AWS_REGION"] ?? "us-east-1";
  const credential = `Credential=test/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=none`;
  const response = await fetch(process.env["AWS_ENDPOINT_URL"] ?? "", {
    method: "POST",
    headers: { Authorization: `AWS4-HMAC-SHA256 ${credential}` },
    body: new URLSearchParams({ Action: action, Version: "2016-11-15", "Owner.1": "self" }),
  });
  expect(response.status, action).to.equal(200);
  return response.text();
}

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
      expect(await ec2("DescribeVolumes")).to.contain(volume);
      await project.succeed("config set ai-ecosystem:deletionProtection false");
      const pushed = life().pushed();
      await life().up();
      expect(life().pushed()).to.deep.equal(pushed);
      await project.succeed("destroy --yes --skip-preview");
      expect(project.state()).to.deep.equal([]);
      expect(await ec2("DescribeVolumes")).not.to.contain(volume);
      expect(await ec2("DescribeSnapshots")).to.contain(`<volumeId>${volume}</volumeId>`);
    });
  });
}
