import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { previewRecording, recording } from "../../../dev/docs/recording";
import { root } from "../../support/root";

describe("the recording of a terminal", () => {
  it("in the README is what make preview prints today (make docs, NEW-32)", async () => {
    expect(readFileSync(join(root, "docs/preview.svg"), "utf8")).to.equal(await previewRecording());
    for (const page of ["README.md", "README.es.md"])
      expect(readFileSync(join(root, page), "utf8"), page).to.contain("](docs/preview.svg)");
  });

  it("keeps the words as they are, colours as classes, and ends with the last lines", () => {
    const lines = [...Array.from({ length: 40 }, (_, i) => `line ${i}`), "\u001B[1m<bold>\u001B[0m & plain"];
    const picture = recording("make it", lines);
    expect(picture).to.contain('<tspan class="b">&lt;bold&gt;</tspan><tspan> &amp; plain</tspan>');
    expect(picture).not.to.contain("\u001B");
    // 42 lines in 26
    expect(picture.match(/translateY\(-288px\)/g)).to.have.length(2);
  });
});
