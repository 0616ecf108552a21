import { expect } from "chai";
import { changesOf, type Version } from "../../../tools/update/changes";
import { entriesOf, newEntries } from "../../../tools/update/changelog";

const older =
  "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n- Two, which\n  goes on.\n\n### Fixed\n\n- Three.\n";
const newer = older
  .replace("### Fixed\n\n", "### Fixed\n\n- Four,\n  in two lines.\n")
  .replace("- One.", "- Zero.\n- One.");

describe("what a newer version brings", () => {
  it("is told by the entries that the older changelog lacks, each with its kind", () => {
    expect(entriesOf(older).map(({ text }) => text)).to.deep.equal(["One.", "Two, which goes on.", "Three."]);
    expect(newEntries(older, newer)).to.deep.equal([
      { kind: "Added", text: "Zero." },
      { kind: "Fixed", text: "Four, in two lines." },
    ]);
    // a version that was released has its entries under another heading
    expect(newEntries(older, older.replace("[Unreleased]", "[0.2.0] - 2026-12-01"))).to.deep.equal([]);
  });

  it("is told by images, resources and cost", () => {
    const urn = (name: string) => `urn:pulumi:prod::ai-ecosystem::a:b:C$aws:ecs/service:Service::${name}`;
    const line = (item: string, monthlyUsd: number) =>
      ({ id: item, item, monthlyUsd }) as Version["cost"]["floor"][number];
    const before: Version = {
      resources: [
        { urn: urn("stays"), inputs: { a: 1 } },
        { urn: urn("changes"), inputs: { a: 1, b: 2 } },
        { urn: urn("goes"), inputs: {} },
      ],
      images: { desk: "desk:1", old: "old:1" },
      cost: { floor: [line("NAT", 30), line("Same", 1)], floorUsd: 31, usageMinUsd: 1, usageMaxUsd: 2 },
    };
    const after: Version = {
      resources: [
        { urn: urn("stays"), inputs: { a: 1 } },
        { urn: urn("changes"), inputs: { a: 2, c: 3 } },
        { urn: urn("comes"), inputs: {} },
      ],
      images: { desk: "desk:2", new: "new:1" },
      cost: { floor: [line("NAT", 35.5), line("Same", 1)], floorUsd: 36.5, usageMinUsd: 1, usageMaxUsd: 2 },
    };
    expect(changesOf(before, after)).to.deep.equal({
      resources: ["+ comes (ecs Service)", "- goes (ecs Service)", "~ changes (ecs Service): a, b, c"],
      images: ["+ new: new:1", "- old: old:1", "~ desk: desk:1 -> desk:2"],
      cost: [
        "fixed: 31.00 -> 36.50 USD a month (+5.50)",
        "usage, heavy month: 2.00 USD a month, as before",
        "~ NAT: 30.00 -> 35.50 USD a month (+5.50)",
      ],
    });
  });
});
