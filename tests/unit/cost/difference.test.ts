import { expect } from "chai";
import { costDifference } from "../../../cost/difference";
import type { FloorLine } from "../../../cost/types";

const line = (id: string, quantity: number, monthlyUsd: number): FloorLine => ({
  id,
  item: `Item ${id}`,
  unit: "hours",
  quantity,
  unitPriceUsd: 1,
  monthlyUsd,
  source: "test",
  date: "2026-01-01",
});
const estimate = (...floor: FloorLine[]) => ({
  floor,
  floorUsd: floor.reduce((sum, l) => sum + l.monthlyUsd, 0),
  usageMinUsd: 1,
  usageMaxUsd: 10,
});

describe("difference of the monthly cost", () => {
  it("shows totals, and the lines that change, the largest first", () => {
    const text = costDifference(
      estimate(line("a", 730, 20), line("b", 1, 5), line("same", 1, 1)),
      estimate(line("a", 1460, 40), line("c", 1, 2.5), line("same", 1, 1)),
    );
    expect(text).to.include("| fixed | 26.00 | 43.50 | +17.50 |");
    expect(text).to.include("| usage, heavy month | 10.00 | 10.00 | = |");
    expect(text).to.include("| Item a | 730 hours = 20.00 | 1460 hours = 40.00 | +20.00 |");
    expect(text).to.include("| Item b | 1 hours = 5.00 | – | −5.00 |");
    expect(text).not.to.include("Item same");
    expect(text.indexOf("Item a")).to.be.below(text.indexOf("Item b"));
    expect(text.indexOf("Item b")).to.be.below(text.indexOf("Item c"));
  });

  it("leaves the lines out when nothing changes", () => {
    const same = estimate(line("a", 1, 5));
    expect(costDifference(same, same)).to.include("| fixed | 5.00 | 5.00 | = |").and.not.to.include("<details>");
  });

  it("works without a base", () => {
    expect(costDifference(undefined, estimate(line("a", 1, 5)))).to.include("| fixed | – | 5.00 | new |");
  });

  it("keeps bars and line breaks out of the table's structure", () => {
    const odd = { ...line("a", 1, 5), item: "x | y\nz" };
    expect(costDifference(undefined, estimate(odd))).to.include("| x \\| y z |");
  });
});
