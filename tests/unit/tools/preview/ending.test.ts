import { expect } from "chai";
import { endingOf } from "../../../../tools/preview/ending";
import { paintFor, visible } from "../../../../tools/preview/table";
import { previewText } from "../../../../tools/preview/text";
import { wrapped } from "../../../../tools/preview/wrap";
import { previewOf, prodPreviewOf } from "../../../support/recorded/preview";

describe("the end of a preview", function () {
  it("ends with five lines in either topology, whatever stands above and however narrow it is (NEW-27)", async () => {
    for (const data of [await previewOf(), await prodPreviewOf()]) {
      const ending = endingOf(data, data.facts.stack, paintFor(false));
      const heads = ending.map((line) => /^(?:Cost|Fits|Findings|Not set up|Next)(?= {2})/.exec(line)?.[0]);
      expect(heads).to.deep.equal(["Cost", "Fits", "Findings", "Not set up", "Next"]);
      const narrow = wrapped(ending, 60);
      expect(Math.max(...narrow.map(visible))).to.be.at.most(60);
      // they are on the last screen of a small terminal, below whatever else there is
      expect(narrow.length).to.be.at.most(20);
      expect(
        previewText(data, paintFor(false))
          .split("\n")
          .filter((line) => line.startsWith("accepted AIE")),
      ).to.deep.equal([]);
    }
  });

  it("speaks of no application that is off (NEW-27)", async () => {
    const services = '{"librechat":{"enabled":false}}';
    for (const data of [await previewOf({ services }), await prodPreviewOf({ services })]) {
      const said = data.findings.map((f) => [f.message, f.remedy, f.waiver?.reason ?? ""].join(" "));
      expect(said.filter((text) => /librechat/i.test(text))).to.deep.equal([]);
      const { sentence } = data.topology === "host" ? data.memory : data.tasks;
      for (const text of [...endingOf(data, data.facts.stack, paintFor(false)), sentence])
        expect(text).not.to.match(/librechat/i);
    }
  });
});
